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
    ...section('Next', next(verdict, options)),
  ];
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.map((line, index) => `${(index === 0 ? title : '').padEnd(10)}${line}`);

function next({ todo, advice, at, failed }: Verdict, { name, command }: RenderOptions): string[] {
  switch (todo) {
    case 'retry':
      return [
        'Nothing is left of this attempt, so a redrive would only fail again. When the cause is gone, start the next:',
        nextAttempt(name, command),
      ];
    case 'decide':
      return [
        'Not all of it is undone, and a redrive would only fail again.',
        advice ?? 'The runbook says what to do about the state at which it ended.',
        // Only an import may be repeated whatever is left of it: it leaves alone what lives.
        ...(workflowOf(name) === 'import' ? [nextAttempt(name, command)] : []),
      ];
    case 'redrive':
      return [
        `It stopped at ${at.join(' and ') || 'its start'} and is neither completed nor undone.`,
        `When the cause is gone, go on from there: ${command(`redrive ${name}`)}`,
      ];
    default:
      return !failed && at.includes('ReviewPayment')
        ? [`A person must answer: ${command(`review approve|reject ${name}`)}`]
        : [];
  }
}

/** `order-A1` is followed by attempt 2, `order-A1_2` by attempt 3; with the same input. */
function nextAttempt(name: string, command: RenderOptions['command']): string {
  const workflow = workflowOf(name);
  if (workflow === 'import') return command('import <file> --again');
  const number = Number(/_(\d+)$/.exec(name)?.[1] ?? '1') + 1;
  return command(`start ${workflow} --from ${name} --attempt ${number}`);
}
