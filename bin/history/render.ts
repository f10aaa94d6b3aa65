// Renders a timeline as text: a line for each state with its failures below it, and a conclusion at the end.

import { duration, moment, plain } from '../terminal/text';
import { type NextOptions, type NextStep, nextSteps } from './next';
import { type RowOptions, rowsOf } from './rows';
import type { Timeline } from './timeline';
import { type Verdict, verdictOf } from './verdict';

export interface RenderOptions extends Pick<RowOptions, 'colours' | 'children'>, NextOptions {
  now: Date;
}

/** Renders the status: where the execution stands, why, and what to do. */
export function renderStatus(timeline: Timeline, options: RenderOptions): string {
  const verdict = verdictOf(timeline);
  // The headline already shows the outcome.
  const [, ...details] = conclusion(verdict, options);
  return [headline(timeline, verdict, options), ...details].join('\n');
}

/** Renders the status and every state before it. */
export function renderHistory(timeline: Timeline, options: RenderOptions): string {
  const verdict = verdictOf(timeline);
  const redrives = timeline.redrivenAt.map((at) => `redriven ${moment(at)}`);
  const facts = [
    `started ${moment(timeline.startedAt)}`,
    ...redrives,
    `${timeline.transitions} billed transitions`,
  ];
  return [
    headline(timeline, verdict, options),
    facts.join(', '),
    '',
    ...table(timeline, options),
    '',
    ...conclusion(verdict, options),
  ].join('\n');
}

/** `order-A1  SHIPPED after 4.2 s, on version 7`. */
function headline(
  { startedAt, end, version }: Timeline,
  { outcome, failed }: Verdict,
  options: RenderOptions,
): string {
  const { colours, name, now } = options;
  const took = duration((end?.at ?? now).getTime() - startedAt.getTime());
  const colour = failed ? colours.red : good.has(outcome) ? colours.green : colours.yellow;
  const on = version === undefined ? '' : `, on version ${version}`;
  return `${colours.bold(plain(name))}  ${colour(outcome)} ${end ? `after ${took}` : `for ${took} so far`}${on}`;
}

const good = new Set(['SHIPPED', 'ONBOARDED', 'SUCCEEDED', 'APPROVED']);

function table(timeline: Timeline, { colours, children }: RenderOptions): string[] {
  const rows = rowsOf(timeline.visits, { colours, children, running: !timeline.end });
  const stateWidth = Math.max(20, ...rows.map(({ state }) => state.length));
  return rows.flatMap(({ at, state, took, note, failures }) => {
    const offset = at ? `+${duration(at.getTime() - timeline.startedAt.getTime())}` : '';
    const line = `${colours.dim(offset.padStart(OFFSET))}  ${state.padEnd(stateWidth)}  ${took.padStart(OFFSET)}  ${note}`;
    return [line.trimEnd(), ...failures.map((failure) => `${' '.repeat(OFFSET + 6)}${failure}`)];
  });
}

/** Width of the offsets: `+12 min 30 s` is the longest of the usual ones. */
const OFFSET = 12;

/** Outcome, reason, what was undone, and what to do: enough for a reader who knows nothing of the execution. */
function conclusion(verdict: Verdict, options: RenderOptions): string[] {
  const { outcome, failed, why, undone, lines, at } = verdict;
  return [
    ...section('Outcome', [failed ? `${outcome}: a person must look` : outcome]),
    ...section('Why', why),
    ...section('Lines', lines),
    ...section('Undone', undone),
    ...section('Waits at', failed ? [] : at),
    ...section('Next', nextSteps(verdict, options).map(line)),
  ];
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.map((line, index) => `${(index === 0 ? title : '').padEnd(10)}${line}`);

const line = ({ say, run }: NextStep): string => [say, run].filter(Boolean).join(' ');
