// Puts executions side by side: where they parted and why, their ways, and what differs in what went in and came out.

import { failureOf, sentence } from '../bin/history/failure';
import { noteOf } from '../bin/history/notes';
import { standingOf } from '../bin/history/standing';
import type { Timeline } from '../bin/history/timeline';
import { verdictOf } from '../bin/history/verdict';
import { plain } from '../bin/terminal/text';
import { machineIn } from '../contracts/names';
import { namesById, workflows } from '../contracts/workflows';
import { statesIn } from './definition';
import { differencesOf } from './differences';
import { arrowsTaken } from './execution';
import type { ComparedCell, ComparedExecution, ComparedRow, Comparison, Difference, Drawing } from './model';
import { type FoundParting, partingsOf } from './partings';
import { type Line, lastOf, pathOf, type Step, sideBySide } from './paths';

/** The most executions that stand side by side. */
export const MOST_COMPARED = 4;

export interface Compared {
  name: string;
  arn: string;
  timeline: Timeline;
  /** Timelines of nested executions, by ARN. */
  children: ReadonlyMap<string, Timeline>;
  /** What it runs on, in ASL, and as a drawing. */
  definition: string;
  drawing: Drawing;
}

/** @param compared two or more different executions, at most `MOST_COMPARED` */
export async function comparisonOf(compared: readonly Compared[]): Promise<Comparison> {
  const executions = compared.map(shownExecution);
  const names = executions.map(({ name }) => name);
  if (executions.length < 2) return { executions, say: [], partings: [], rows: [], input: [], output: [] };
  const machines = new Set(compared.map(({ arn }) => machineIn(arn)));
  const paths = compared.map(({ timeline, children }) => pathOf(timeline.visits, children));
  if (machines.size > 1) {
    return {
      executions,
      say: [`They are of different workflows (${[...machines].join(', ')}): each went its own way.`],
      partings: [],
      rows: rowsOf(
        compared,
        paths.flatMap((path, index) => alone(path, index, paths.length)),
        [],
      ),
      input: [],
      output: [],
    };
  }
  const partings = await partingsOf(
    compared.map(({ timeline, definition }) => ({
      running: !timeline.end,
      states: new Map(statesIn(JSON.parse(definition))),
    })),
    paths,
  );
  const lines = sideBySide(paths);
  const [first] = compared;
  return {
    executions,
    say: [...sentences(partings, { names, lines }), ...versions(compared)],
    partings: partings.map(({ state, groups, values }) => ({
      state,
      did: names.map((_, who) => groups.find((group) => group.who.includes(who))?.did ?? ''),
      values: besidesOwn(values, names),
    })),
    rows: rowsOf(compared, lines, partings),
    input: besidesOwn(differencesOf(compared.map(({ timeline }) => timeline.input)), names),
    output: besidesOwn(differencesOf(compared.map(({ timeline }) => timeline.end?.output)), names),
    ...(first && {
      graph: {
        of: first.arn,
        drawing: first.drawing,
        ways: compared.map(({ timeline }) => [...new Set(arrowsTaken(timeline.visits, first.drawing))]),
      },
    }),
  };
}

function shownExecution({ name, arn, timeline }: Compared): ComparedExecution {
  const { startedAt, end, version } = timeline;
  const { outcome, failed } = verdictOf(timeline);
  return {
    name,
    arn,
    outcome,
    failed,
    startedAt: startedAt.getTime(),
    ...(end && { endedAt: end.at.getTime() }),
    ...(version !== undefined && { version }),
  };
}

/** Without what differs of itself: each one's own name and id. */
const besidesOwn = (differences: readonly Difference[], names: readonly string[]): Difference[] =>
  differences.filter(
    ({ path, values }) =>
      !ids.test(path) &&
      !values.every((value, index) => value === null || value.includes(names[index] ?? '')),
  );

/** `orderId`, `userId`; with the type that DynamoDB puts behind it. */
const ids = new RegExp(`(^|\\.)(${namesById.map((name) => workflows[name].id).join('|')})(\\.S)?$`);

/** The lines of one way among others that do not come by. */
const alone = (path: readonly Step[], index: number, count: number): Line[] =>
  sideBySide(Array.from({ length: count }, (_, each) => (each === index ? path : undefined)));

