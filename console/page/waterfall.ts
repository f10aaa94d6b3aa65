// What happened, in order: a bar for each visit to a state, with each of its tries.

import { duration } from '../../bin/terminal/text';
import type { Row, ShownExecution, ShownVisit } from '../model';
import { make, show } from './dom';
import { signs } from './signs';

const instant = new Set(['Choice', 'Pass', 'Succeed', 'Fail']);

export function showWaterfall(
  { rows, startedAt, endedAt, arn }: ShownExecution,
  chosen: string | undefined,
  choose: (visit: ShownVisit) => void,
): void {
  const end = endedAt ?? Date.now();
  const whole = Math.max(1, end - startedAt);
  const percent = (at: number) => Math.min(100, Math.max(0, ((at - startedAt) / whole) * 100));
  show('waterfall', { arn, rows, chosen, end }, () => [
    make(
      'div',
      { class: 'axis faint' },
      make('span', {}, 'State'),
      make('span', {}, `${duration(whole)}${endedAt === undefined ? ' so far' : ' in all'}`),
    ),
    ...rows.map((row) => ('rounds' in row ? rounds(row) : line(row))),
  ]);

  function line(visit: ShownVisit): HTMLElement {
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
    return make(
      'button',
      {
        class: `row ${standing}${nested ? ' nested' : ''}`,
        'data-focus': key,
        title: `${state}: ${word}${visit.note ? `, ${visit.note}` : ''}`,
        onclick: () => choose(visit),
        ...(key === chosen && { 'aria-current': 'true' }),
      },
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
  }

  function bar(name: string, from: number, to: number): HTMLElement {
    const element = make('span', { class: name });
    element.style.setProperty('left', `min(${percent(from)}%, 100% - 3px)`);
    element.style.setProperty('width', `${percent(to) - percent(from)}%`);
    return element;
  }
}

function rounds({ depth, rounds: count }: Extract<Row, { rounds: number }>): HTMLElement {
  const element = make('div', { class: 'rounds' }, `… ${count} more rounds of the same`);
  element.style.setProperty('padding-left', `${depth * 14 + 22}px`);
  return element;
}
