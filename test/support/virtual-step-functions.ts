/** Step Functions in virtual time: state machines that start each other, and tasks that wait for their token. */
import { InvalidToken, type SFNClient, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import { Callbacks } from '../../tools/simulator/api/callbacks';
import { ApiError } from '../../tools/simulator/api/protocol';
import type { VirtualClock } from '../../tools/simulator/clock';
import { startExecution } from '../../tools/simulator/execution';
import type { Execution, TaskCall } from '../../tools/simulator/types';

/** Answers a call to another service than Step Functions itself. */
type Work = (call: TaskCall) => Promise<unknown>;
/** Stands before every call of an execution and of those nested in it. */
type Inject = (call: TaskCall, work: () => Promise<unknown>) => Promise<unknown>;

const ACCOUNT = 'us-east-1:123456789012';
const CALLBACK = '.waitForTaskToken';

interface Options {
  clock: VirtualClock;
  /** By the state machine's name, which is its ARN too where a definition asks for one. */
  definitions: Readonly<Record<string, string>>;
  work: Work;
}

export function createStepFunctions({ clock, definitions, work }: Options) {
  const executions = new Map<string, Execution>();
  const callbacks = new Callbacks();
  const sent = { lost: 0 };

  function start(machine: string, name: string, input: unknown, inject: Inject): Execution {
    const arn = `arn:aws:states:${ACCOUNT}:execution:${machine}:${name}`;
    const execution = startExecution({
      definition: definitions[machine] ?? '',
      input,
      name,
      arn,
      stateMachine: { name: machine, arn: `arn:aws:states:${ACCOUNT}:stateMachine:${machine}` },
      roleArn: `arn:aws:iam::123456789012:role/${machine}`,
      clock,
      seed: 7,
      task: (call) => inject(call, () => answer(call, inject)),
    });
    executions.set(name, execution);
    return execution;
  }

  function answer(call: TaskCall, inject: Inject): Promise<unknown> {
    if (call.resource.endsWith(':startExecution.sync:2')) return nested(call, inject);
    return call.resource.endsWith(CALLBACK) ? callback(call) : work(call);
  }

  async function nested(call: TaskCall, inject: Inject): Promise<unknown> {
    const { StateMachineArn, Name, Input } = call.arguments as Record<string, string>;
    const [machine = '', name = ''] = [StateMachineArn, Name];
    if (executions.has(name)) throw named('StepFunctions.ExecutionAlreadyExistsException', name);
    const child = start(machine, name, Input, inject);
    call.submitted({ ExecutionArn: child.arn });
    const stop = () => child.status === 'RUNNING' && child.stop();
    call.signal.addEventListener('abort', stop);
    const result = await whileTimePasses(call, child.done());
    call.signal.removeEventListener('abort', stop);
    const { status, output, error, cause } = result;
    const description = { ExecutionArn: child.arn, Name: name, Status: status };
    if (status === 'SUCCEEDED') return { ...description, Output: output };
    throw named('States.TaskFailed', JSON.stringify({ ...description, Error: error, Cause: cause }));
  }

  async function callback(call: TaskCall): Promise<unknown> {
    const submitted = { ...call, resource: call.resource.slice(0, -CALLBACK.length) };
    let isOver = false;
    let rest = () => {};
    const answered = callbacks.answer(call, call.taskToken ?? '', async () => {
      call.submitted(await work(submitted));
      if (!isOver) rest = letTimePass(call);
      return new Promise(() => {});
    });
    return answered.finally(() => {
      isOver = true;
      rest();
    });
  }

  return {
    start,
    definitionOf: (machine: string) => definitions[machine],
    find: (name: string): Execution | undefined => executions.get(name),
    /** The next so many calls of the client fail before they get through. */
    loseCalls(count: number) {
      sent.lost = count;
    },
    /** Takes SendTaskSuccess and DescribeExecution. */
    client: {
      async send({ input }: { input: { taskToken: string; output: string; executionArn?: string } }) {
        if (input.executionArn)
          return { status: executions.get(input.executionArn.split(':').at(-1) ?? '')?.status };
        if (sent.lost-- > 0) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
        try {
          callbacks.succeed(input.taskToken, JSON.parse(input.output));
        } catch (error) {
          throw error instanceof ApiError ? asSdkError(error) : error;
        }
        return {};
      },
    } as unknown as SFNClient,
  };
}

/** A call that waits for something else than the clock would hold time still. */
async function whileTimePasses<Result>(call: TaskCall, answer: Promise<Result>): Promise<Result> {
  const end = letTimePass(call);
  return answer.finally(end);
}

function letTimePass(call: TaskCall): () => void {
  const rest = new AbortController();
  call.clock.sleep(Number.POSITIVE_INFINITY, rest.signal).catch(() => {});
  return () => rest.abort();
}

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

const SDK_ERRORS = { InvalidToken, TaskDoesNotExist, TaskTimedOut };

function asSdkError({ name, message }: ApiError): Error {
  const SdkError = SDK_ERRORS[name as keyof typeof SDK_ERRORS];
  return new SdkError({ message, $metadata: {} });
}
