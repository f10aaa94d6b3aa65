/**
 * A world in which workflows run in virtual time: their real definitions and functions, with doubles of the services
 * that they call. The integrations are those of the local cloud (tools/simulator/integrations).
 */
import { machineArn } from '../../contracts/names';
import { doublesAsClients, type ServiceDoubles } from '../doubles/aws-clients';
import { type Failure, type FaultPlan, Faults } from '../doubles/faults';
import { createLambda, type LambdaDouble } from '../doubles/lambda';
import { ApiError } from '../simulator/api/protocol';
import type { Role } from '../simulator/api/role';
import type { StateMachineSnapshot } from '../simulator/api/state-machines';
import { VirtualClock } from '../simulator/clock';
import type { AwsClients } from '../simulator/integrations/aws';
import type { HttpExchange } from '../simulator/integrations/http-exchange';
import type { Execution } from '../simulator/types';
import { deployedDefinition } from './definitions';
import { arnIn, DEPLOYMENT, type Deployment, placeholderOf } from './deployment';
import { checkCalls, checkStates } from './places';
import { createStepFunctions } from './step-functions';

export interface WorldOptions {
  /**
   * State machines by the names of their definitions, with values for their placeholders. The ARN of a function or a state
   * machine (`ChargeCardArn`) needs no value.
   */
  machines: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Keyed by name, e.g. `charge-card`. */
  functions: Readonly<Record<string, LambdaDouble>>;
  /** The services that definitions call directly. */
  services?: ServiceDoubles;
  /** Handles the requests of HTTP Tasks. @default throws */
  exchange?: HttpExchange;
  /** The secret ids of EventBridge connections, by the connection's name. */
  connections?: Readonly<Record<string, string>>;
  /** @default a new one at 2026-03-01T09:00:00Z */
  clock?: VirtualClock;
  /** The planned faults that the doubles share. */
  faults?: Faults;
  /** Whether a double has planned faults of its own. @default never */
  isBroken?: () => boolean;
  deployment?: Deployment;
}

export interface Run {
  readonly execution: Execution;
  status: string;
  /** The output's `outcome`, if there is one. */
  outcome: string | undefined;
  output: Record<string, unknown>;
  error: string | undefined;
  cause: string | undefined;
  /** The states entered, in order. */
  states: string[];
  /** The last state entered: the one that failed, if the execution did. */
  endedAt: string | undefined;
  transitions: number;
}

/** A function whose state timed out runs on for at most this many seconds. */
const LONGEST_FUNCTION = 15 * 60;

