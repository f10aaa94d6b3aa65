// The counts of a Map Run: of its batches, and of the orders in them.

import { duration } from '../../bin/terminal/text';
import type { MapRun, RunCounts } from '../model';
import { make, show } from './dom';
import { shares } from './share';
import { signs } from './signs';

const standings = [
  { of: 'failed', standing: 'failed', word: 'failed' },
  { of: 'running', standing: 'running', word: 'running' },
  { of: 'pending', standing: 'waiting', word: 'pending' },
  { of: 'succeeded', standing: 'done', word: 'succeeded' },
] as const;

/** Below the verdict of an execution: each of its Map Runs, with the way to what it has. */
export function showMapRuns(runs: readonly MapRun[], open: (run: string) => void): void {
  show('map-runs', runs, () =>
    runs.map((run) =>
      make(
        'div',
        { class: 'map-run' },
        ...counts(run),
        make(
          'button',
          { onclick: () => open(run.arn), 'data-focus': run.arn },
          'Show its orders and batches ›',
        ),
      ),
    ),
  );
}

export function counts({ state, status, startedAt, endedAt, batches, orders }: MapRun): Node[] {
  const took =
    endedAt === undefined ? 'runs' : `${status.toLowerCase()} after ${duration(endedAt - startedAt)}`;
  return [
    make('strong', {}, `${state} `, make('span', { class: 'faint' }, took)),
    count('batches', batches),
    count('orders', orders),
  ];
}

function count(what: string, counted: RunCounts): HTMLElement {
  const there = standings.filter(({ of }) => counted[of] > 0);
  const total = there.reduce((sum, { of }) => sum + counted[of], 0);
  return make(
    'span',
    { class: 'tally' },
    `${total} ${what}`,
    total > 0 && shares(there.map(({ of, standing }) => ({ standing, count: counted[of] }))),
    ...there.map(({ of, standing, word }) =>
      make(
        'span',
        { class: standing },
        make('span', { class: 'sign' }, signs[standing].sign),
        ` ${counted[of]} ${word}`,
      ),
    ),
  );
}
