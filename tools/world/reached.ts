/** What executions reach of the definitions in statemachines/, in any world: kept once somebody wants it. */
import type { ExecutionOptions, StatePart } from '../simulator/types';
import { workflowOf } from './definitions';

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
export function reachedIn(definition: string): Pick<ExecutionOptions, 'onReached'> {
  const reached = kept;
  const workflow = reached && workflowOf(definition);
  return workflow ? { onReached: (state, part) => reached.add(keyOf(workflow, state, part)) } : {};
}
