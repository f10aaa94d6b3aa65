// Finds where executions parted, and says what each did there and why.

import { failureOf, sentence } from '../bin/history/failure';
import { wasCaught } from '../bin/history/notes';
import { standingOf } from '../bin/history/standing';
import type { Visit } from '../bin/history/timeline';
import { clip } from '../bin/terminal/text';
import { readBy, reasonFor, valueAt } from './choice';
import type { RawState } from './definition';
import { differenceAt, differencesOf } from './differences';
import type { Difference } from './model';
import { insideOf, lastOf, type Step } from './paths';

/** One of the executions, on its way. */
export interface Traveller {
  running: boolean;
  /** The states of its definition, by name. */
  states: ReadonlyMap<string, RawState>;
}

/** Where some of the executions parted, or went on alike for different reasons. */
export interface FoundParting {
  state: string;
  /** Who was there, by their numbers, and what they did there; those that did the same stand together. */
  groups: { who: number[]; did: string; isTrouble: boolean }[];
  values: Difference[];
}

/** An execution within a scope of its definition. */
interface Way {
  who: number;
  /** How many are compared. */
  among: number;
  traveller: Traveller;
  steps: readonly Step[];
  /** Of a scope inside of a state: the state that follows once that has ended. */
  after?: string | undefined;
  isInner: boolean;
  /** Variables as they are at the first of the steps. */
  variables: Readonly<Record<string, unknown>>;
}

export const partingsOf = (
  travellers: readonly Traveller[],
  paths: readonly (readonly Step[])[],
): Promise<FoundParting[]> =>
  partings(
    travellers.map((traveller, who) => ({
      who,
      among: travellers.length,
      traveller,
      steps: paths[who] ?? [],
      isInner: false,
      variables: {},
    })),
  );

/** In the order in which they happened; those inside of a state before those after it. */
async function partings(ways: readonly Way[]): Promise<FoundParting[]> {
  const [first, ...others] = ways.map(({ steps }) => steps[0]);
  if (ways.length < 2 || !first || others.some((step) => step?.state !== first.state)) return [];
  const moments = ways.flatMap((way) => momentOf(way) ?? []);
  const found: FoundParting[] = [];
  for (const inner of insideOf(moments.map(({ step }) => step))) {
    found.push(
      ...(await partings(
        moments.flatMap(({ way, next, variables }, index) => {
          const steps = inner[index];
          return steps ? [{ ...way, steps, variables, after: next ?? way.after, isInner: true }] : [];
        }),
      )),
    );
  }
  // Whoever is still inside, or stopped there, parted inside: that has been said.
  const isSaid = found.length > 0 && !moments.some(({ visit }) => wasCaught(visit));
  const own = isSaid ? undefined : await partingAt(moments);
  if (own) found.push(own);
  for (const next of new Set(moments.map((moment) => moment.next))) {
    if (next === undefined) continue;
    const together = moments.filter((moment) => moment.next === next);
    found.push(
      ...(await partings(
        together.map(({ way, assigned }) => ({ ...way, steps: way.steps.slice(1), variables: assigned })),
      )),
    );
  }
  return found;
}

/** The first step of a way. */
interface Moment {
  way: Way;
  step: Step;
  visit: Visit;
  next: string | undefined;
  /** Variables before and after it. */
  variables: Readonly<Record<string, unknown>>;
  assigned: Readonly<Record<string, unknown>>;
}

function momentOf(way: Way): Moment | undefined {
  const [step, following] = way.steps;
  if (!step) return undefined;
  const assigned = Object.assign({ ...way.variables }, ...step.visits.map(({ variables }) => variables));
  return { way, step, visit: lastOf(step), next: following?.state, variables: way.variables, assigned };
}

