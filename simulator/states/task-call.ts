// One call of a task runner: its events, its deadlines, and what becomes of its answer.

import { asStateError, Interrupted, StateError } from '../errors';
import { payload } from '../history';
import type { Step } from '../step';
import type { Clock, TaskCall } from '../types';
import type { Limits, TaskEvents } from './task-events';

interface Call extends Limits {
  resource: string;
  events: TaskEvents;
  /** The arguments as JSON. */
  text: string;
}

/** Answers the call's result. Throws StateError when it fails or takes too long, Interrupted when it is cut off. */
export async function callTask(step: Step, call: Call): Promise<unknown> {
  const { flow } = step;
  const { events } = call;
  const region = flow.run.arn.split(':')[3] ?? '';
  flow.record(`${events.prefix}Scheduled`, events.scheduled(call.text, call, region));
  flow.record(`${events.prefix}Started`, events.started);
  try {
    const answer = ask(step, call);
    if (events.isSubmitted) flow.record('TaskSubmitted', events.started);
    const text = payload(await answer, call.resource);
    flow.record(`${events.prefix}Succeeded`, events.succeeded(text));
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof Interrupted) throw thrown;
    const failure = asStateError(thrown);
    const type = failure.error === 'States.Timeout' ? 'TimedOut' : 'Failed';
    flow.record(`${events.prefix}${type}`, events.failed(failure.details));
    throw failure;
  }
}

/** Calls the runner, and gives up on it at the first lapse of a deadline or when the flow is interrupted. */
function ask(step: Step, call: Call): Promise<unknown> {
  const { run, signal } = step.flow;
  const caller = new AbortController();
  const timers = new AbortController();
  return new Promise<unknown>((resolve, reject) => {
    const giveUp = (reason: Error) => {
      finish();
      reject(reason);
      caller.abort(reason);
    };
    const interrupt = () => giveUp(new Interrupted());
    const finish = () => {
      timers.abort();
      signal.removeEventListener('abort', interrupt);
    };
    signal.addEventListener('abort', interrupt);
    const deadline = (sleep: Promise<void>, alias?: string) => {
      const lapse = () => giveUp(new StateError('States.Timeout', '', alias));
      // A timer that is no longer needed rejects.
      sleep.then(lapse, () => {});
    };
    if (call.timeoutSeconds !== undefined) deadline(run.clock.sleep(call.timeoutSeconds, timers.signal));
    const heart = heartbeat(run.clock, call.heartbeatSeconds, timers.signal);
    if (heart) deadline(heart.stopped, 'States.HeartbeatTimeout');
    const taskCall: TaskCall = {
      resource: call.resource,
      // Parsed anew for each try: whatever the runner does to it stays with the runner.
      arguments: JSON.parse(call.text),
      state: step.state.name,
      attempt: step.retryCount,
      ...(step.taskToken !== undefined && { taskToken: step.taskToken }),
      clock: run.clock,
      signal: caller.signal,
      heartbeat: heart?.beat ?? (() => {}),
      execution: { name: run.name, arn: run.arn },
    };
    const settle =
      <T>(then: (value: T) => void) =>
      (value: T) => {
        finish();
        then(value);
      };
    new Promise((started) => started(run.task(taskCall))).then(settle(resolve), settle(reject));
  });
}

/** `stopped` resolves when `seconds` have passed without a beat, and rejects when the signal aborts. */
function heartbeat(clock: Clock, seconds: number | undefined, signal: AbortSignal) {
  if (seconds === undefined) return undefined;
  let latest = clock.now().getTime();
  const stopped = async () => {
    for (;;) {
      const left = latest / 1000 + seconds - clock.now().getTime() / 1000;
      if (left <= 0) return;
      await clock.sleep(left, signal);
    }
  };
  const beat = () => {
    latest = clock.now().getTime();
  };
  return { beat, stopped: stopped() };
}
