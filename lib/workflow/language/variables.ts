/** Checks the scopes of variables: a branch or an inline Map can read outer variables, but must not assign them. */
import { isObject, type JsonObject, objectsIn } from '../json';
import { isDistributed, machinesIn, type Named, statesOf } from './machines';

/** @param outer the variables of the scopes around the machine */
export const shadowingProblems = (machine: JsonObject, outer: ReadonlySet<string> = new Set()): string[] => {
  const states = statesOf(machine);
  return states.flatMap(({ name, state }) => [
    ...assignedIn(state)
      .filter((variable) => outer.has(variable))
      .map(
        (variable) => `${name} assigns $${variable}, which a scope around it has too. Rename one of them.`,
      ),
    ...machinesIn(state).flatMap((inner) =>
      shadowingProblems(inner, visibleIn(inner, { name, state }, states, outer)),
    ),
  ]);
};

/**
 * The variables that a machine inside a state must not assign. It may assign those of the state's own catchers, which
 * run when the branches have ended.
 */
const visibleIn = (
  inner: JsonObject,
  around: Named,
  states: readonly Named[],
  outer: ReadonlySet<string>,
): ReadonlySet<string> => {
  // The children of a Distributed Map are separate executions and cannot see outer variables.
  if (isDistributed(inner)) return new Set();
  const assigned = states.flatMap(({ name, state }) =>
    assignedIn(name === around.name ? { ...state, Catch: [] } : state),
  );
  return new Set([...outer, ...assigned]);
};

const assignedIn = (state: JsonObject): string[] =>
  [state, ...objectsIn(state.Catch), ...objectsIn(state.Choices)].flatMap(({ Assign }) =>
    isObject(Assign) ? Object.keys(Assign) : [],
  );
