// Turns a timeline, the timelines of nested executions and a drawing into what the page shows of one execution.

import { failureOf, sentence } from '../bin/history/failure';
import { collapse } from '../bin/history/loops';
import { type NextOptions, nextSteps } from '../bin/history/next';
import { noteOf, wasCaught } from '../bin/history/notes';
import { standingOf } from '../bin/history/standing';
import type { Timeline, Visit } from '../bin/history/timeline';
import { verdictOf } from '../bin/history/verdict';
import { plain } from '../bin/terminal/text';
import type { RawState } from './definition';
import type { Drawing, MapRun, Row, ShownExecution, ShownTry, ShownVisit, StateStatus } from './model';
import { triesLeft } from './retries';

export interface Read {
  timeline: Timeline;
  /** Timelines of nested executions, by ARN. */
  children: ReadonlyMap<string, Timeline>;
  mapRuns: MapRun[];
  drawing: Drawing;
  /** The states of its definition, by name. */
  definition: ReadonlyMap<string, RawState>;
}

/** The most characters of a payload that the page gets; `history --json` has all of it. */
const LONGEST = 20_000;

export function shownExecution(
  { name, arn, hasRecords, command }: NextOptions & { arn: string; hasRecords: boolean },
  { timeline, children, mapRuns, drawing, definition }: Read,
): ShownExecution {
  const verdict = verdictOf(timeline);
  const { startedAt, end, version, redrivenAt, transitions, visits, input } = timeline;
  const { outcome, failed, why, undone, lines, at } = verdict;
  return {
    name,
    arn,
    hasRecords,
    startedAt: startedAt.getTime(),
    ...(end && { endedAt: end.at.getTime() }),
    ...(version !== undefined && { version }),
    redrivenAt: redrivenAt.map((date) => date.getTime()),
    transitions,
    nestedTransitions: [...children.values()].reduce((sum, child) => sum + child.transitions, 0),
    outcome,
    failed,
    why,
    undone,
    lines,
    at: end ? [] : at,
    next: nextSteps(verdict, { name, command }),
    input: text(input) ?? '',
    ...(end?.output !== undefined && { output: text(end.output) ?? '' }),
    drawing,
    states: Object.fromEntries(statusesOf(visits, !end)),
    taken: [...new Set(arrowsTaken(visits, drawing))],
    rows: rowsOf(visits, { children, timeline, definition, nested: false, prefix: '' }, 0),
    mapRuns,
  };
}

/** How each state that was visited stands: as its latest visit does. */
function statusesOf(visits: readonly Visit[], running: boolean): Map<string, StateStatus> {
  const statuses = new Map<string, StateStatus>();
  const read = (visit: Visit) => {
    const standing = standingOf(visit, running);
    const earlier = statuses.get(visit.state);
    statuses.set(visit.state, {
      // Of iterations side by side, the one that tells most: a failure, then what still runs.
      standing:
        earlier && rank[earlier.standing] > rank[standing] && !visit.exitedAt ? earlier.standing : standing,
      tries: visit.type === 'Parallel' || visit.type === 'Map' ? 0 : visit.tries.length,
      visits: (earlier?.visits ?? 0) + 1,
    });
    for (const branch of visit.branches) branch.forEach(read);
  };
  visits.forEach(read);
  return statuses;
}

const rank: Record<StateStatus['standing'], number> = {
  failed: 7,
  waiting: 6,
  running: 5,
  inside: 4,
  cutOff: 3,
  caught: 2,
  undone: 1,
  done: 0,
};

/** Where the usual arrow and that of a Catch lead to the same state, how the visit ended tells which it was. */
export function arrowsTaken(visits: readonly Visit[], drawing: Drawing): number[] {
  return visits.flatMap((visit, index) => {
    const inner = visit.branches.flatMap((branch) => arrowsTaken(branch, drawing));
    const next = visits[index + 1];
    if (!next) return inner;
    const possible = [...drawing.edges.keys()].filter((each) => {
      const edge = drawing.edges[each];
      return edge?.from === visit.state && edge.to === next.state;
    });
    const likely = possible.find((each) => drawing.edges[each]?.onError === wasCaught(visit));
    return [...inner, ...(likely === undefined ? possible.slice(0, 1) : [likely])];
  });
}

interface RowOptions {
  children: Read['children'];
  /** Whose visits they are. */
  timeline: Timeline;
  /** Absent for a nested execution. */
  definition?: Read['definition'];
  nested: boolean;
  /** Goes before the visits' ids: a nested execution has the same ones. */
  prefix: string;
}

function rowsOf(visits: readonly Visit[], options: RowOptions, depth: number): Row[] {
  return collapse(visits).flatMap((shown): Row[] => {
    if ('rounds' in shown) return [{ depth, rounds: shown.rounds }];
    const { visit } = shown;
    const child = visit.child === undefined ? undefined : options.children.get(visit.child);
    const own = shownVisit(visit, options, depth);
    return child
      ? [own, ...rowsOf(child.visits, childOptions(options, child, own.key), depth + 1)]
      : [own, ...visit.branches.flatMap((branch) => rowsOf(branch, options, depth + 1))];
  });
}

const childOptions = ({ children }: RowOptions, child: Timeline, key: string): RowOptions => ({
  children,
  timeline: child,
  nested: true,
  prefix: `${key}/`,
});

function shownVisit(
  visit: Visit,
  { timeline, definition, nested, prefix }: RowOptions,
  depth: number,
): ShownVisit {
  const { id, state, type, enteredAt, exitedAt, tries, failure, resource, child } = visit;
  const said = definition?.get(state);
  const optional = {
    exitedAt: exitedAt?.getTime(),
    note: noteOf(visit),
    triesLeft: said && triesLeft(said, visit, timeline),
    failure: failure && sentence(failureOf(failure)),
    resource,
    child: child?.split(':').at(-1),
    childArn: child,
    input: text(visit.request ?? visit.input),
    result: text(visit.answer),
    variables: text(visit.variables),
  };
  return {
    depth,
    key: `${prefix}${id}`,
    state: plain(state),
    type,
    standing: standingOf(visit, !timeline.end),
    enteredAt: enteredAt.getTime(),
    tries: type === 'Parallel' || type === 'Map' ? [] : tries.map(shownTry),
    nested,
    ...present(optional),
  };
}

const shownTry = ({ startedAt, endedAt, ...attempt }: Visit['tries'][number]): ShownTry => ({
  startedAt: startedAt.getTime(),
  ...present({
    endedAt: endedAt?.getTime(),
    error: attempt.error === undefined ? undefined : sentence(failureOf(attempt)),
  }),
});

/** The members that are not undefined. */
function present<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function text(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const whole = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return whole.length <= LONGEST
    ? whole
    : `${whole.slice(0, LONGEST)}\n… ${whole.length - LONGEST} more characters: history --json has them`;
}