/** `Both went the same way until ChargeCard. order-2 failed there (…) and went to …; order-1 went on to …` */
function sentences(
  partings: readonly FoundParting[],
  { names, lines }: { names: readonly string[]; lines: readonly Line[] },
): string[] {
  const all = names.length === 2 ? 'Both' : `All ${names.length}`;
  const [first, ...later] = partings;
  if (!first) {
    const [start] = lines;
    return start?.steps.every((step) => step !== undefined)
      ? [`${all} went the same way, state by state.`, ...efforts(names, lines)]
      : ['They went different ways from the start.'];
  }
  return [
    `${all} went the same way until ${plain(first.state)}. ${deeds(first, names)}`,
    ...later.map((parting) => `At ${plain(parting.state)}, ${deeds(parting, names)}`),
  ];
}

const deeds = ({ groups }: FoundParting, names: readonly string[]): string =>
  `${groups.map(({ who, did }) => `${listed(who.map((each) => names[each] ?? ''))} ${who.length > 1 ? plural(did) : did}`).join('; ')}.`;

/** What several of them did: `are still there`. */
const plural = (did: string): string =>
  did
    .replace(/^is /, 'are ')
    .replace(/^was /, 'were ')
    .replace(/^waits /, 'wait ')
    .replace(' its next', ' their next');

/** `a, b and c`. */
const listed = (names: readonly string[]): string =>
  [names.slice(0, -1).join(', '), names.at(-1) ?? ''].filter(Boolean).join(' and ');

/** Where the same way took more tries or more rounds. */
function efforts(names: readonly string[], lines: readonly Line[]): string[] {
  return lines.flatMap(({ state, steps }) => {
    const counts = steps.map((step) =>
      step ? step.visits.reduce((sum, { type, tries }) => sum + (isCalled(type) ? tries.length : 0), 0) : 0,
    );
    if (counts.every((count) => count === counts[0])) return [];
    return [
      `${plain(state)} took ${listed(counts.map((count, who) => `${count} ${count === 1 ? 'try' : 'tries'} in ${names[who]}`))}.`,
    ];
  });
}

const isCalled = (type: string): boolean => type !== 'Parallel' && type !== 'Map';

function versions(compared: readonly Compared[]): string[] {
  const [first, ...others] = compared;
  if (!first || others.every(({ definition }) => definition === first.definition)) return [];
  const known = compared.map(
    ({ definition }) => new Set(statesIn(JSON.parse(definition)).map(([name]) => name)),
  );
  const all = new Set(known.flatMap((states) => [...states]));
  const some = [...all].filter((state) => known.some((states) => !states.has(state)));
  const which = listed(
    compared.map(
      ({ name, timeline }) =>
        `${name} on ${timeline.version === undefined ? 'no version' : `version ${timeline.version}`}`,
    ),
  );
  return [
    `They ran on different definitions: ${which}. ${
      some.length === 0 ? 'Both have the same states' : `Not all of them have ${listed(some.map(plain))}`
    }; the graph is that of ${first.name}.`,
  ];
}

function rowsOf(
  compared: readonly Compared[],
  lines: readonly Line[],
  partings: readonly FoundParting[],
): ComparedRow[] {
  return lines.map(({ state, depth, steps }) => ({
    depth,
    state: plain(state),
    cells: steps.map((step, index) => (step ? cellOf(step, !compared[index]?.timeline.end) : null)),
    isParting: partings.some((parting) => parting.state === state),
  }));
}

function cellOf(step: Step, running: boolean): ComparedCell {
  const visit = lastOf(step);
  const [{ enteredAt }] = step.visits;
  const failed = visit.failure ?? visit.tries.at(-1);
  const said = noteOf(visit) ?? (failed?.error === undefined ? undefined : sentence(failureOf(failed)));
  return {
    standing: standingOf(visit, running),
    tries: isCalled(visit.type) ? visit.tries.length : 0,
    visits: step.visits.length,
    ...(visit.exitedAt && { milliseconds: visit.exitedAt.getTime() - enteredAt.getTime() }),
    ...(said !== undefined && { said }),
  };
}
