// What the local cloud holds of an execution: a line for each record, and the whole of it in a fold.

import type { ShownRecord } from '../model';
import { make, show } from './dom';

export function showRecords({ is, problem }: { is: ShownRecord[] | undefined; problem: string }): void {
  show('details', { records: is, problem }, () => [
    make('p', { class: 'faint' }, 'What the tables, the buckets and the double of Stripe hold of it now.'),
    ...(problem === '' ? [] : [make('p', { class: 'error' }, problem)]),
    ...(is ? [listOf(is)] : problem === '' ? [make('p', { class: 'faint' }, 'Reading…')] : []),
  ]);
}

const listOf = (records: readonly ShownRecord[]): HTMLElement =>
  records.length === 0
    ? make('p', {}, 'It has no records of its own.')
    : make('dl', { class: 'records' }, ...records.flatMap(rowOf));

const rowOf = ({ title, says, item }: ShownRecord, index: number): Node[] => [
  make('dt', { class: 'faint' }, title),
  make(
    'dd',
    { class: 'record' },
    item === undefined
      ? says
      : make(
          'details',
          {},
          make('summary', { 'data-focus': `record ${index}` }, says),
          make('pre', { tabindex: '0', 'data-focus': `item ${index}` }, JSON.stringify(item, null, 2)),
        ),
  ),
];
