/** What can go wrong between Step Functions and what a Task calls, as a test sets it for a state. */
import type { TaskCall } from '../../tools/simulator/types';

/** Stands between a state and the work that it asks for. */
export type TaskFault = (work: () => Promise<unknown>, call: TaskCall) => Promise<unknown>;

const named = (name: string, message = `${name}, as the test wants it`) =>
  Object.assign(new Error(message), { name });

/** What Lambda reports when a function throws an error of this name. */
export const lambdaError = (errorType: string, errorMessage = `${errorType}, as the test wants it`) =>
  named(errorType, JSON.stringify({ errorType, errorMessage, trace: [] }));

/** A service's answer, its errors named as the integration names them (`DynamoDb.` for the SDK's, `DynamoDB.` for the optimised one). */
export async function integration(prefix: string, work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const name = /(Exception|Error)$/.test(error.name) ? error.name : `${error.name}Exception`;
    throw named(
      `${prefix}.${name}`,
      `${error.message} (Service: ${prefix}, Status Code: 400, Request ID: 1)`,
    );
  }
}

/** Nothing is done; the state sees this error. */
export const fails =
  (error: string | Error): TaskFault =>
  async () => {
    throw typeof error === 'string' ? lambdaError(error) : error;
  };

/** The work is done, but the state sees an error: a lost reply, or a function that died after its last call. */
export const worksButFails =
  (error: string | Error): TaskFault =>
  async (work) => {
    await work();
    throw typeof error === 'string' ? lambdaError(error) : error;
  };

/** The function was killed after its work was done. */
export const killedAfterwards = worksButFails('Runtime.ExitError');

/** The work begins after so many seconds of virtual time, whether or not the state still waits for it. */
export const late =
  (seconds: number): TaskFault =>
  async (work, call) => {
    await call.clock.sleep(seconds);
    return work();
  };

export const passes: TaskFault = (work) => work();

/** The same at each of the first `count` tries. */
export const times = (count: number, fault: TaskFault): TaskFault[] =>
  Array.from({ length: count }, () => fault);

/** By state: a fault for each call in turn (then none), or one for all of them. */
export type FaultPlan = Record<string, TaskFault | TaskFault[]>;

/** Runs the work of a call under the plan; counts the calls of each state. */
export function faultInjector(plan: FaultPlan) {
  const calls = new Map<string, number>();
  return (call: TaskCall, work: () => Promise<unknown>): Promise<unknown> => {
    const count = calls.get(call.state) ?? 0;
    calls.set(call.state, count + 1);
    const planned = plan[call.state];
    const fault = Array.isArray(planned) ? planned[count] : planned;
    return fault ? fault(work, call) : work();
  };
}
