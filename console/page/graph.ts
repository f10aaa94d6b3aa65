// The graph of the states: of an execution lit by how each of them stands, of a definition as it is.

import { clip } from '../../bin/terminal/text';
import type { Drawing, DrawnEdge, DrawnNode, Point, StateStatus } from '../model';
import { drawn, make, oneStop, part, show } from './dom';
import { signs } from './signs';

/** Factor by which the drawing is shown larger; undefined: as wide as there is space. */
let zoom: number | undefined;
/** Shows a part's graph as it was shown last. */
const latest = new Map<string, () => void>();
/** The smallest text that one can read. */
const LEAST = 0.66;

/** What a graph shows. */
export interface Graph {
  /** The part of the page for it. */
  id: string;
  /** Of what it is. */
  of: string;
  drawing: Drawing;
  /** How states look; absent when no execution came by any. */
  looks?: Record<string, Look>;
  /** For each execution the indices of the arrows that it took. */
  ways?: readonly (readonly number[])[];
}

/** How a state looks. */
export interface Look {
  /** In words. */
  words: string;
  classes: string;
  /** Beside its name, and below that. */
  sign?: string;
  count?: string;
}

export function showGraph(graph: Graph, chosen: string | undefined, choose: (state: string) => void): void {
  const { id, of, drawing, looks, ways = [] } = graph;
  const space = part(id).clientWidth - 4;
  const fit = Math.min(1, Math.max(LEAST, space / drawing.width));
  const scale = zoom ?? fit;
  latest.set(id, () => showGraph(graph, chosen, choose));
  const again = (factor: number | undefined) => () => {
    zoom = factor;
    latest.get(id)?.();
  };
  const boxes = (container: boolean) =>
    drawing.nodes
      .filter((node) => node.container === container)
      .map((node) => box(node, looks?.[node.state] ?? plainLook(node), choose));
  show(id, { of, drawing: looks ? undefined : drawing, looks, ways, scale }, () => [
    make(
      'div',
      { class: 'zoom' },
      make('button', { onclick: again(scale / 1.2), 'aria-label': 'smaller', 'data-focus': '-' }, '−'),
      make('button', { onclick: again(scale * 1.2), 'aria-label': 'larger', 'data-focus': '+' }, '+'),
      make('button', { onclick: again(undefined), 'data-focus': 'fit' }, 'fit'),
    ),
    drawn(
      'svg',
      {
        width: `${Math.round(drawing.width * scale)}`,
        height: `${Math.round(drawing.height * scale)}`,
        viewBox: `0 0 ${drawing.width} ${drawing.height}`,
      },
      arrowHead(),
      // Containers, then arrows, then states: each hides no other.
      ...boxes(true),
      ...drawing.edges.map((edge) => arrow(edge, 'edge')),
      ...ways.flatMap((way, index) => wayOf(drawing, way, { index, among: ways.length })),
      ...boxes(false),
    ),
  ]);
  for (const node of part(id).querySelectorAll('.node'))
    node.classList.toggle('selected', node.getAttribute('data-focus') === chosen);
  oneStop(part(id));
}

/** Scrolls the graph so that the state is in its middle. */
export function showState({ id, drawing }: Pick<Graph, 'id' | 'drawing'>, state: string): void {
  const node = drawing.nodes.find((each) => each.state === state);
  const place = part(id);
  const width = place.querySelector('svg')?.getAttribute('width');
  if (!node || !width) return;
  const scale = Number(width) / drawing.width;
  place.scrollTo({
    left: (node.x + node.width / 2) * scale - place.clientWidth / 2,
    top: (node.y + node.height / 2) * scale - place.clientHeight / 2,
  });
}

