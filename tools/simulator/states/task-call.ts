// One call of the task runner, with its timeouts.

import { Interrupted, StateError } from '../errors';
import { parseJson } from '../long-integers';
import type { Step } from '../step';
import type { Clock, TaskCall } from '../types';
import type { Limits } from './task-events';

interface CallOptions extends Limits {
  /** The role of the state's Credentials. */
  roleArn?: string | undefined;
  submitted?: TaskCall['submitted'];
  /** Called at each heartbeat. */
  beating?: () => void;
}

/**
 * Calls the runner with `text`, the arguments as JSON. Abandons the call, and aborts its signal, at the first timeout
 * (StateError States.Timeout) or when the flow is interrupted. Rejects with whatever the runner throws.
 */
export function callTask(
  step: Step,
  resource: string,
  text: string,
  { timeoutSeconds, heartbeatSeconds, roleArn, submitted = () => {}, beating }: CallOptions = {},
): Promise<unknown> {
  const { run, signal } = step.flow;
  let caller: AbortController | undefined;
  let gaveUp: Error | undefined;
  let sent: { value: unknown } | undefined;
  return new Promise<unknown>((resolve, reject) => {
    const finish = () => {
      callOffDeadline?.();
      heart?.stop();
      signal.removeEventListener('abort', interrupt);
    };
    const giveUp = (reason: Error) => {
      gaveUp = reason;
      finish();
      reject(reason);
      caller?.abort(reason);
    };
    const interrupt = () => giveUp(new Interrupted());
    const timedOut = (alias?: string) => giveUp(new StateError('States.Timeout', '', alias));
    signal.addEventListener('abort', interrupt);
    const callOffDeadline =
      timeoutSeconds === undefined ? undefined : run.clock.timer(timeoutSeconds, () => timedOut());
    const heart =
      heartbeatSeconds === undefined
        ? undefined
        : new HeartbeatDeadline(run.clock, heartbeatSeconds, () => timedOut('States.HeartbeatTimeout'));
    const call: TaskCall = {
      resource,
      // Parsed on first use. Each try has its own copy, which the runner may change.
      get arguments() {
        sent ??= { value: parseJson(text) };
        return sent.value;
      },
      state: step.state.name,
      attempt: step.retryCount,
      ...(step.taskToken !== undefined && { taskToken: step.taskToken }),
      clock: run.clock,
      // Created on first use: most runners do not use it, and it costs as much as the rest of the call.
      get signal() {
        caller ??= new AbortController();
        if (gaveUp) caller.abort(gaveUp);
        return caller.signal;
      },
      ...(roleArn !== undefined && { roleArn }),
      heartbeat: () => {
        beating?.();
        heart?.beat();
      },
      submitted,
      execution: { name: run.name, arn: run.arn },
    };
    const answer = new Promise((answered) => answered(run.task(call)));
    answer.then(
      (value) => {
        finish();
        resolve(value);
      },
      (reason) => {
        finish();
        reject(reason);
      },
    );
  });
}

/** Calls `fail` when `beat` has not been called for a number of seconds. */
class HeartbeatDeadline {
  /** Cancels the deadline. */
  stop = () => {};
  private failsAt = 0;

  constructor(
    private readonly clock: Clock,
    private readonly seconds: number,
    private readonly fail: () => void,
  ) {
    this.beat();
    this.watch();
  }

  beat(): void {
    this.failsAt = this.clock.now().getTime() + this.seconds * 1000;
  }

  private watch(): void {
    const left = this.failsAt - this.clock.now().getTime();
    if (left > 0) this.stop = this.clock.timer(left / 1000, () => this.watch());
    else this.fail();
  }
}
