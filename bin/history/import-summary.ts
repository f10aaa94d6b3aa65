// Reports the lines of an imported file: how many were started, and which were not.

import { plain } from '../terminal/text';
import { problemsOf } from './failure';
import { record } from './json';
import type { Timeline } from './timeline';

/** Returns the counts, then a line for each order that was not started; nothing before the import's summary exists. */
export function importSummary({ visits }: Timeline): string[] {
  const answer = visits.findLast(({ state, exitedAt }) => state === 'Summarise' && exitedAt)?.answer;
  const { total, started, alreadyStarted, invalid, failed, badLines, failedLines, report } = record(answer);
  if (typeof total !== 'number') return [];
  const bad = list(badLines);
  return [
    `${total} orders: ${started} started, ${alreadyStarted} started before, ${invalid} invalid, ${failed} failed`,
    ...bad.map((each) => `line ${each.line}: ${problemsOf(each).join('; ')}`),
    ...list(failedLines).map(
      ({ line, orderId, error }) =>
        `line ${line}: ${plain(orderId)} was not started, ${plain(error ?? 'unknown why')}`,
    ),
    ...(bad.length < Number(invalid) ? [`all ${invalid} invalid lines: ${plain(report)}`] : []),
  ];
}

const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.map(record) : []);