export function openWorld({
  machines,
  functions,
  services = {},
  exchange = () => Promise.reject(new Error('This world has no HTTP endpoint.')),
  connections = {},
  clock = startClock(),
  faults = new Faults(),
  isBroken = () => false,
  deployment = DEPLOYMENT,
}: WorldOptions) {
  const arn = arnIn(deployment);
  const arnOfMachine = (name: string) => arn('states', `stateMachine:${name}`);
  const arns = Object.fromEntries([
    ...Object.keys(functions).map((name) => [placeholderOf(name), arn('lambda', `function:${name}`)]),
    ...Object.keys(machines).map((name) => [placeholderOf(name), arnOfMachine(name)]),
  ]);
  const deployed = new Map<string, StateMachineSnapshot>();
  const deauthorised = new Set<string>();

  /** Deploys a definition, or replaces it. Running executions keep theirs. */
  function deploy(name: string, definition: string): void {
    deployed.set(arnOfMachine(name), {
      arn: arnOfMachine(name),
      name,
      definition,
      roleArn: `arn:aws:iam::${deployment.account}:role/${name}`,
      type: 'STANDARD',
      updateDate: clock.now(),
      revisionId: undefined,
      versionArn: undefined,
      log: undefined,
      aliasArn: undefined,
    });
  }
  for (const [name, values] of Object.entries(machines)) {
    deploy(name, deployedDefinition(name, { ...arns, ...values }));
  }

  const lambda = createLambda(functions, faults);
  const doubles = { lambda, ...services };
  /** A failing HTTP Task is one whose endpoint fails: it still reads the secret of its connection. */
  const clientsUnder = (failure?: Failure): AwsClients => {
    const failing = doublesAsClients(doubles, failure);
    const { call } = doublesAsClients(doubles);
    return {
      ...failing,
      call: (service, ...args) => (service === 'secretsmanager' ? call : failing.call)(service, ...args),
    };
  };
  const stepFunctions = createStepFunctions({
    clock,
    // Whatever is deployed is what every alias and version names.
    find: (arn) => deployed.get(machineArn(arn)),
    faults,
    isBroken: () => !faults.isEmpty || isBroken(),
    region: deployment.region,
    surroundings: (failure) => ({
      role: allowedEverything,
      region: deployment.region,
      aws: clientsUnder(failure),
      exchange: failure ? failingExchange(failure) : exchange,
      putEvents: () => Promise.reject(new Error('This world has no event bus.')),
      describeConnection: async (name) => {
        const SecretArn = connections[name];
        if (SecretArn)
          return { ConnectionState: deauthorised.has(name) ? 'DEAUTHORIZED' : 'AUTHORIZED', SecretArn };
        throw new ApiError('ResourceNotFoundException', `Connection '${name}' does not exist.`);
      },
      deauthorizeConnection: async (name) => deauthorised.add(name),
    }),
  });

  /** Advances until an execution has ended. */
  async function finish(execution: Execution): Promise<Run> {
    const { status, output, error, cause } = await clock.run(execution.done());
    const states = execution.events.flatMap(({ stateEnteredEventDetails: entered }) =>
      entered ? [String(entered.name)] : [],
    );
    const result: Record<string, unknown> = { ...Object(output) };
    return {
      execution,
      status,
      outcome: typeof result.outcome === 'string' ? result.outcome : undefined,
      output: result,
      error,
      cause,
      states,
      endedAt: states.at(-1),
      transitions: execution.transitions,
    };
  }

  return {
    clock,
    stepFunctions,
    lambda,
    /** The ARN of a state machine, by name. */
    arnOf: arnOfMachine,
    deploy,
    /** Names of the connections that an endpoint's 401 has switched off. To give one credentials is to remove it. */
    deauthorised,
    definitionOf: (name: string): string => deployed.get(arnOfMachine(name))?.definition ?? '',
    /** Plans faults of calls to services by any caller. */
    fail(plan: FaultPlan): void {
      checkCalls(plan);
      faults.add(plan);
    },
    /** Removes all planned faults, except those that an execution was started with. */
    heal: () => faults.clear(),
    /** Starts an execution without waiting for its end. The planned faults also apply to its nested executions. */
    start(machine: string, name: string, input: unknown, plan: FaultPlan = {}): Execution {
      checkStates(
        plan,
        [...deployed.values()].map(({ definition }) => definition),
      );
      return stepFunctions.start(arnOfMachine(machine), name, input, plan);
    },
    finish,
    /** Advances by `after` seconds and redrives a failed, aborted or timed-out execution. */
    async redrive({ execution }: Pick<Run, 'execution'>, { after = 0 } = {}): Promise<Run> {
      await clock.advance(after);
      execution.redrive();
      return finish(execution);
    },
    /** Lets functions whose state timed out run to their end: their late effects still happen. */
    settle: () => clock.drain(LONGEST_FUNCTION),
  };
}

export const startClock = (at = '2026-03-01T09:00:00Z') => new VirtualClock(new Date(at));

const STATUS: Record<Failure, number> = {
  conflict: 409,
  denied: 403,
  throttled: 429,
  timeout: 0,
  unavailable: 503,
};

/** An exchange with an endpoint that fails. */
const failingExchange =
  (failure: Failure): HttpExchange =>
  async () => {
    if (failure === 'timeout') throw new Error('Read timed out');
    return { status: STATUS[failure], statusText: '', headers: {}, text: '' };
  };

/** Permissions are tested elsewhere: by the tests of the stacks, and in the local cloud. */
const allowedEverything: Role = {
  arn: 'arn:aws:iam::123456789012:role/any',
  credentials: () => Promise.reject(new Error('Doubles ask for no credentials.')),
  may: async () => ({ allowed: true, reason: '' }),
};
