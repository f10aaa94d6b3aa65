// The rows of a Map Run: orders, and batches that open to their orders.

import type { Standing } from '../../bin/history/standing';
import { duration, moment } from '../../bin/terminal/text';
import type { BatchRow, OrderRow, ShownBatch } from '../model';
import { make } from './dom';
import { signs, toneOf } from './signs';

const kinds: Record<string, { standing: Standing; word: string }> = {
  BATCH_FAILED: { standing: 'failed', word: 'its batch failed' },
  BATCH_PENDING: { standing: 'failed', word: 'its batch never ran' },
  BATCH_RUNNING: { standing: 'running', word: 'its batch runs' },
  FAILED: { standing: 'failed', word: 'failed' },
  TIMED_OUT: { standing: 'failed', word: 'timed out' },
  ABORTED: { standing: 'failed', word: 'stopped' },
  HALF_WAY: { standing: 'inside', word: 'half-way, left alone' },
  INVALID: { standing: 'caught', word: 'not a valid order' },
  RUNNING: { standing: 'running', word: 'runs' },
  STARTED: { standing: 'done', word: 'started' },
  STARTED_AGAIN: { standing: 'done', word: 'started again' },
  ALREADY_STARTED: { standing: 'done', word: 'started before' },
  SUCCEEDED: { standing: 'done', word: 'succeeded' },
};

const kindOf = (kind: string) => kinds[kind] ?? { standing: 'waiting' as const, word: kind };

/** What a kind of order or batch is called. */
export const kindWord = (kind: string): string => kindOf(kind).word;

export function orderTable(rows: readonly OrderRow[], open: (execution: string) => void): HTMLElement {
  return table(
    ['Line', 'Import', 'Order', 'How it stands', 'Why'],
    rows.map((row) => orderLine(row, open)),
  );
}

function orderLine({ line, kind, orderId, execution, stands, why }: OrderRow, open: (name: string) => void) {
  const link =
    stands && execution
      ? make('button', { class: 'link', onclick: () => open(execution), 'data-focus': execution }, execution)
      : (orderId ?? '');
  const tone = stands && toneOf(stands);
  const reason = [why, stands?.why].filter(Boolean).join(' ');
  return make(
    'tr',
    {},
    make('td', { class: 'number' }, `line ${line}`),
    cell(kindOf(kind).standing, kindWord(kind)),
    make('td', {}, link),
    tone
      ? cell(tone, standingWord(stands))
      : make('td', { class: 'faint' }, orderId ? 'was not started' : ''),
    make('td', { class: 'why' }, reason),
  );
}

const standingWord = ({ outcome, undone }: NonNullable<OrderRow['stands']>): string =>
  undone === undefined ? outcome : `${outcome}, ${undone ? 'undone' : 'half-way'}`;

interface BatchOptions {
  opened: ReadonlyMap<string, ShownBatch>;
  toggle(arn: string): void;
  open(execution: string): void;
}

export function batchTable(rows: readonly BatchRow[], { opened, toggle, open }: BatchOptions): HTMLElement {
  return table(
    ['Batch', 'How it stands', 'Started', 'Orders', 'Why'],
    rows.flatMap(({ arn, name, kind, startedAt, endedAt, orders, why }) => {
      const inside = opened.get(arn);
      const row = make(
        'tr',
        {},
        make(
          'td',
          {},
          make(
            'button',
            {
              class: 'link',
              onclick: () => toggle(arn),
              'data-focus': arn,
              'aria-expanded': String(inside !== undefined),
              title: name,
            },
            `${inside ? '▾' : '▸'} ${name.slice(0, 8)}`,
          ),
        ),
        cell(kindOf(kind).standing, kindWord(kind)),
        make(
          'td',
          {},
          `${moment(new Date(startedAt))}${endedAt === undefined ? '' : `, took ${duration(endedAt - startedAt)}`}`,
        ),
        make('td', { class: 'number' }, orders === undefined ? '' : `${orders} orders`),
        make('td', { class: 'why' }, inside?.why || why),
      );
      return inside
        ? [
            row,
            make(
              'tr',
              { class: 'inside' },
              make('td', { colspan: '5' }, make('div', {}, orderTable(inside.orders, open))),
            ),
          ]
        : [row];
    }),
  );
}

const cell = (standing: Standing, word: string) =>
  make('td', { class: `${standing} sign` }, `${signs[standing].sign} ${word}`);

const table = (titles: readonly string[], rows: readonly HTMLElement[]): HTMLElement =>
  make(
    'table',
    {},
    make('thead', {}, make('tr', {}, ...titles.map((title) => make('th', { scope: 'col' }, title)))),
    make('tbody', {}, ...rows),
  );
