/** Applies planned faults to a state's call of its Resource. */
import { caller } from '../doubles/caller';
import { FAILURES, type Failure, type Faults, type FaultyCall } from '../doubles/faults';
import { killed } from '../doubles/lambda';
import { TaskFailure } from '../simulator/integrations/failure';
import type { TaskCall } from '../simulator/types';

/** Runs the call's integration; with a failure, as when the service fails so. */
type Work = (call: TaskCall, failure?: Failure) => Promise<unknown>;

/**
 * Runs a state's call under the fault that is planned for it.
 *
 * @param callerMatters whether a service's fault may need the caller
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
  place: call.state,
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

/** Whether the state waits for more than the response to its request. */
export const waitsForAnswer = ({ resource }: TaskCall) => /\.(sync(:2)?|waitForTaskToken)$/.test(resource);

const isFunction = ({ resource }: TaskCall) => /:lambda:invoke\b/.test(resource);

/** Carries out the request and does not wait further. The task token is then invalid; a nested execution continues. */
async function submitted(call: TaskCall, work: Work): Promise<unknown> {
  const waiting = new AbortController();
  const signal = AbortSignal.any([call.signal, waiting.signal]);
  const output = await new Promise((resolve, reject) => {
    work({ ...call, signal, submitted: resolve }).then(resolve, reject);
  });
  // A nested execution has a token too.
  if (call.resource.endsWith('.waitForTaskToken')) waiting.abort();
  return output;
}

const failed = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error('The call did not fail.'),
    (error: Error) => error,
  );

/** A state's error of this name. A function's own errors have Lambda's payload as cause. */
function taskFailure(call: TaskCall, name: string, message = `${name}, as the test wants it`): TaskFailure {
  const isOwn = isFunction(call) && !/^(Lambda|States)\./.test(name);
  const report = { errorType: name, errorMessage: message, trace: [] };
  return new TaskFailure(name, isOwn ? JSON.stringify(report) : message);
}
