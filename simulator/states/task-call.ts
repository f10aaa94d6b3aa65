// One call of the task runner: its deadlines, and what becomes of its answer.

import { Interrupted, StateError } from '../errors';
import type { Step } from '../step';
import type { Clock, TaskCall } from '../types';
import type { Limits } from './task-events';

/** A timer that is no longer needed rejects with this: nobody looks at it, so it need not be an error. */
const unneeded = 'unneeded';

/**
 * Calls the runner with `text`, the arguments as JSON. Gives up on it, and aborts its signal, at the first lapse of
 * a deadline (StateError States.Timeout) or when the flow is interrupted. Rejects with whatever the runner throws.
 */
export function callTask(
  step: Step,
  resource: string,
  text: string,
  limits: Limits,
  submitted: TaskCall['submitted'] = () => {},
): Promise<unknown> {
  const { run, signal } = step.flow;
  const { timeoutSeconds, heartbeatSeconds } = limits;
  const hasDeadline = timeoutSeconds !== undefined || heartbeatSeconds !== undefined;
  const timers = hasDeadline ? new AbortController() : undefined;
  let caller: AbortController | undefined;
  let gaveUp: Error | undefined;
  return new Promise<unknown>((resolve, reject) => {
    const finish = () => {
      timers?.abort(unneeded);
      signal.removeEventListener('abort', interrupt);
    };
    const giveUp = (reason: Error) => {
      gaveUp = reason;
      finish();
      reject(reason);
      caller?.abort(reason);
    };
    const interrupt = () => giveUp(new Interrupted());
    const deadline = (lapse: Promise<void>, alias?: string) =>
      lapse.then(
        () => giveUp(new StateError('States.Timeout', '', alias)),
        () => {},
      );
    signal.addEventListener('abort', interrupt);
    if (timeoutSeconds !== undefined) void deadline(run.clock.sleep(timeoutSeconds, timers?.signal));
    const heart = heartbeatSeconds === undefined ? undefined : new Heart(run.clock, heartbeatSeconds);
    if (heart) void deadline(heart.stops(timers?.signal), 'States.HeartbeatTimeout');
    const call: TaskCall = {
      resource,
      // Parsed anew for each try: whatever the runner does to it stays with the runner.
      arguments: JSON.parse(text),
      state: step.state.name,
      attempt: step.retryCount,
      ...(step.taskToken !== undefined && { taskToken: step.taskToken }),
      clock: run.clock,
      // Most runners never look at it, and it costs as much as the rest of the call.
      get signal() {
        caller ??= new AbortController();
        if (gaveUp) caller.abort(gaveUp);
        return caller.signal;
      },
      heartbeat: () => heart?.beat(),
      submitted,
      execution: { name: run.name, arn: run.arn },
    };
    const answer = new Promise((answered) => answered(run.task(call)));
    answer.finally(finish).then(resolve, reject);
  });
}

/** Stops when it has not beaten for a number of seconds. */
class Heart {
  private stopsAt = 0;

  constructor(
    private readonly clock: Clock,
    private readonly seconds: number,
  ) {
    this.beat();
  }

  beat(): void {
    this.stopsAt = this.clock.now().getTime() + this.seconds * 1000;
  }

  /** Resolves when it has stopped, rejects when the signal aborts. */
  async stops(signal: AbortSignal | undefined): Promise<void> {
    for (let left = this.left(); left > 0; left = this.left()) await this.clock.sleep(left / 1000, signal);
  }

  private left(): number {
    return this.stopsAt - this.clock.now().getTime();
  }
}
