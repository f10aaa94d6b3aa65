/** Planned faults between a state and what its Resource names. */
import { caller } from '../doubles/caller';
import { FAILURES, type Failure, type Faults, type FaultyCall } from '../doubles/faults';
import { killed } from '../doubles/lambda';
import { TaskFailure } from '../simulator/integrations/failure';
import type { TaskCall } from '../simulator/types';

/** Does what the call's Resource names; with a failure, what that does when the service fails so. */
type Work = (call: TaskCall, failure?: Failure) => Promise<unknown>;

/**
 * Runs a state's call under the fault that is planned for it.
 *
 * @param callerMatters whether a service that is called may need to know by whom
 */
export async function underFaults(
  call: TaskCall,
  plan: Faults,
  callerMatters: boolean,
  work: Work,
): Promise<unknown> {
  const fault = plan.take(call.state);
  const run = () => (fault ? fault(() => work(call), faultyCall(call, work)) : work(call));
  return callerMatters ? caller.run({ clock: call.clock }, run) : run();
}

const faultyCall = (call: TaskCall, work: Work): FaultyCall => ({
  arguments: call.arguments,
  clock: call.clock,
  request: () => (waitsForAnswer(call) ? submitted(call, work) : work(call)),
  error: async (what, message) => {
    const failure = FAILURES.find((each) => each === what);
    return failure ? failed(work(call, failure)) : taskFailure(call, what, message);
  },
  kill: async () => {
    if (isFunction(call)) throw taskFailure(call, killed().name);
    throw new Error(`${call.state} calls no function, so none can be killed.`);
  },
});

/** Whether the state goes on waiting when its request was carried out. */
export const waitsForAnswer = ({ resource }: TaskCall) => /\.(sync(:2)?|waitForTaskToken)$/.test(resource);

const isFunction = ({ resource }: TaskCall) => /:lambda:invoke\b/.test(resource);

/** Carries the request out, and then waits no longer: a token is nobody's then, but a nested execution goes on. */
async function submitted(call: TaskCall, work: Work): Promise<unknown> {
  const waiting = new AbortController();
  const signal = AbortSignal.any([call.signal, waiting.signal]);
  const output = await new Promise((resolve, reject) => {
    work({ ...call, signal, submitted: resolve }).then(resolve, reject);
  });
  if (call.taskToken !== undefined) waiting.abort();
  return output;
}

const failed = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error('The call did not fail.'),
    (error: Error) => error,
  );

/** A function's own errors come as Lambda reports them. */
function taskFailure(call: TaskCall, name: string, message = `${name}, as the test wants it`): TaskFailure {
  const isOwn = isFunction(call) && !/^(Lambda|States)\./.test(name);
  const report = { errorType: name, errorMessage: message, trace: [] };
  return new TaskFailure(name, isOwn ? JSON.stringify(report) : message);
}
