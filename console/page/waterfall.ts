// What happened, in order: a bar for each visit to a state, with each of its tries.
//
// While an execution goes on this is shown anew every second, and its rows may be hundreds: so a row's element is kept,
// and made anew only when the row has changed. Bars are placed by the style sheet, from the length of the whole.

import { duration } from '../../bin/terminal/text';
import type { Row, ShownExecution, ShownVisit } from '../model';
import { arrange, make, part } from './dom';
import { signs } from './signs';

const instant = new Set(['Choice', 'Pass', 'Succeed', 'Fail']);

interface Line {
  element: HTMLElement;
  /** What it shows. */
  state: string;
}

interface Shown {
  arn: string;
  axis: HTMLElement;
  lines: Map<string, Line>;
  choose(key: string): void;
}

let shown: Shown | undefined;

export function showWaterfall(
  { rows, startedAt, endedAt, arn }: ShownExecution,
  chosen: string | undefined,
  choose: (visit: ShownVisit) => void,
): void {
  const place = part('waterfall');
  const end = endedAt ?? Date.now();
  const whole = Math.max(1, end - startedAt);
  if (shown?.arn !== arn) {
    shown = { arn, axis: make('div', { class: 'axis faint' }), lines: new Map(), choose: () => {} };
    place.scrollTop = 0;
  }
  const { axis, lines } = shown;
  shown.choose = (key) => {
    const visit = rows.find((row): row is ShownVisit => 'key' in row && row.key === key);
    if (visit) choose(visit);
  };
  axis.replaceChildren(
    make('span', {}, 'State'),
    make('span', {}, `${duration(whole)}${endedAt === undefined ? ' so far' : ' in all'}`),
  );
  place.style.setProperty('--whole', String(whole));
  const elements = rows.map((row, index) =>
    'rounds' in row
      ? kept(lines, `rounds ${index}`, [row], () => rounds(row))
      : kept(lines, row.key, stateOf(row, end), (known) => line(row, { known, startedAt, end })),
  );
  for (const element of elements) {
    if (element.getAttribute('data-focus') === (chosen ?? '')) element.setAttribute('aria-current', 'true');
    else element.removeAttribute('aria-current');
  }
  arrange(place, [axis, ...elements]);
}

/** The element of a row: what `build` makes of the one that it had, unless that shows this state already. */
function kept(
  lines: Map<string, Line>,
  key: string,
  state: unknown,
  build: (known: HTMLElement | undefined) => HTMLElement,
): HTMLElement {
  const text = JSON.stringify(state);
  const known = lines.get(key);
  if (known?.state === text) return known.element;
  const element = build(known?.element);
  lines.set(key, { element, state: text });
  return element;
}

/** What a row shows: of a visit that goes on, until now. */
const stateOf = ({ input, result, variables, ...visit }: ShownVisit, end: number): unknown =>
  visit.exitedAt === undefined ? [visit, end] : [visit];

interface Span {
  /** The element that it had, which keeps the focus. */
  known: HTMLElement | undefined;
  startedAt: number;
  end: number;
}

function line(visit: ShownVisit, { known, startedAt, end }: Span): HTMLElement {
  const { state, standing, tries, depth, key, enteredAt, exitedAt, nested } = visit;
  const { sign, word } = signs[standing];
  const label = make(
    'span',
    { class: 'label' },
    make('span', { class: 'sign' }, `${sign} `),
    state,
    tries.length > 1 && make('b', {}, ` ×${tries.length}`),
  );
  label.style.setProperty('padding-left', `${depth * 14}px`);
  const until = exitedAt ?? (standing === 'failed' ? (tries.at(-1)?.endedAt ?? end) : end);
  const took = instant.has(visit.type) ? '' : duration(until - enteredAt);
  const bar = (name: string, from: number, to: number) => {
    const element = make('span', { class: name });
    element.style.setProperty('--from', String(Math.max(0, from - startedAt)));
    element.style.setProperty('--to', String(Math.max(0, to - startedAt)));
    return element;
  };
  const element = known ?? make('button', { 'data-focus': key, onclick: () => shown?.choose(key) });
  element.className = `row ${standing}${nested ? ' nested' : ''}`;
  element.title = `${state}: ${word}${visit.note ? `, ${visit.note}` : ''}`;
  element.replaceChildren(
    label,
    make(
      'span',
      { class: 'track', 'aria-hidden': 'true' },
      bar('span', enteredAt, until),
      ...tries.map((each) =>
        bar(each.error === undefined ? 'try' : 'try bad', each.startedAt, each.endedAt ?? until),
      ),
    ),
    make('span', { class: 'took' }, took),
  );
  return element;
}

function rounds({ depth, rounds: count }: Extract<Row, { rounds: number }>): HTMLElement {
  const element = make('div', { class: 'rounds' }, `… ${count} more rounds of the same`);
  element.style.setProperty('padding-left', `${depth * 14 + 22}px`);
  return element;
}
