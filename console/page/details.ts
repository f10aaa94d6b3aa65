// What the chosen state was given, what came back, and what failed.

import { duration, moment } from '../../bin/terminal/text';
import type { DrawnNode, ShownTry, ShownVisit, StateRules } from '../model';
import { make, show } from './dom';
import { foldOfLines, type Lines } from './lines';
import { rulesOf } from './rules';
import { signs } from './signs';

export interface Chosen {
  /** ARN of the execution. */
  of: string;
  /** Absent for a state of a nested execution. */
  node?: DrawnNode | undefined;
  /** Absent for a state that was not reached. */
  visit?: ShownVisit | undefined;
  /** Absent for a state of a nested execution. */
  rules?: StateRules | undefined;
  lines: Lines & { isOpen: boolean };
}

interface Actions {
  /** Shows another execution. */
  open(execution: string): void;
  choose(state: string): void;
  /** Somebody looks at the log lines, or no longer. */
  unfold(isOpen: boolean): void;
}

/** Whether the reader wants to see what the definition says. */
let isOpen = false;

export function showDetails({ of, node, visit, rules, lines }: Chosen, actions: Actions): void {
  show('details', { of, node, visit, rules, lines }, () => {
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
      ...(rules ? [said(rules, actions.choose)] : []),
      ...(visit ? visited(visit, lines, actions) : []),
    ];
  });
}

/** What the definition says, as a fold that stays as the reader left it. */
function said(rules: StateRules, choose: (state: string) => void): HTMLElement {
  const fold = make(
    'details',
    { class: 'rules', ...(isOpen && { open: '' }) },
    make('summary', { 'data-focus': 'rules' }, summaryOf(rules)),
    ...rulesOf(rules, choose),
  );
  fold.addEventListener('toggle', () => {
    isOpen = fold.open;
  });
  return fold;
}

function summaryOf({ retriers, catchers, choices }: StateRules): string {
  const kinds = [
    counted(choices.length, 'choice'),
    counted(retriers.length, 'retrier'),
    counted(catchers.length, 'catcher'),
  ].filter((each) => each !== '');
  return `Its definition${kinds.length === 0 ? '' : `: ${kinds.join(', ')}`}`;
}

const counted = (count: number, word: string): string =>
  count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`;

function visited(visit: ShownVisit, lines: Chosen['lines'], { open, unfold }: Actions): Node[] {
  const { enteredAt, exitedAt, note, failure, tries, triesLeft, child, childArn, input, result, variables } =
    visit;
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
    ...(triesLeft ? [make('p', {}, triesLeft)] : []),
    ...(childArn
      ? [
          make(
            'p',
            {},
            make('button', { onclick: () => open(childArn), 'data-focus': 'child' }, `Open ${child}`),
          ),
        ]
      : []),
    ...(callsFunctions(visit)
      ? [foldOfLines(visit.key, lines, { isOpen: lines.isOpen, toggle: unfold })]
      : []),
    ...payload('Input', input),
    ...payload('Result', result),
    ...payload('Variables', variables),
  ];
}

/** Whether a function runs in the state, or in what is inside of it. */
export const callsFunctions = ({ type, resource, child }: ShownVisit): boolean =>
  type === 'Parallel' || type === 'Map' || child !== undefined || (resource?.startsWith('lambda') ?? false);

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
