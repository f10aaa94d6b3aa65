// Log lines of functions: those of a state in a fold of its details, or all of an execution.

import type { ShownLine, ShownLogs } from '../model';
import { make, show } from './dom';

/** What is known of the lines that were asked for. */
export interface Lines {
  is: ShownLogs | undefined;
  problem: string;
}

/** @param choose opens the visit in which a line was logged */
export function showAllLines(lines: Lines, choose: (visit: string) => void): void {
  show('details', { lines }, () => [
    ...linesOf(lines, (line) => line.state !== undefined && stateOf(line, choose)),
  ]);
}

const stateOf = ({ state = '', visit = '' }: ShownLine, choose: (visit: string) => void): HTMLElement =>
  make('button', { class: 'at-state', onclick: () => choose(visit) }, state);

/**
 * @param visit key of the visit whose lines they are, or around it
 * @param isOpen whether somebody looks at them; `toggle` is called when that changes
 */
export function foldOfLines(
  visit: string,
  lines: Lines,
  { isOpen, toggle }: { isOpen: boolean; toggle: (isOpen: boolean) => void },
): HTMLElement {
  const inside = (line: ShownLine) => line.visit !== visit && make('span', {}, line.state ?? '');
  const fold = make(
    'details',
    isOpen ? { open: '' } : {},
    make('summary', { 'data-focus': 'lines' }, 'Log lines'),
    ...(isOpen ? linesOf(lines, inside) : []),
  );
  fold.addEventListener('toggle', () => fold.open !== isOpen && toggle(fold.open));
  return fold;
}

function linesOf({ is, problem }: Lines, place: (line: ShownLine) => HTMLElement | false): Node[] {
  return [
    ...(problem === '' ? [] : [make('p', { class: 'error' }, problem)]),
    ...(is ? shown(is, place) : problem === '' ? [make('p', { class: 'faint' }, 'Reading…')] : []),
  ];
}

function shown(logs: ShownLogs, place: (line: ShownLine) => HTMLElement | false): Node[] {
  const { lines, problems } = logs;
  return [
    ...problems.map((each) => make('p', { class: 'error' }, each)),
    make('p', { class: 'faint' }, summaryOf(logs)),
    ...(lines.length === 0
      ? []
      : [make('ul', { class: 'lines' }, ...lines.map((line) => item(line, place(line))))]),
  ];
}

function summaryOf({ lines, leftOut, functions, problems, more }: ShownLogs): string {
  const soon = more ? ' Lines come some seconds late.' : '';
  if (functions.length === 0) return 'No function runs in this state, so there are no lines.';
  if (leftOut > 0)
    return `The newest ${lines.length} lines; ${leftOut} older ones are left out, which the command logs shows.${soon}`;
  if (lines.length > 0)
    return `${lines.length === 1 ? '1 line' : `${lines.length} lines`}, times in UTC.${soon}`;
  return problems.length > 0 ? '' : `${list(functions)} logged nothing that the stage keeps.${soon}`;
}

const list = (names: readonly string[]): string =>
  names.length > 3 ? `${names.length} functions` : names.join(' and ');

const tones: Record<string, { sign: string; tone: string }> = {
  ERROR: { sign: '✕', tone: 'failed' },
  CRITICAL: { sign: '✕', tone: 'failed' },
  WARN: { sign: '!', tone: 'caught' },
};

function item(line: ShownLine, place: HTMLElement | false): HTMLElement {
  const { at, level, text, details, stack, function: name } = line;
  const { sign, tone } = tones[level] ?? { sign: '', tone: '' };
  return make(
    'li',
    { class: 'line' },
    make('span', { class: 'faint', title: `${new Date(at).toISOString()}, ${name}` }, clock(at)),
    level !== '' &&
      make('span', { class: tone === '' ? 'faint' : `sign ${tone}` }, `${sign} ${level}`.trim()),
    place,
    make('span', { class: tone === '' ? '' : 'strong' }, text),
    ...details.map(([field, value]) =>
      make('span', {}, make('span', { class: 'faint' }, `${field} `), value),
    ),
    stack.length > 0 &&
      make(
        'details',
        { class: 'whole' },
        make('summary', { 'data-focus': `stack ${at} ${name}` }, `Stack, ${stack.length} frames`),
        make('pre', { tabindex: '0', 'data-focus': `frames ${at} ${name}` }, stack.join('\n')),
      ),
  );
}

/** `16:34:12.456`, with the day before it when that is not today. */
function clock(at: number): string {
  const [day = '', time = ''] = new Date(at).toISOString().replace('Z', '').split('T');
  return day === new Date().toISOString().slice(0, 10) ? time : `${day} ${time}`;
}
