// Where the states of the real definitions are drawn.

import { readDefinition, type Scope } from '../../console/definition';
import { layOut } from '../../console/layout';
import type { Drawing, DrawnNode, Point } from '../../console/model';
import { definitionNames, definitionOf } from '../../tools/world/definitions';

const scopesIn = (scope: Scope): Scope[] => [
  scope,
  ...scope.states.flatMap(({ inner }) => inner.flatMap(scopesIn)),
];

const drawings = definitionNames.map((name): [string, Scope, Drawing] => {
  const scope = readDefinition(definitionOf(name));
  return [name, scope, layOut(scope)];
});

describe.each(drawings)('%s', (_, scope, drawing) => {
  const nodes = new Map(drawing.nodes.map((node) => [node.state, node]));
  const nodeOf = (state: string): DrawnNode => {
    const node = nodes.get(state);
    if (!node) throw new Error(`${state} is not drawn`);
    return node;
  };

  test('every state and every arrow is drawn once', () => {
    const scopes = scopesIn(scope);
    expect(drawing.nodes.map(({ state }) => state).sort()).toEqual(
      scopes.flatMap(({ states }) => states.map(({ name }) => name)).sort(),
    );
    const arrows = (all: readonly { from: string; to: string; onError: boolean }[]) =>
      all.map(({ from, to, onError }) => `${from} ${onError ? '⇢' : '→'} ${to}`).sort();
    expect(arrows(drawing.edges)).toEqual(arrows(scopes.flatMap((each) => each.arrows)));
  });

  test('no state covers another, but a container what it encloses', () => {
    for (const { states } of scopesIn(scope)) {
      for (const [index, { name }] of states.entries())
        for (const other of states.slice(index + 1))
          expect([name, other.name, overlap(nodeOf(name), nodeOf(other.name))]).toEqual([
            name,
            other.name,
            false,
          ]);
      for (const { name, inner } of states)
        for (const enclosed of inner.flatMap((each) => each.states))
          expect([enclosed.name, encloses(belowTitle(nodeOf(name)), nodeOf(enclosed.name))]).toEqual([
            enclosed.name,
            true,
          ]);
    }
    const leaves = drawing.nodes.filter(({ container }) => !container);
    for (const [index, node] of leaves.entries())
      expect(leaves.slice(index + 1).filter((other) => overlap(node, other))).toEqual([]);
    for (const node of drawing.nodes) expect(encloses({ x: 0, y: 0, ...drawing }, node)).toBe(true);
  });

  test('every arrow leads from the edge of its state to the edge of the next', () => {
    for (const { from, to, points } of drawing.edges) {
      expect([from, to, onBorder(points[0], nodeOf(from))]).toEqual([from, to, true]);
      expect([from, to, onBorder(points.at(-1), nodeOf(to))]).toEqual([from, to, true]);
    }
  });
});

/** What a container has for the states that it encloses. */
const belowTitle = ({ x, y, width, height }: DrawnNode): Box => ({
  x,
  y: y + 26,
  width,
  height: height - 26,
});

type Box = Pick<DrawnNode, 'x' | 'y' | 'width' | 'height'>;

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const encloses = (a: Box, b: Box) =>
  a.x <= b.x && a.y <= b.y && a.x + a.width >= b.x + b.width && a.y + a.height >= b.y + b.height;

/** Within two pixels, because positions are rounded. */
function onBorder(point: Point | undefined, { x, y, width, height }: Box): boolean {
  if (!point) return false;
  const outside = Math.max(x - point.x, point.x - x - width, y - point.y, point.y - y - height);
  return Math.abs(outside) <= 2;
}
