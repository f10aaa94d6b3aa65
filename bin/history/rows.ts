// Makes the rows of a timeline: one for each visit, including those in branches and nested executions.

import type { Colors } from 'picocolors/types';
import { clip, duration, plain } from '../terminal/text';
import { failureOf, sentence } from './failure';
import { collapse } from './loops';
import { noteOf, wasCaught } from './notes';
import { standingOf } from './standing';
import type { Timeline, Try, Visit } from './timeline';

export interface Row {
  at?: Date;
  /** The state's name, after the characters that draw its branch. */
  state: string;
  took: string;
  note: string;
  /** A line for each run of equal errors. */
  failures: string[];
}

export interface RowOptions {
  colours: Colors;
  /** Timelines of nested executions, by ARN. */
  children: ReadonlyMap<string, Timeline>;
  /** Whether the execution still runs. When it does not, an unfinished state was cut off. */
  running: boolean;
}

/** The longest cause that is shown, in characters; `--json` shows it in full. */
const MOST = 400;

/** `first` is the prefix of the first row, `rest` that of all others. */
export function rowsOf(visits: readonly Visit[], options: RowOptions, first = '', rest = first): Row[] {
  let lead = first;
  return collapse(visits).flatMap((shown) => {
    const before = lead;
    lead = rest;
    if ('rounds' in shown) {
      return [
        { state: `${before}…`, took: '', note: `${shown.rounds} more rounds of the same`, failures: [] },
      ];
    }
    const { visit } = shown;
    return [
      rowOf(visit, visits[visits.indexOf(visit) + 1], options, before),
      ...nestedRows(visit, options, rest),
    ];
  });
}

function nestedRows(visit: Visit, options: RowOptions, lead: string): Row[] {
  const child = visit.child === undefined ? undefined : options.children.get(visit.child);
  const inner = child ? [child.visits] : visit.branches;
  const own = child ? { ...options, running: !child.end } : options;
  return inner.flatMap((branch, index) => {
    const isLast = index === inner.length - 1;
    return rowsOf(branch, own, `${lead}${isLast ? '└ ' : '├ '}`, `${lead}${isLast ? '  ' : '│ '}`);
  });
}

function rowOf(visit: Visit, next: Visit | undefined, options: RowOptions, lead: string): Row {
  const { exitedAt, enteredAt, tries, type } = visit;
  const took =
    exitedAt && type !== 'Choice' && type !== 'Pass'
      ? duration(exitedAt.getTime() - enteredAt.getTime())
      : '';
  return {
    at: enteredAt,
    state: lead + plain(visit.state),
    took,
    note: [
      tries.length > 1 ? `${tries.length} tries` : undefined,
      type === 'Choice' && next ? `→ ${plain(next.state)}` : undefined,
      standing(visit, options),
      noteOf(visit),
    ]
      .filter((part) => part !== undefined)
      .join(', '),
    failures: failuresOf(visit).map((line) => options.colours.red(line)),
  };
}

function standing(visit: Visit, { colours, running }: RowOptions): string | undefined {
  switch (standingOf(visit, running)) {
    case 'failed':
      return colours.red(visit.type === 'Fail' ? 'ends the execution as FAILED' : 'failed');
    case 'caught':
      return colours.yellow('failed, and was handled');
    case 'undone':
      return wasCaught(visit) ? undefined : colours.yellow('undo');
    case 'running':
      return colours.cyan('is running');
    case 'waiting':
      return colours.yellow('waits for its next try');
    case 'cutOff':
      return colours.yellow('was cut off');
    case 'done':
    case 'inside':
      return undefined;
  }
}

/** Consecutive tries with the same error share a line. */
function failuresOf({ tries, failure }: Visit): string[] {
  const groups: { from: number; to: number; text: string }[] = [];
  for (const [index, attempt] of tries.entries()) {
    if (attempt.error === undefined) continue;
    const text = sentence(failureOf(attempt));
    const latest = groups.at(-1);
    if (latest?.text === text && latest.to === index) latest.to = index + 1;
    else groups.push({ from: index + 1, to: index + 1, text });
  }
  const lines = groups.map(({ from, to, text }) => clip(which(tries, from, to) + text, MOST));
  return failure ? [...lines, clip(sentence(failureOf(failure)), MOST)] : lines;
}

function which(tries: readonly Try[], from: number, to: number): string {
  if (tries.length === 1) return '';
  return from === to ? `try ${from}: ` : `tries ${from} to ${to}: `;
}
