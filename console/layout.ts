// Places the states of a definition. Each branch is laid out by itself, and its container is then one box among the
// others: laid out all at once, branches become wide and arrows end in mid-air.

import { Graph, layout } from '@dagrejs/dagre';
import type { Scope, State } from './definition';
import type { Drawing, DrawnEdge, DrawnNode, Point } from './model';

const HEIGHT = 44;
const PADDING = 14;
/** Height of a container's title. */
const TITLE = 34;
/** Space between branches. */
const GAP = 18;
/** Width of a character of a state's name in the page's font, at most. */
const CHARACTER = 8.2;
/** Space on both sides of the name, and for the sign of its status. */
const SIGNS = 46;

export function layOut(scope: Scope): Drawing {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 18, edgesep: 10, ranksep: 32, marginx: 4, marginy: 4 });
  const inner = new Map<string, Drawing>();
  for (const state of scope.states) {
    const content = sideBySide(state.inner.map(layOut));
    inner.set(state.name, content);
    graph.setNode(state.name, sizeOf(state, content));
  }
  for (const { from, to, onError } of scope.arrows) {
    // What usually happens stays straight.
    graph.setEdge(from, to, { weight: onError ? 1 : 4 }, onError ? 'error' : 'usual');
  }
  layout(graph);

  const nodes = scope.states.flatMap((state) =>
    placed(state, boxOf(graph, state.name), inner.get(state.name)),
  );
  const edges = scope.arrows.map((arrow): DrawnEdge => {
    const points: Point[] = graph.edge(arrow.from, arrow.to, arrow.onError ? 'error' : 'usual').points;
    return { ...arrow, points: points.map(rounded) };
  });
  const { width = 0, height = 0 } = graph.graph();
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    nodes: nodes.map(({ node }) => node),
    edges: [...edges, ...nodes.flatMap(({ edges: own }) => own)],
  };
}

function sizeOf({ name }: State, content: Drawing): { width: number; height: number } {
  const title = Math.ceil(name.length * CHARACTER) + SIGNS;
  return content.nodes.length === 0
    ? { width: Math.max(110, title), height: HEIGHT }
    : { width: Math.max(title, content.width + 2 * PADDING), height: content.height + TITLE + PADDING };
}

function boxOf(graph: Graph, name: string): { x: number; y: number; width: number; height: number } {
  const { x = 0, y = 0, width = 0, height = 0 } = graph.node(name);
  return { ...rounded({ x: x - width / 2, y: y - height / 2 }), width, height };
}

/** A state and, when it encloses others, those. */
function placed(
  { name, type, work, ends, comment }: State,
  box: Point & { width: number; height: number },
  content: Drawing | undefined,
): { node: DrawnNode; edges: DrawnEdge[] }[] {
  const container = content !== undefined && content.nodes.length > 0;
  const own: DrawnNode = {
    state: name,
    type,
    work,
    ends,
    container,
    ...box,
    ...(comment !== undefined && { comment }),
  };
  if (!container) return [{ node: own, edges: [] }];
  const moved = shifted(content, box.x + (box.width - content.width) / 2, box.y + TITLE);
  return [{ node: own, edges: moved.edges }, ...moved.nodes.map((node) => ({ node, edges: [] }))];
}

function sideBySide(drawings: readonly Drawing[]): Drawing {
  const all: Drawing = { width: 0, height: 0, nodes: [], edges: [] };
  for (const drawing of drawings) {
    const { nodes, edges } = shifted(drawing, all.width === 0 ? 0 : all.width + GAP, 0);
    all.width = (all.width === 0 ? 0 : all.width + GAP) + drawing.width;
    all.height = Math.max(all.height, drawing.height);
    all.nodes.push(...nodes);
    all.edges.push(...edges);
  }
  return all;
}

function shifted({ width, height, nodes, edges }: Drawing, dx: number, dy: number): Drawing {
  const move = <T extends Point>(point: T): T => ({
    ...point,
    ...rounded({ x: point.x + dx, y: point.y + dy }),
  });
  return {
    width,
    height,
    nodes: nodes.map(move),
    edges: edges.map((edge) => ({ ...edge, points: edge.points.map(move) })),
  };
}

const rounded = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) });
