/** The rows that measurements return, which `npm run bench` prints as one table. */
import { coloursFor, type Terminal } from '../../bin/terminal/progress';
import { table } from '../../bin/terminal/table';

export interface Measure {
  what: string;
  value: number;
  unit: '1/s' | '%' | 'KB' | 'ms' | 'orders' | 's';
  /** The largest or smallest value that it should have. */
  aim?: { most: number } | { least: number };
  /** What the value is compared with, or how it was measured. */
  note?: string;
}

const DIGITS = { '1/s': 0, '%': 1, KB: 0, ms: 0, orders: 0, s: 1 };

export function report(measures: readonly Measure[], terminal: Terminal): string {
  const colours = coloursFor(terminal);
  const head = ['Measured', 'Value', 'Aim', 'Reached', 'Remarks'].map(colours.bold);
  const rows = measures.map(({ what, value, unit, aim, note = '' }) => [
    what,
    `${value.toFixed(DIGITS[unit])} ${unit}`,
    aim ? ('most' in aim ? `≤ ${aim.most}` : `≥ ${aim.least}`) : '',
    aim ? (reached(value, aim) ? colours.green('yes') : colours.red('no')) : '',
    colours.dim(note),
  ]);
  return table([head, ...rows]);
}

const reached = (value: number, aim: NonNullable<Measure['aim']>) =>
  'most' in aim ? value <= aim.most : value >= aim.least;

/** The value that so many percent of all are not above. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
