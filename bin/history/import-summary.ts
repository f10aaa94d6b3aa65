// Reports the lines of an imported file: how many were started, and which were not.

import { plain } from '../terminal/text';
import { problemsOf } from './failure';
import { record } from './json';
import type { Timeline } from './timeline';

/** Returns the counts, then a line for each order that was not started; nothing before the import's summary exists. */
export function importSummary({ visits }: Timeline): string[] {
  const answer = visits.findLast(({ state, exitedAt }) => state === 'Summarise' && exitedAt)?.answer;
  const summary = record(answer);
  const { total, started, startedAgain, alreadyStarted, halfWay, invalid, failed, report } = summary;
  if (typeof total !== 'number') return [];
  const bad = list(summary.badLines);
  return [
    [
      `${total} orders: ${started} started`,
      ...(startedAgain ? [`${startedAgain} started again`] : []),
      `${alreadyStarted} started before`,
      ...(halfWay ? [`${halfWay} half-way`] : []),
      `${invalid} invalid`,
      `${failed} failed`,
    ].join(', '),
    ...bad.map((each) => `line ${each.line}: ${problemsOf(each).join('; ')}`),
    ...list(summary.halfWayLines).map(
      ({ line, execution }) => `line ${line}: ${plain(execution)} stopped half-way: redrive it`,
    ),
    ...list(summary.failedLines).map(
      ({ line, orderId, error }) =>
        `line ${line}: ${plain(orderId)} was not started, ${plain(error ?? 'unknown why')}`,
    ),
    ...(bad.length < Number(invalid) ? [`all ${invalid} invalid lines: ${plain(report)}`] : []),
  ];
}

const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.map(record) : []);
