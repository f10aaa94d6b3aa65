// Reads how executions have ended. What has ended does not change, so each is read once: again only after a redrive.

import { inBatches } from '../bin/cli/batches';
import type { Cloud } from '../bin/cli/cloud';
import { failureOf, problemsOf, reasonOf, sentence } from '../bin/history/failure';
import { record } from '../bin/history/json';
import { plain } from '../bin/terminal/text';
import { describeExecution, type ExecutionState } from '../client/status';
import type { Outcome } from './model';
import { isFailed, type Listed } from './searches';

/** Concurrent calls of DescribeExecution. */
const AT_ONCE = 20;

export interface Outcomes {
  /** Reads the first of those that have ended and are not known, so many at most: the next time has the next. */
  read(executions: readonly Listed[], most: number): Promise<void>;
  isKnown(execution: Listed): boolean;
  /** The status stands for an outcome that is not known. */
  of(execution: Listed): Outcome;
}

export function outcomesIn(cloud: Cloud): Outcomes {
  const known = new Map<string, Outcome>();
  const keyOf = ({ arn, endedAt }: Listed) => `${arn} ${endedAt}`;
  const isKnown = (each: Listed) => known.has(keyOf(each));
  /** Under way: the list and the stage's health want the same at the same time. */
  const flights = new Map<string, Promise<void>>();
  const readOne = (each: Listed): Promise<void> => {
    const key = keyOf(each);
    const flight =
      flights.get(key) ??
      describeExecution<unknown>(cloud.sfn, each.arn)
        .then((state) => void known.set(key, outcomeOf(state)))
        .finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };
  return {
    isKnown,
    read: async (executions, most) => {
      const unread = executions.filter((each) => each.endedAt !== undefined && !isKnown(each));
      await inBatches(unread.slice(0, most), AT_ONCE, readOne);
    },
    of: (each) => known.get(keyOf(each)) ?? { outcome: each.status, why: '', failed: isFailed(each) },
  };
}

export function outcomeOf(state: ExecutionState<unknown>): Outcome {
  if ('undone' in state) {
    const { state: at, ...failure } = failureOf(state);
    const said = state.error === undefined ? '' : sentence(failure);
    const why = [at, said].filter(Boolean).join(': ');
    return { outcome: state.status, why, failed: true, undone: state.undone };
  }
  if (state.status !== 'SUCCEEDED') return { outcome: state.status, why: '', failed: false };
  const output = record(state.output);
  const outcome = typeof output.outcome === 'string' ? plain(output.outcome) : state.status;
  const why = typeof output.reason === 'string' ? [reasonOf(output)] : problemsOf(output);
  return { outcome, why: why.join('; '), failed: false };
}
