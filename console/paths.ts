// The way that an execution took, with its loops folded, and ways of several executions side by side.

import { loopAt } from '../bin/history/loops';
import type { Timeline, Visit } from '../bin/history/timeline';

/** A state on the way, with its visits in all rounds of a loop that was folded. */
export interface Step {
  state: string;
  type: string;
  visits: readonly [Visit, ...Visit[]];
  /** The ways inside of its last visit: branches by their first state, iterations by number, a nested execution. */
  inner: readonly Inner[];
}

interface Inner {
  key: string;
  steps: readonly Step[];
}

/** The most iterations of a Map that are compared. */
const ITERATIONS = 5;

export function pathOf(visits: readonly Visit[], children: ReadonlyMap<string, Timeline>): Step[] {
  const steps: Step[] = [];
  for (let i = 0; i < visits.length; ) {
    const { length, rounds } = loopAt(visits, i, 2);
    for (const [offset, visit] of visits.slice(i, i + length).entries()) {
      const others = Array.from(
        { length: rounds - 1 },
        (_, round) => visits[i + offset + (round + 1) * length],
      );
      const all: [Visit, ...Visit[]] = [visit, ...others.filter((each) => each !== undefined)];
      steps.push(stepOf(all, children));
    }
    i += length * rounds;
  }
  return steps;
}

function stepOf(visits: readonly [Visit, ...Visit[]], children: ReadonlyMap<string, Timeline>): Step {
  const last = lastOf({ visits });
  const { state, type, branches, child } = last;
  const nested = child === undefined ? undefined : children.get(child);
  const inside = (key: string, own: readonly Visit[]) => ({ key, steps: pathOf(own, children) });
  return {
    state,
    type,
    visits,
    inner: nested
      ? [inside('nested', nested.visits)]
      : type === 'Map'
        ? branches.slice(0, ITERATIONS).map((own, index) => inside(`${index}`, own))
        : branches.map((own) => inside(own[0]?.state ?? '', own)),
  };
}

/** The visit that tells how it went. */
export const lastOf = ({ visits }: Pick<Step, 'visits'>): Visit => visits.at(-1) ?? visits[0];

/** A line of ways side by side: the step of each way, and undefined where it did not come by. */
export interface Line {
  state: string;
  depth: number;
  steps: readonly (Step | undefined)[];
}

/** Lines up what the ways share, and what is inside of it. */
export function sideBySide(paths: readonly (readonly Step[] | undefined)[], depth = 0): Line[] {
  return aligned(paths.map((path) => path ?? [])).flatMap((steps) => {
    const state = steps.find((step) => step !== undefined)?.state ?? '';
    return [{ state, depth, steps }, ...insideOf(steps).flatMap((inner) => sideBySide(inner, depth + 1))];
  });
}

/** The ways inside of the same state, those of the same key together. */
export function insideOf(steps: readonly (Step | undefined)[]): (readonly Step[] | undefined)[][] {
  const keys = new Set(steps.flatMap((step) => step?.inner.map(({ key }) => key) ?? []));
  return [...keys].map((key) => steps.map((step) => step?.inner.find((each) => each.key === key)?.steps));
}

type Aligned = (Step | undefined)[];

/** One way after the other joins what the earlier ones have in common. */
function aligned(paths: readonly (readonly Step[])[]): Aligned[] {
  let lines: Aligned[] = [];
  for (const [index, path] of paths.entries()) {
    const before = Array.from({ length: index }, () => undefined);
    const stateOf = (line: Aligned) => line.find((step) => step !== undefined)?.state;
    lines = merged(lines, path, (line, step) => stateOf(line) === step.state).map(([line, step]) => [
      ...(line ?? before),
      step,
    ]);
  }
  return lines;
}

/** Merges two lists so that the most items stand together (their longest common subsequence). */
function merged<A, B>(
  a: readonly A[],
  b: readonly B[],
  matches: (a: A, b: B) => boolean,
): [A | undefined, B | undefined][] {
  // lengths[i][j]: how many of a from i on and of b from j on can stand together.
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  const same = (i: number, j: number) => {
    const [one, other] = [a[i], b[j]];
    return one !== undefined && other !== undefined && matches(one, other);
  };
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i];
      if (row) row[j] = same(i, j) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const pairs: [A | undefined, B | undefined][] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (same(i, j)) pairs.push([a[i++], b[j++]]);
    else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) pairs.push([a[i++], undefined]);
    else pairs.push([undefined, b[j++]]);
  }
  return pairs;
}