const arrowHead = () =>
  drawn(
    'defs',
    {},
    drawn(
      'marker',
      {
        id: 'head',
        viewBox: '0 0 8 8',
        refX: '7',
        refY: '4',
        markerWidth: '8',
        markerHeight: '8',
        markerUnits: 'userSpaceOnUse',
        orient: 'auto',
      },
      drawn('path', { d: 'M0 0L8 4L0 8z' }),
    ),
  );

/** The arrows that an execution took; those of several stand side by side, each with a pattern of its own. */
function wayOf(
  { edges }: Drawing,
  way: readonly number[],
  { index, among }: { index: number; among: number },
): SVGElement[] {
  const arrows = way.flatMap((each) => edges[each] ?? []);
  if (among === 1) return arrows.map((edge) => arrow(edge, 'edge taken'));
  const aside = (index - (among - 1) / 2) * 5;
  return arrows.map((edge) => arrow(edge, `edge way way${index}`, aside));
}

/** @param aside how far to the right of its place it is drawn */
function arrow({ points, onError, label, from, to }: DrawnEdge, classes: string, aside = 0): SVGElement {
  return drawn(
    'path',
    {
      class: `${classes}${onError ? ' error' : ''}`,
      d: curve(points),
      'marker-end': 'url(#head)',
      ...(aside !== 0 && { transform: `translate(${aside})` }),
    },
    drawn('title', {}, `${from} → ${to}${label === '' ? '' : `\n${label}`}`),
  );
}

/** Lines whose corners are rounded: a curve from middle to middle, with the corner as its control point. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) return '';
  const corners = rest.slice(0, -1).map((corner, index) => {
    const next = rest[index + 1] ?? last;
    const end = index === rest.length - 2 ? next : { x: (corner.x + next.x) / 2, y: (corner.y + next.y) / 2 };
    return `Q${corner.x} ${corner.y} ${end.x} ${end.y}`;
  });
  return `M${first.x} ${first.y}${corners.join('') || `L${last.x} ${last.y}`}`;
}

const plainLook = ({ work, type }: DrawnNode): Look => ({
  words: `${type}${work === type.toLowerCase() ? '' : `, ${work}`}`,
  classes: '',
});

/** How a state looks by how it stands. */
export function lookOf(status: StateStatus | undefined): Look {
  if (!status) return { words: 'not reached', classes: 'unvisited' };
  const { sign, word } = signs[status.standing];
  return {
    words: `${word}${status.tries > 1 ? `, ${status.tries} tries` : ''}`,
    classes: `visited ${status.standing}`,
    sign,
    count: countOf(status),
  };
}

function box(
  node: DrawnNode,
  { words, classes, sign, count }: Look,
  choose: (state: string) => void,
): SVGElement {
  const { state, x, y, width, height, work, container, ends, type } = node;
  const all = ['node', container && 'container', ends && 'ends', classes];
  const group = drawn(
    'g',
    {
      class: all.filter(Boolean).join(' '),
      transform: `translate(${x} ${y})`,
      role: 'button',
      'data-focus': state,
      'aria-label': `${state}: ${words}`,
      onclick: () => choose(state),
    },
    drawn('rect', { width: `${width}`, height: `${height}`, rx: type === 'Choice' ? `${height / 2}` : '6' }),
    drawn('title', {}, `${state}: ${words}`),
    drawn('text', { x: '12', y: container ? '21' : '19', class: 'state' }, state),
    !container &&
      drawn('text', { x: '12', y: '35', class: 'work' }, clip(work, Math.floor((width - 50) / 6))),
    drawn('text', { x: `${width - 9}`, y: container ? '21' : '19', class: 'mark' }, sign),
    drawn('text', { x: `${width - (container ? 26 : 9)}`, y: container ? '21' : '35', class: 'mark' }, count),
  );
  group.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    choose(state);
  });
  return group;
}

/** `×6`: tries of the latest visit, or else visits. */
function countOf({ tries, visits }: StateStatus): string {
  if (tries > 1) return `×${tries}`;
  return visits > 1 ? `${visits} visits` : '';
}
