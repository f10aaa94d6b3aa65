// The view of executions side by side: where they parted and why, their ways, and what differs in them.

import { duration } from '../../bin/terminal/text';
import type { ComparedCell, ComparedExecution, ComparedRow, Comparison, Difference } from '../model';
import type { Chosen } from './address';
import { readComparison } from './api';
import { drawn, make, show } from './dom';
import { type Graph, type Look, showGraph, showState } from './graph';
import { signs, toneOf } from './signs';
import type { Going, View } from './view';

/** What an execution is called where there is no space for its name. */
export const letterOf = (index: number): string => 'ABCD'[index] ?? '?';

const separate = (ids: string | undefined): string[] => (ids ?? '').split(',').filter(Boolean);

export function comparisonView({ go, render }: Going): View {
  let comparison: Comparison | undefined;
  /** What was asked for. */
  let asked: string | undefined;

  const choose = (ids: string, graph: Graph | undefined) => (state: string) => {
    go({ compare: ids, state });
    if (graph) showState(graph, state);
    document.querySelector('#aligned [aria-current]')?.scrollIntoView({ block: 'nearest' });
  };

  return {
    id: 'comparison',
    isChosen: ({ compare }) => compare !== undefined,
    waiting: ({ compare }) => `Reading ${separate(compare).join(' and ')}…`,

    /** Once all have ended it is not asked for again. */
    async refresh({ compare: ids = '' }) {
      const isOther = asked !== ids;
      if (isOther) comparison = undefined;
      if (comparison?.executions.every(({ endedAt }) => endedAt !== undefined)) return;
      comparison = await readComparison(ids);
      asked = ids;
      if (!isOther) return;
      render();
      const graph = graphOf(comparison);
      const [parting] = comparison.partings;
      if (graph && parting) showState(graph, parting.state);
    },

    render({ compare: ids = '', state }) {
      if (!comparison || asked !== ids) return false;
      document.title = comparison.executions.map(({ name }) => name).join(' and ');
      const graph = graphOf(comparison);
      showHead(comparison, go);
      if (graph) showGraph(graph, state, choose(ids, graph));
      else show('ways', {}, () => []);
      showLines(comparison, state, choose(ids, graph));
      return true;
    },
  };
}

function graphOf({ graph, rows, executions }: Comparison): Graph | undefined {
  if (!graph) return undefined;
  const look = (state: string): Look => {
    const row = rows.find((each) => each.state === state);
    if (!row) return { words: 'not reached', classes: 'unvisited' };
    const isShared = row.cells.every((cell) => cell !== null);
    const letters = row.cells.map((cell, index) => (cell ? letterOf(index) : '')).join('');
    return {
      words: row.cells.map((cell, index) => `${letterOf(index)} ${wordsOf(cell)}`).join(', '),
      classes: `visited ${row.isParting ? 'caught' : 'plain'}`,
      ...(row.isParting && { sign: '≠' }),
      ...(!isShared && { count: letters }),
    };
  };
  return {
    id: 'ways',
    of: executions.map(({ arn }) => arn).join(),
    drawing: graph.drawing,
    looks: Object.fromEntries(graph.drawing.nodes.map(({ state }) => [state, look(state)])),
    ways: graph.ways,
  };
}

function showHead({ executions, say }: Comparison, go: (to: Chosen) => void): void {
  show('parted', { executions, say, now: executions.some(({ endedAt }) => !endedAt) && Date.now() }, () => {
    const [first, ...others] = say;
    return [
      make(
        'div',
        { class: 'head' },
        make('button', { class: 'back', onclick: () => go({}), 'data-focus': 'back' }, '‹ executions'),
        ...executions.map((execution, index) => column(execution, index, executions, go)),
      ),
      make('h1', {}, first ?? ''),
      ...others.map((sentence) => make('p', {}, sentence)),
    ];
  });
}

function column(
  execution: ComparedExecution,
  index: number,
  all: readonly ComparedExecution[],
  go: (to: Chosen) => void,
): HTMLElement {
  const { name, startedAt, endedAt, version, outcome } = execution;
  const tone = toneOf(execution);
  const others = all.filter((each) => each.arn !== execution.arn).map(({ name }) => name);
  const [other = ''] = others;
  const took = duration((endedAt ?? Date.now()) - startedAt);
  return make(
    'span',
    { class: 'column' },
    make('b', {}, letterOf(index)),
    sample(index),
    make(
      'button',
      { class: 'link', onclick: () => go({ execution: name }), 'data-focus': `open ${name}` },
      name,
    ),
    make('span', { class: `badge ${tone}` }, `${signs[tone].sign} ${outcome}`),
    make(
      'span',
      { class: 'faint' },
      `${endedAt === undefined ? 'for' : 'after'} ${took}${version === undefined ? '' : ` · version ${version}`}`,
    ),
    make(
      'button',
      {
        'aria-label': `Take ${name} away`,
        title: `Take ${name} away`,
        'data-focus': `away ${name}`,
        onclick: () => go(others.length > 1 ? { compare: others.join(',') } : { execution: other }),
      },
      '✕',
    ),
  );
}

