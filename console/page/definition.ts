// The view of a definition: its graph, and what it says of the chosen state.

import type { ShownDefinition } from '../model';
import type { Chosen } from './address';
import { readDefinition } from './api';
import { make, show } from './dom';
import { type Graph, showGraph, showState } from './graph';
import { codeOf, rulesOf } from './rules';
import type { Going, View } from './view';

const ID = 'definition';

export function definitionView({ go, render }: Going): View {
  let definition: ShownDefinition | undefined;

  const graphOf = ({ title, drawing }: ShownDefinition): Graph => ({ id: 'drawing', of: title, drawing });
  const chooseState = (shown: ShownDefinition) => (state: string) => {
    go({ definition: shown.of, state });
    showState(graphOf(shown), state);
  };

  return {
    id: ID,
    isChosen: ({ definition: of }) => of !== undefined,
    waiting: ({ definition: of }) => `Reading the definition ${of}…`,

    /** A file is read again and again, so that the graph follows an editor; what is deployed only when it is chosen. */
    async refresh({ definition: of = '', state }) {
      if (definition?.of === of && !definition.isFile) return;
      const isOther = definition?.of !== of;
      if (isOther) definition = undefined;
      const read = await readDefinition(of);
      definition = read;
      if (!isOther) return;
      render();
      const [first] = read.drawing.nodes;
      const at = state ?? first?.state;
      if (at !== undefined) showState(graphOf(read), at);
    },

    render({ definition: of, state }: Chosen) {
      if (!definition || definition.of !== of) return false;
      const shown = definition;
      document.title = `Definition ${shown.title}`;
      showHead(shown, go);
      showGraph(graphOf(shown), state, chooseState(shown));
      showRules(shown, state, chooseState(shown));
      return true;
    },
  };
}

function showHead({ of, title, source, names }: ShownDefinition, go: (to: Chosen) => void): void {
  show('definition-head', { of, title, source }, () => [
    make(
      'div',
      { class: 'head' },
      make('button', { class: 'back', onclick: () => go({}), 'data-focus': 'back' }, '‹ executions'),
      make('h1', {}, title),
      make('span', { class: 'faint' }, source),
    ),
    make(
      'div',
      { class: 'head', role: 'group', 'aria-label': 'Definitions' },
      ...names.map((name) =>
        make(
          'button',
          {
            onclick: () => go({ definition: name }),
            'data-focus': name,
            ...(name === of && { 'aria-current': 'true' }),
          },
          name,
        ),
      ),
    ),
  ]);
}

function showRules(
  { of, facts, rules, drawing }: ShownDefinition,
  state: string | undefined,
  choose: (state: string) => void,
): void {
  const ruled = state === undefined ? undefined : rules[state];
  show('rules', { of, state, facts, ruled }, () => {
    if (state === undefined || !ruled) return about(facts);
    const node = drawing.nodes.find((each) => each.state === state);
    return [
      make(
        'div',
        { class: 'head' },
        make('h2', {}, state),
        make('span', { class: 'faint' }, ruled.resource ?? node?.type ?? ''),
      ),
      ...(ruled.comment === undefined ? [] : [make('p', {}, ruled.comment)]),
      ...rulesOf(ruled, choose),
      ...codeOf(ruled),
    ];
  });
}

const about = (facts: readonly string[]): Node[] => [
  ...facts.map((fact) => make('p', {}, fact)),
  make(
    'p',
    { class: 'faint' },
    'Choose a state: what it calls and passes on, its retriers, catchers and choices appear here. A dashed arrow is ' +
      'an error that is caught; a thick frame is where it ends.',
  ),
];
