/** Step Functions in a world: the API and integrations of the local cloud, in virtual time. */
import { randomUUID } from 'node:crypto';
import { SFNClient } from '@aws-sdk/client-sfn';
import { type Failure, type FaultPlan, Faults } from '../doubles/faults';
import { underFaults as serviceUnderFaults } from '../doubles/service';
import { Callbacks } from '../simulator/api/callbacks';
import { type ExecutionRecord, Executions, type Launch } from '../simulator/api/executions';
import { operationOf, operations } from '../simulator/api/operations';
import { describeExecution } from '../simulator/api/operations/describe';
import { ApiError, parseRequest, toWire } from '../simulator/api/protocol';
import type { Service } from '../simulator/api/service';
import type { StateMachineSnapshot } from '../simulator/api/state-machines';
import type { VirtualClock } from '../simulator/clock';
import { startExecution } from '../simulator/execution';
import { answerTask, builtInIntegrations } from '../simulator/integrations/registry';
import type { IntegrationContext } from '../simulator/integrations/types';
import type { Execution, TaskCall } from '../simulator/types';
import { reachedIn } from './reached';
import { underFaults, waitsForAnswer } from './task-faults';

/** The part of an integration's context that does not depend on Step Functions. */
type Surroundings = Omit<
  IntegrationContext,
  'stateMachineArn' | 'executions' | 'stepFunctions' | 'answerByToken'
>;

interface Options {
  clock: VirtualClock;
  /** The state machine that is deployed now under this ARN. */
  find(arn: string): StateMachineSnapshot | undefined;
  /** @param failure makes every call fail so */
  surroundings(failure?: Failure): Surroundings;
  region: string;
  /** Faults of the client's calls. */
  faults: Faults;
  /** Whether any service has planned faults. */
  isBroken(): boolean;
}

export function createStepFunctions(options: Options) {
  const { clock, find, surroundings, region, faults, isBroken } = options;
  const callbacks = new Callbacks();
  /** Keyed by execution ARN. Nested executions share their parent's faults. */
  const plans = new Map<string, Faults>();
  let seed = 7;

  const machineOf = (arn: string): StateMachineSnapshot => {
    const machine = find(arn);
    if (machine) return machine;
    throw new ApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  };

  const launch: Launch = (machine, options) => {
    const plan = plans.get(options.arn) ?? new Faults();
    const contextOf = (failure?: Failure): IntegrationContext => ({
      ...surroundings(failure),
      stateMachineArn: machine.arn,
      executions: {
        start: async ({ stateMachineArn, name: child = randomUUID(), input: text = '{}' }) => {
          if (failure) throw serviceFailure(failure, {});
          const record = begin(stateMachineArn, child, text, plan);
          return { execution: record.execution, describe: () => describeExecution(record) };
        },
      },
      stepFunctions: (operation) =>
        failure ? () => Promise.reject(serviceFailure(failure, {})) : operationOf(operation, () => service),
      answerByToken: (call, token, work) => (failure ? work() : callbacks.answer(call, token, work)),
    });
    const context = contextOf();
    const work = (call: TaskCall, failure?: Failure) =>
      whileTimePasses(call, (passing) =>
        answerTask(builtInIntegrations, passing, failure ? contextOf(failure) : context),
      );
    return startExecution({
      ...options,
      clock,
      // Another one for each, or all would have the same task tokens.
      seed: seed++,
      task: (call) => underFaults(call, plan, isBroken(), work),
      ...reachedIn(machine.definition),
    });
  };

  const executions = new Executions(
    launch,
    () => {},
    () => clock.now(),
  );

  function begin(machineArn: string, name: string, input: string, plan: Faults): ExecutionRecord {
    const machine = machineOf(machineArn);
    plans.set(`${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`, plan);
    return executions.start(machine, name, input);
  }

  const service: Service = { describeStateMachine: async (arn) => machineOf(arn), executions, callbacks };

  return {
    /** Starts an execution with faults for its states. Throws as StartExecution does. */
    start(machineArn: string, name: string, input: unknown, planned: FaultPlan = {}): Execution {
      const plan = new Faults();
      plan.add(planned);
      return begin(machineArn, name, JSON.stringify(input), plan).execution;
    },
    /** The latest execution with this name, of any state machine. */
    find: (name: string): Execution | undefined =>
      executions.all().findLast(({ execution }) => execution.name === name)?.execution,
    /** In the order of their start. */
    executions: (): ExecutionRecord[] => executions.all(),
    /** For the client library and the command line. */
    client: createClient(service, region, faults),
  };
}

/** Lets time advance while the call waits for a callback or for another execution. */
async function whileTimePasses(call: TaskCall, work: (call: TaskCall) => Promise<unknown>): Promise<unknown> {
  if (!waitsForAnswer(call)) return work(call);
  const rest = new AbortController();
  const submitted = (output: unknown) => {
    call.submitted(output);
    call.clock.sleep(Number.POSITIVE_INFINITY, rest.signal).catch(() => {});
  };
  return work({ ...call, submitted }).finally(() => rest.abort());
}

const FAILURES = {
  throttled: () => new ApiError('ThrottlingException', 'Rate exceeded'),
  unavailable: () => new ApiError('InternalFailure', 'Internal failure', 500),
  denied: () => new ApiError('AccessDeniedException', 'Not authorized'),
};

const { failure: serviceFailure } = serviceUnderFaults('states', new Faults(), FAILURES);

/** The SDK's own client, whose requests the API of the local cloud handles in process. */
function createClient(service: Service, region: string, faults: Faults): SFNClient {
  const underPlan = serviceUnderFaults('states', faults, FAILURES);

  async function answer(target: string, text: string): Promise<{ statusCode: number; body: string }> {
    const operation = target.replace('AWSStepFunctions.', '');
    const run = operations.get(operation);
    if (!run) throw new Error(`The local Step Functions has no ${operation}.`);
    const request = parseRequest(text);
    try {
      const place = operation.charAt(0).toLowerCase() + operation.slice(1);
      const response = await underPlan(place, '', request, async () => run(request, service));
      return { statusCode: 200, body: JSON.stringify(toWire(response)) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const body = JSON.stringify({ __type: error.name, message: error.message });
      return { statusCode: error.httpStatus, body };
    }
  }

  return new SFNClient({
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    // The SDK would wait between its tries in real time.
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: { headers: Record<string, string>; body: Uint8Array }) => {
        const text = new TextDecoder().decode(request.body);
        const { statusCode, body } = await answer(request.headers['x-amz-target'] ?? '', text);
        const headers = { 'content-type': 'application/x-amz-json-1.0' };
        return { response: { statusCode, headers, body: Buffer.from(body) } };
      },
    },
  });
}