/** Undefined when all of them did the same. */
async function partingAt(moments: readonly Moment[]): Promise<FoundParting | undefined> {
  const [first, ...others] = moments.map(kindOf);
  if (others.every((kind) => kind === first)) return undefined;
  const groups = new Map<string, FoundParting['groups'][number]>();
  for (const moment of moments) {
    const did = await deedOf(moment);
    // The same error with other words is the same; another condition that led to the same state is not.
    const key = moment.visit.type === 'Choice' ? did : kindOf(moment);
    const known = groups.get(key);
    if (known) known.who.push(moment.way.who);
    else groups.set(key, { who: [moment.way.who], did, isTrouble: errorOf(moment.visit) !== undefined });
  }
  return {
    state: moments[0]?.step.state ?? '',
    // What went wrong is what one wants to know.
    groups: [...groups.values()].sort((a, b) => Number(b.isTrouble) - Number(a.isTrouble)),
    values: valuesAt(moments),
  };
}

/** Equal for those of whom there is nothing to tell apart. */
function kindOf({ visit, next, way }: Moment): string {
  const standing = standingOf(visit, way.traveller.running);
  return [next, standing, standing === 'done' ? '' : failureIn(visit)?.error].join();
}

const failureIn = (visit: Visit) => {
  const failed = visit.failure ?? visit.tries.at(-1);
  return failed?.error === undefined ? undefined : failureOf(failed);
};

const errorOf = (visit: Visit): string | undefined => {
  const failure = failureIn(visit);
  return failure && clip(sentence(failure), LONGEST_ERROR);
};

/** Characters: the lines below have more of it. */
const LONGEST_ERROR = 140;

/** What an execution did at a state, and why: `went to CreateShipment because $payment.success`. */
async function deedOf({ visit, next, way, step, variables }: Moment): Promise<string> {
  const { traveller, after } = way;
  const standing = standingOf(visit, traveller.running);
  const error = errorOf(visit);
  const to = next ?? (visit.exitedAt ? after : undefined);
  switch (standing) {
    case 'running':
      return 'is still there';
    case 'waiting':
      return `waits there for its next try (${error})`;
    case 'failed':
      return visit.type === 'Fail' ? 'ended there' : `stopped there (${error ?? 'unknown why'})`;
    case 'inside':
      return 'stopped inside it';
    case 'cutOff':
      return 'was cut off there';
    default: {
      if (wasCaught(visit)) return `failed there (${error})${to === undefined ? '' : ` and went to ${to}`}`;
      const tries = visit.type === 'Parallel' || visit.type === 'Map' ? 1 : visit.tries.length;
      const effort = tries > 1 ? ` after ${tries} tries` : '';
      if (to === undefined && traveller.running && !way.isInner) return 'has just left it';
      if (to === undefined) return `${way.isInner ? 'got through it' : 'ended there'}${effort}`;
      const choice = visit.type === 'Choice' ? traveller.states.get(step.state) : undefined;
      const known = { input: visit.input, variables };
      const reason = choice && (await reasonFor(choice, to, known));
      if (reason === 'otherwise') return `went to ${to} because none of its conditions was true`;
      return `went ${next === undefined ? 'on ' : ''}to ${to}${reason === undefined ? effort : ` because ${reason}`}`;
    }
  }
}

/** Hashes, random ids and times differ always, and explain nothing. */
const generated = /^([0-9a-f-]{24,}|\d{4}-\d\d-\d\dT[\d:.]+Z)$/;

/** What a Choice read, or else what the state was given: where that differs among those who were there. */
function valuesAt(moments: readonly Moment[]): Difference[] {
  const [first] = moments;
  const choice =
    first?.visit.type === 'Choice' ? first.way.traveller.states.get(first.step.state) : undefined;
  const read = (path: string) =>
    moments.map(({ visit, variables }) => valueAt(path, { input: visit.input, variables }));
  const found = choice
    ? readBy(choice).map((path) => differenceAt(path, read(path)))
    : differencesOf(moments.map(({ visit }) => visit.request ?? visit.input));
  return found
    .filter(({ values: [one, ...others] }) => others.some((other) => other !== one))
    .filter(({ values }) => !values.every((value) => value === null || generated.test(value)))
    .map(({ path, values }) => ({ path, values: forAll(moments, values) }));
}

/** The values of some as those of all: null for those who were not there. */
const forAll = (moments: readonly Moment[], values: readonly (string | null)[]): (string | null)[] =>
  Array.from({ length: moments[0]?.way.among ?? 0 }, (_, who) => {
    const index = moments.findIndex(({ way }) => way.who === who);
    return values[index] ?? null;
  });
