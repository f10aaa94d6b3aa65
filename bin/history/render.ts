// Renders a timeline as text: a line for each state with its failures below it, and a conclusion at the end.

import { workflowOf } from '../../contracts/workflows';
import { duration, moment, plain } from '../terminal/text';
import { type RowOptions, rowsOf } from './rows';
import type { Timeline } from './timeline';
import { type Verdict, verdictOf } from './verdict';

export interface RenderOptions extends Pick<RowOptions, 'colours' | 'children'> {
  /** The execution's name. */
  name: string;
  now: Date;
  /** Makes a command line that the reader can paste from its words: `redrive order-A1`. */
  command: (words: string) => string;
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

/** `order-A1  SHIPPED after 4.2 s`. */
function headline(
  { startedAt, end }: Timeline,
  { outcome, failed }: Verdict,
  options: RenderOptions,
): string {
  const { colours, name, now } = options;
  const took = duration((end?.at ?? now).getTime() - startedAt.getTime());
  const colour = failed ? colours.red : good.has(outcome) ? colours.green : colours.yellow;
  return `${colours.bold(plain(name))}  ${colour(outcome)} ${end ? `after ${took}` : `for ${took} so far`}`;
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
    ...section('Next', next(verdict, options)),
  ];
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.map((line, index) => `${(index === 0 ? title : '').padEnd(10)}${line}`);

function next({ todo, at, failed }: Verdict, { name, command }: RenderOptions): string[] {
  if (todo === 'retry') return nextAttempt(name, command);
  if (todo === 'redrive') {
    return [
      `It stopped at ${at.join(' and ') || 'its start'} and is neither completed nor undone.`,
      `When the cause is gone, go on from there: ${command(`redrive ${name}`)}`,
    ];
  }
  const isForReview = !failed && at.includes('ReviewPayment');
  return isForReview ? [`A person must answer: ${command(`review approve|reject ${name}`)}`] : [];
}

/** The command for the next attempt with the same input: 2 after `order-A1`, 3 after `order-A1_2`. */
function nextAttempt(name: string, command: RenderOptions['command']): string[] {
  const workflow = workflowOf(name);
  const number = Number(/_(\d+)$/.exec(name)?.[1] ?? '1') + 1;
  if (workflow === 'import') {
    return [
      'Orders that were started go on. When the cause is gone, import the file again; no order starts twice:',
      command(`import <file> --attempt ${number}`),
    ];
  }
  return [
    'Nothing is left of this attempt, so a redrive would only fail again. When the cause is gone, start the next:',
    command(`start ${workflow} --from ${name} --attempt ${number}`),
  ];
}
