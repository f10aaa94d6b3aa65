/**
 * A world in which workflows run: their real definitions and functions, over doubles of what they call, in virtual
 * time. What a state's Resource does is what the local cloud runs too (tools/simulator/integrations).
 */
import { doublesAsClients, type ServiceDoubles } from '../doubles/aws-clients';
import { type Failure, type FaultPlan, Faults } from '../doubles/faults';
import { createLambda, type LambdaDouble } from '../doubles/lambda';
import { ApiError } from '../simulator/api/protocol';
import type { Role } from '../simulator/api/role';
import type { StateMachineSnapshot } from '../simulator/api/state-machines';
import { VirtualClock } from '../simulator/clock';
import type { HttpExchange } from '../simulator/integrations/http-exchange';
import type { Execution } from '../simulator/types';
import { deployedDefinition } from './definitions';
import { arnIn, DEPLOYMENT, type Deployment, placeholderOf } from './deployment';
import { checkCalls, checkStates } from './places';
import { createStepFunctions } from './step-functions';

export interface WorldOptions {
  /**
   * State machines by the names of their definitions, with what stands for their placeholders. A function's or a state
   * machine's ARN (`ChargeCardArn`) needs no value.
   */
  machines: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By name: `charge-card`. */
  functions: Readonly<Record<string, LambdaDouble>>;
  /** What the definitions call besides functions. */
  services?: ServiceDoubles;
  /** Where HTTP Tasks go. @default nowhere */
  exchange?: HttpExchange;
  /** EventBridge connections by name: the ids of their secrets. */
  connections?: Readonly<Record<string, string>>;
  /** @default a clock of its own that stands at 2026-03-01T09:00:00Z */
  clock?: VirtualClock;
  /** The faults that the doubles are under too. */
  faults?: Faults;
  /** Whether a double has faults that it does not share. @default none has */
  isBroken?: () => boolean;
  deployment?: Deployment;
}

export interface Run {
  readonly execution: Execution;
  status: string;
  /** Of the output, when there is one. */
  outcome: string | undefined;
  output: Record<string, unknown>;
  error: string | undefined;
  cause: string | undefined;
  /** The states entered, in order. */
  states: string[];
  /** The last state entered: where a failed execution failed. */
  endedAt: string | undefined;
  transitions: number;
}

/** A function that a timeout cut off runs on, for at most so many seconds. */
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

  /** Deploys a definition, or another one under its name: executions that run keep theirs. */
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
      aliasArn: undefined,
    });
  }
  for (const [name, values] of Object.entries(machines)) {
    deploy(name, deployedDefinition(name, { ...arns, ...values }));
  }

  const lambda = createLambda(functions, faults);
  const doubles = { lambda, ...services };
  const stepFunctions = createStepFunctions({
    clock,
    find: (machineArn) => deployed.get(machineArn),
    faults,
    isBroken: () => !faults.isEmpty || isBroken(),
    region: deployment.region,
    surroundings: (failure) => ({
      role: allowedEverything,
      region: deployment.region,
      aws: doublesAsClients(doubles, failure),
      exchange: failure ? failingExchange(failure) : exchange,
      putEvents: async () => {
        throw new Error('No workflow here puts events: give the world a double of EventBridge');
      },
      describeConnection: async (name) => {
        const SecretArn = connections[name];
        if (SecretArn) return { ConnectionState: 'AUTHORIZED', SecretArn };
        throw new ApiError('ResourceNotFoundException', `Connection '${name}' does not exist.`);
      },
    }),
  });

  /** Lets time pass until an execution has ended. */
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
    /** A state machine's, by name. */
    arnOf: arnOfMachine,
    deploy,
    definitionOf: (name: string): string => deployed.get(arnOfMachine(name))?.definition ?? '',
    /** Plans faults of services' calls, whoever makes them. */
    fail(plan: FaultPlan): void {
      checkCalls(plan);
      faults.add(plan);
    },
    /** Ends all planned faults but those that an execution was started with. */
    heal: () => faults.clear(),
    /** Starts an execution without waiting for it. The faults of its states are its nested executions' too. */
    start(machine: string, name: string, input: unknown, plan: FaultPlan = {}): Execution {
      checkStates(
        plan,
        [...deployed.values()].map(({ definition }) => definition),
      );
      return stepFunctions.start(arnOfMachine(machine), name, input, plan);
    },
    finish,
    /** What an operator does with a failed, aborted or timed-out execution, so many seconds after its end. */
    async redrive({ execution }: Pick<Run, 'execution'>, { after = 0 } = {}): Promise<Run> {
      await clock.advance(after);
      execution.redrive();
      return finish(execution);
    },
    /** Lets functions that were cut off run out: what they do late still happens. */
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

/** An endpoint that fails. */
const failingExchange =
  (failure: Failure): HttpExchange =>
  async () => {
    if (failure === 'timeout') throw new Error('Read timed out');
    return { status: STATUS[failure], statusText: '', headers: {}, text: '' };
  };

/** What roles may do is proved elsewhere: by the tests of the stacks, and by the local cloud. */
const allowedEverything: Role = {
  arn: 'arn:aws:iam::123456789012:role/any',
  credentials: () => Promise.reject(new Error('Doubles ask for no credentials.')),
  may: async () => ({ allowed: true, reason: '' }),
};
