/** Where two answers to a question differ. */
import { isDeepStrictEqual } from 'node:util';
import type { Answer } from './question';

export interface Difference {
  /** `output`, `next state`, … */
  what: string;
  aws: string;
  simulator: string;
}

interface Part {
  what: string;
  of(answer: Answer): unknown;
}

/** What is compared of every answer. Texts of JSON are compared as what they say. */
const PARTS: readonly Part[] = [
  { what: 'status', of: ({ status }) => status },
  { what: 'arguments', of: ({ inspectionData }) => json(inspectionData?.afterArguments) },
  { what: 'output', of: ({ output }) => json(output) },
  { what: 'next state', of: ({ nextState }) => nextState },
  { what: 'variables', of: ({ inspectionData }) => json(inspectionData?.variables) ?? {} },
  { what: 'retrier', of: ({ inspectionData }) => inspectionData?.errorDetails?.retryIndex },
  { what: 'catcher', of: ({ inspectionData }) => inspectionData?.errorDetails?.catchIndex },
];

/** Of an execution that failed there. What AWS says about an expression that fails is its own wording. */
const OF_FAILURES: readonly Part[] = [
  { what: 'error', of: ({ error }) => error },
  {
    what: 'cause',
    of: ({ error, cause }) => (error === 'States.QueryEvaluationError' ? undefined : json(cause)),
  },
];

/** The most characters of a value that a difference shows. */
const SHOWN = 200;

export function differences(aws: Answer, simulator: Answer): Difference[] {
  const parts = simulator.status === 'FAILED' ? [...PARTS, ...OF_FAILURES] : PARTS;
  return parts
    .map(({ what, of }) => ({ what, aws: of(aws), simulator: of(simulator) }))
    .filter(({ aws, simulator }) => !isDeepStrictEqual(aws, simulator))
    .map(({ what, aws, simulator }) => ({ what, ...around(text(aws), text(simulator)) }));
}

/** Text that is no JSON is compared as it is. */
function json(value: string | undefined): unknown {
  try {
    return value === undefined ? undefined : JSON.parse(value);
  } catch {
    return value;
  }
}

const text = (value: unknown): string => (value === undefined ? '(nothing)' : JSON.stringify(value));

/** Both from shortly before the place where they begin to differ. */
function around(aws: string, simulator: string): { aws: string; simulator: string } {
  let same = 0;
  while (same < aws.length && aws[same] === simulator[same]) same++;
  const from = same > SHOWN / 2 ? same - SHOWN / 4 : 0;
  const shown = (value: string) =>
    `${from > 0 ? '…' : ''}${value.slice(from, from + SHOWN)}${value.length > from + SHOWN ? '…' : ''}`;
  return { aws: shown(aws), simulator: shown(simulator) };
}
