/** What executions reach of the definitions in statemachines/, in any world: kept once somebody wants it. */
import type { ExecutionOptions, StatePart, Visit } from '../simulator/types';
import { workflowOf } from './definitions';

/** A visit to a state of a definition, which is given as a stage deploys it. */
export interface KeptVisit extends Visit {
  workflow: string;
  definition: string;
}

let listener: ((visit: KeptVisit) => void) | undefined;

/** Until the work is done, tells of each visit to a state, in any world. */
export async function whileListening<T>(
  hear: (visit: KeptVisit) => void,
  work: () => Promise<T>,
): Promise<T> {
  listener = hear;
  try {
    return await work();
  } finally {
    listener = undefined;
  }
}

let kept: Set<string> | undefined;

/** From now on, by `keyOf`. */
export function keepReached(): ReadonlySet<string> {
  kept ??= new Set();
  return kept;
}

/** Names of states are unique in a definition. */
export const keyOf = (workflow: string, state: string, part: StatePart): string =>
  `${workflow}/${state}/${part}`;

/** For an execution of that definition. Of one that a test has changed nothing is kept. */
export function reachedIn(definition: string): Pick<ExecutionOptions, 'onReached' | 'onVisit'> {
  const reached = kept;
  const hear = listener;
  const workflow = (reached || hear) && workflowOf(definition);
  if (!workflow) return {};
  return {
    ...(reached && { onReached: (state, part) => reached.add(keyOf(workflow, state, part)) }),
    ...(hear && { onVisit: (visit) => hear({ workflow, definition, ...visit }) }),
  };
}
