/**
 * A plan: which scenario runs, what strikes it, and how its story goes on. Its text repeats the run exactly:
 *
 *     plain | ChargeCard #1 replyLost | dynamodb:updateItem payments #2 killedBefore | redrive 25h | again
 */

/** A fault of the calls `from` to `to` of a place. */
export interface Strike {
  /** A state's name, or a service's call as `placeOf` writes it. */
  place: string;
  /** The first call is 1. */
  from: number;
  /** `Infinity`: for as long as the fault lasts, which is until the operator redrives. */
  to: number;
  /** A word of strikes.ts: `late:60`. */
  fault: string;
}

export const EDGES = {
  next: 'the next attempt, once the first is over',
  meanwhile: 'the next attempt a second after the first',
  between: 'the next attempt between the end of a first that is stuck and its redrive',
  again: 'the same name 91 days later',
  elsewhere: "the same name at the same moment in another deployment that shares Stripe's account",
} as const;

export type Edge = keyof typeof EDGES;

export interface Plan {
  scenario: string;
  strikes: readonly Strike[];
  /** Seconds from the end of an execution that is stuck to its redrive. */
  redriveAfter: number;
  edge: Edge;
}

export const REDRIVES = { '1m': 60, '25h': 25 * 3600, '8d': 8 * 86_400, '13d': 13 * 86_400 } as const;

export const plain = (scenario: string): Plan => ({
  scenario,
  strikes: [],
  redriveAfter: REDRIVES['1m'],
  edge: 'next',
});

export const strikeText = ({ place, from, to, fault }: Strike): string => {
  const last = to === from ? '' : `-${to}`;
  return `${place} #${to === Number.POSITIVE_INFINITY ? 'all' : `${from}${last}`} ${fault}`;
};

/** What is as usual is left out. */
export function planText({ scenario, strikes, redriveAfter, edge }: Plan): string {
  const redrive = Object.entries(REDRIVES).find(([, seconds]) => seconds === redriveAfter)?.[0];
  return [
    scenario,
    ...strikes.map(strikeText),
    ...(redriveAfter === REDRIVES['1m'] ? [] : [`redrive ${redrive ?? redriveAfter}`]),
    ...(edge === 'next' ? [] : [edge]),
  ].join(' | ');
}

/** Throws for a text that is no plan. Whether its scenario, places and faults exist, only its run can tell. */
export function parsePlan(text: string): Plan {
  const [scenario = '', ...parts] = text.split('|').map((part) => part.trim());
  let { redriveAfter, edge } = plain(scenario);
  const strikes: Strike[] = [];
  for (const part of parts) {
    const redrive = /^redrive (\w+)$/.exec(part)?.[1];
    if (redrive) redriveAfter = secondsOf(redrive);
    else if (isEdge(part)) edge = part;
    else strikes.push(parseStrike(part));
  }
  return { scenario, strikes, redriveAfter, edge };
}

const isEdge = (text: string): text is Edge => Object.hasOwn(EDGES, text);

function secondsOf(text: string): number {
  const known = Object.entries(REDRIVES).find(([name]) => name === text)?.[1];
  const seconds = known ?? Number(text);
  if (Number.isFinite(seconds)) return seconds;
  throw new Error(
    `A redrive comes after ${Object.keys(REDRIVES).join(', ')} or seconds, not after "${text}".`,
  );
}

function parseStrike(text: string): Strike {
  const match = /^(.+) #(?:(all)|(\d+)(?:-(\d+))?) (\S+)$/.exec(text);
  if (!match) {
    throw new Error(
      `"${text}" is no part of a plan: write "ChargeCard #1 replyLost", "redrive 25h", or one of ` +
        `${Object.keys(EDGES).join(', ')}.`,
    );
  }
  const [, place = '', all, first = '1', last = first, fault = ''] = match;
  return { place, from: Number(first), to: all ? Number.POSITIVE_INFINITY : Number(last), fault };
}
