/** What the page must show of an execution, from its history alone. */
import { compensations } from '../../../bin/history/notes';
import type { Timeline, Visit } from '../../../bin/history/timeline';

/** One look at the page, as look.js returns it. */
export interface Look {
  name: string;
  badge: string;
  colour: string;
  commands: string[];
  states: { label: string; marks: string[]; colour: string; moves: boolean }[];
}

/** The sign, the words and the colour of each way that a state can stand. */
const shown = {
  done: ['✓', 'done', 'green'],
  undone: ['↺', 'undo, done', 'violet'],
  caught: ['!', 'failed, and was handled', 'amber'],
  running: ['▶', 'is running', 'blue'],
  waiting: ['…', 'waits for its next try', 'amber'],
  failed: ['✕', 'failed', 'red'],
  inside: ['◐', 'stopped inside', 'amber'],
  cutOff: ['⊘', 'was cut off', 'amber'],
} as const;

const hues = { red: [345, 375], amber: [25, 50], green: [120, 160], blue: [205, 230], violet: [255, 285] };

/** @param colour as a browser computes it: `rgb(23, 112, 58)` @returns its name */
export function colourOf(colour: string): string {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map(Number);
  const most = Math.max(red, green, blue);
  const range = most - Math.min(red, green, blue) || 1;
  const sector =
    most === red
      ? (green - blue) / range
      : most === green
        ? 2 + (blue - red) / range
        : 4 + (red - green) / range;
  const hue = (sector * 60 + 360) % 360;
  const [name] =
    Object.entries(hues).find(([, [from = 0, to = 0]]) =>
      [hue, hue + 360].some((each) => from <= each && each <= to),
    ) ?? [];
  return name ?? colour;
}

/** A state as the page showed it: `ChargeCard: failed, 6 tries | ✕ | ×6 | red | still`. */
const described = ({ label, marks, colour, moves }: Look['states'][number]): string =>
  marks.length === 0 ? label : [label, ...marks, colourOf(colour), moves ? 'moves' : 'still'].join(' | ');

/** A state as the page must show it, in the same form. @param visits to it, the latest last */
function expected(state: string, visits: readonly Visit[], isRunning: boolean): string {
  const visit = visits.at(-1);
  if (!visit) return `${state}: not reached`;
  const standing = standingOf(visit, isRunning);
  const [sign, words, colour] = shown[standing];
  const tries = visit.type === 'Parallel' || visit.type === 'Map' ? 0 : visit.tries.length;
  return [
    `${state}: ${words}${tries > 1 ? `, ${tries} tries` : ''}`,
    sign,
    ...(tries > 1 ? [`×${tries}`] : visits.length > 1 ? [`${visits.length} visits`] : []),
    colour,
    ['running', 'waiting'].includes(standing) ? 'moves' : 'still',
  ].join(' | ');
}

function standingOf(visit: Visit, isRunning: boolean): keyof typeof shown {
  const { state, type, exitedAt, tries, failure, branches } = visit;
  const hasFailed = failure !== undefined || tries.at(-1)?.error !== undefined;
  if (type === 'Fail') return 'failed';
  if (exitedAt) return compensations.includes(state) ? 'undone' : hasFailed ? 'caught' : 'done';
  if (type === 'Succeed') return 'done';
  if (isRunning) return hasFailed ? 'waiting' : 'running';
  return hasFailed ? 'failed' : branches.length > 0 ? 'inside' : 'cutOff';
}

const allVisits = (visits: readonly Visit[]): Visit[] =>
  visits.flatMap((visit) => [visit, ...visit.branches.flatMap(allVisits)]);

/** A visit as it stood at `time`, in milliseconds: without what came later. Nothing of one that began later. */
function cut({ exitedAt, tries, ...visit }: Visit, time: number): Visit[] {
  const isOver = (date?: Date) => date !== undefined && date.getTime() <= time;
  if (!isOver(visit.enteredAt)) return [];
  const begun = tries.filter(({ startedAt }) => isOver(startedAt));
  return [
    {
      ...visit,
      tries: begun.map((each) => (isOver(each.endedAt) ? each : { startedAt: each.startedAt })),
      ...(exitedAt && isOver(exitedAt) && { exitedAt }),
    },
  ];
}

export const isRunning = ({ badge }: Look): boolean => badge === '▶ RUNNING';

/** Holds what the page shows of an execution against its history. Each answer names what is wrong. */
export function against({ visits, end }: Timeline) {
  const all = allVisits(visits);
  const statesAt = (time: number, running: boolean) => {
    const known = all.flatMap((visit) => cut(visit, time));
    return (state: string) =>
      expected(
        state,
        known.filter((visit) => visit.state === state),
        running,
      );
  };
  const dates = all.flatMap(({ enteredAt, exitedAt, tries }) => [
    enteredAt,
    exitedAt,
    ...tries.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt]),
  ]);
  const moments = [...new Set(dates.flatMap((date) => date?.getTime() ?? []))];
  const wrong = ({ states }: Look, ...possible: ReturnType<typeof statesAt>[]) =>
    states.flatMap((each) => {
      const right = possible.map((at) => at(each.label.split(': ')[0] ?? ''));
      return right.includes(described(each)) ? [] : [`${described(each)}, not ${right.join(', nor ')}`];
    });

  return {
    /** In the end each state is as its history ends. */
    inTheEnd: (look: Look) => wrong(look, statesAt(Number.POSITIVE_INFINITY, false)),
    /** Before, they are as they were at one moment: the best is taken. Of what happened just then some may be missing. */
    meanwhile: (look: Look) =>
      moments
        .map((time) => wrong(look, statesAt(time - 1, isRunning(look)), statesAt(time, isRunning(look))))
        .reduce((least, each) => (each.length < least.length ? each : least)),
    /** The sign, the word and the colour of its outcome. */
    badge(outcome: string): string {
      const standings = all.map((visit) => standingOf(visit, false));
      const wentStraight = !standings.includes('caught') && !standings.includes('undone');
      // The order has shipped, by another execution; a person must see to the difference.
      const isGood = { ALREADY_PROCESSED: true, DIFFERENCES: false }[outcome] ?? wentStraight;
      const [sign, , colour] = shown[end?.status !== 'SUCCEEDED' ? 'failed' : isGood ? 'done' : 'caught'];
      return `${sign} ${outcome} | ${colour}`;
    },
  };
}

/** Names of the states that are shown to stand so. */
export const statesThat = (standing: keyof typeof shown, { states }: Look): string[] =>
  states
    .filter(({ marks }) => marks[0] === shown[standing][0])
    .map(({ label }) => label.split(': ')[0] ?? '');
