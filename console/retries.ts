// How often a state that has failed will still be tried.

import type { Timeline, Visit } from '../bin/history/timeline';
import { list, type RawState, strings } from './definition';

/** In a sentence; undefined of a visit that has not failed or has ended, and when no retrier takes its error. */
export function triesLeft(
  state: RawState,
  { tries, exitedAt }: Visit,
  { redrivenAt, end }: Pick<Timeline, 'redrivenAt' | 'end'>,
): string | undefined {
  if (end || exitedAt) return undefined;
  const since = redrivenAt.at(-1);
  // A redrive counts anew.
  const errors = tries
    .filter(({ startedAt }) => since === undefined || startedAt >= since)
    .flatMap(({ error }) => error ?? []);
  const last = errors.at(-1);
  const retriers = list(state.Retry);
  const retrierOf = (error: string) => retriers.find(({ ErrorEquals }) => takes(strings(ErrorEquals), error));
  const retrier = last === undefined ? undefined : retrierOf(last);
  if (!retrier) return undefined;
  const failed = errors.filter((error) => retrierOf(error) === retrier).length;
  const left = Number(retrier.MaxAttempts ?? 3) - failed;
  const waits = tries.at(-1)?.error !== undefined;
  const more = left === 1 ? '1 more try' : `up to ${left} more tries`;
  if (!waits) return left <= 0 ? 'This is its last try.' : `After this try, ${more} if it fails.`;
  if (left < 0) return undefined;
  return left === 0 ? 'Its last try is to come.' : `Its next try is to come, and ${more} after it.`;
}

/** Whether a retrier of these errors takes this one, by the rules of the language. */
function takes(errorEquals: readonly string[], error: string): boolean {
  return errorEquals.some(
    (each) =>
      each === error ||
      (each === 'States.ALL' && !terminal.has(error)) ||
      (each === 'States.TaskFailed' && error !== 'States.Timeout' && !terminal.has(error)) ||
      (each === 'States.Timeout' && error === 'States.HeartbeatTimeout'),
  );
}

/** Errors that only their own name takes, if anything does. */
const terminal = new Set(['States.DataLimitExceeded', 'States.Runtime']);