/** How its way looks in the graph. */
const sample = (index: number) =>
  drawn(
    'svg',
    { class: 'graph sample', width: '34', height: '8', 'aria-hidden': 'true' },
    drawn('path', { class: `edge way way${index}`, d: 'M0 4L34 4' }),
  );

function showLines(
  comparison: Comparison,
  chosen: string | undefined,
  choose: (state: string) => void,
): void {
  const { rows, partings, input, output, executions } = comparison;
  const heads = executions.map((_, index) => letterOf(index));
  show('aligned', { rows, partings, input, output, chosen }, () => [
    ...partings.flatMap(({ state, did, values }) => {
      const there = did.map((each) => each !== '');
      return values.length === 0 ? [] : [differences(`What differed at ${state}`, values, heads, there)];
    }),
    ...(rows.length === 0 ? [] : [ways(rows, heads, chosen, choose)]),
    ...(input.length === 0 ? [] : [differences('Input: what differs, but for its own id', input, heads)]),
    ...(output.length === 0 ? [] : [differences('Output: what differs, but for its own id', output, heads)]),
  ]);
}

function ways(
  rows: readonly ComparedRow[],
  heads: readonly string[],
  chosen: string | undefined,
  choose: (state: string) => void,
): HTMLElement {
  return table(
    'State by state',
    heads,
    rows.map((row, index) => {
      const { state, depth, cells, isParting } = row;
      const differs =
        new Set(cells.map((cell) => cell && [cell.standing, cell.tries, cell.visits].join())).size > 1;
      const name = make(
        'button',
        {
          class: 'link',
          'data-focus': `${index} ${state}`,
          onclick: () => choose(state),
          ...(state === chosen && { 'aria-current': 'true' }),
        },
        state,
      );
      const head = make('th', { scope: 'row' }, name);
      head.style.setProperty('padding-left', `${depth * 14 + 8}px`);
      if (isParting) head.append(make('span', { class: 'caught sign' }, ' ≠ here they parted'));
      else if (differs) head.append(make('span', { class: 'faint' }, ' ≠'));
      return make('tr', {}, head, ...cells.map((cell, index) => cellOf(cell, heads[index] ?? '')));
    }),
  );
}

const cellOf = (cell: ComparedCell | null, head: string): HTMLElement =>
  make(
    'td',
    { class: cell?.standing ?? 'faint', 'data-head': head },
    cell ? make('span', { class: 'sign' }, `${signs[cell.standing].sign} `) : '— not there',
    cell !== null && wordsOf(cell),
    cell?.milliseconds !== undefined &&
      cell.milliseconds > 0 &&
      make('span', { class: 'faint' }, ` ${duration(cell.milliseconds)}`),
    cell?.said !== undefined && make('div', { class: 'said' }, cell.said),
  );

/** `done, 3 tries`. */
function wordsOf(cell: ComparedCell | null): string {
  if (!cell) return 'not there';
  const { standing, tries, visits } = cell;
  return [
    signs[standing].word,
    ...(visits > 1 ? [`${visits} rounds`] : []),
    ...(tries > 1 ? [`${tries} tries`] : []),
  ].join(', ');
}

/** @param there which of them have a value at all */
const differences = (
  title: string,
  fields: readonly Difference[],
  heads: readonly string[],
  there: readonly boolean[] = heads.map(() => true),
): HTMLElement =>
  table(
    title,
    heads,
    fields.map(({ path, values }) =>
      make(
        'tr',
        {},
        make('th', { scope: 'row' }, make('code', {}, path)),
        ...values.map((value, index) =>
          make(
            'td',
            { 'data-head': heads[index] ?? '', class: value === null ? 'faint' : '' },
            value === null ? (there[index] ? '— nothing' : '— not there') : make('code', {}, value),
          ),
        ),
      ),
    ),
  );

const table = (title: string, heads: readonly string[], rows: readonly HTMLElement[]): HTMLElement =>
  make(
    'table',
    {},
    make('caption', {}, title),
    make(
      'thead',
      {},
      make(
        'tr',
        {},
        make('td', { class: 'letter' }),
        ...heads.map((head) => make('th', { scope: 'col', class: 'letter' }, head)),
      ),
    ),
    make('tbody', {}, ...rows),
  );
