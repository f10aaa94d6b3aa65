// What the chosen state was given, what came back, and what failed.

import { duration, moment } from '../../bin/terminal/text';
import type { DrawnNode, ShownTry, ShownVisit } from '../model';
import { make, show } from './dom';
import { signs } from './signs';

export interface Chosen {
  /** Absent for a state of a nested execution. */
  node?: DrawnNode | undefined;
  /** Absent for a state that was not reached. */
  visit?: ShownVisit | undefined;
}

export function showDetails({ node, visit }: Chosen, open: (execution: string) => void): void {
  show('details', { node, visit }, () => {
    if (!node && !visit) {
      return [
        make(
          'p',
          { class: 'faint' },
          'Choose a state: its input, its result and each of its tries appear here.',
        ),
      ];
    }
    const standing = visit?.standing;
    return [
      make(
        'div',
        { class: `head ${standing ?? ''}` },
        make('h2', {}, visit?.state ?? node?.state ?? ''),
        standing
          ? make('span', { class: 'badge' }, `${signs[standing].sign} ${signs[standing].word}`)
          : make('span', { class: 'faint' }, 'not reached'),
        make('span', { class: 'faint' }, visit?.resource ?? node?.work ?? visit?.type ?? ''),
      ),
      ...(node?.comment ? [make('p', { class: 'faint' }, node.comment)] : []),
      ...(visit ? visited(visit, open) : []),
    ];
  });
}

function visited(visit: ShownVisit, open: (execution: string) => void): Node[] {
  const { enteredAt, exitedAt, note, failure, tries, child, input, result, variables } = visit;
  const took = exitedAt === undefined ? '' : `, took ${duration(exitedAt - enteredAt)}`;
  return [
    make(
      'p',
      {},
      `${note ? `${note[0]?.toUpperCase()}${note.slice(1)}. ` : ''}Entered ${moment(new Date(enteredAt))}${took}.`,
    ),
    ...(failure ? [make('p', { class: 'error' }, failure)] : []),
    ...(tries.length > 1 || tries.some(({ error }) => error !== undefined)
      ? [make('ol', { 'aria-label': 'Tries' }, ...tries.map((each) => tried(each, enteredAt)))]
      : []),
    ...(child
      ? [
          make(
            'p',
            {},
            make('button', { onclick: () => open(child), 'data-focus': 'child' }, `Open ${child}`),
          ),
        ]
      : []),
    ...payload('Input', input),
    ...payload('Result', result),
    ...payload('Variables', variables),
  ];
}

function tried({ startedAt, endedAt, error }: ShownTry, from: number): HTMLElement {
  const took = endedAt === undefined ? 'no answer yet' : `took ${duration(endedAt - startedAt)}`;
  const when = `at +${duration(startedAt - from)}, ${took}`;
  return error === undefined
    ? make('li', {}, endedAt === undefined ? when : `✓ ${when}`)
    : make('li', {}, `${when}: `, make('span', { class: 'error' }, `✕ ${error}`));
}

const payload = (title: string, text: string | undefined): Node[] =>
  text === undefined || text === '{}'
    ? []
    : [make('h2', {}, title), make('pre', { tabindex: '0', 'data-focus': title }, text)];
