/** Checks the transitions between states. */
import { type Json, type JsonObject, objectsIn } from '../json';
import { statesOf } from './machines';

/** Problems in the transitions of one machine, without those of the machines inside it. */
export const flowProblems = (machine: JsonObject, at: string): string[] => {
  const targets = new Map(statesOf(machine).map(({ name, state }) => [name, targetsOf(state)]));
  const missing = (from: string, names: readonly string[]) =>
    names
      .filter((name) => !targets.has(name))
      .map((name) => `${from} leads to ${name}, which is not among the states beside it.`);
  const reached = reachableFrom(machine.StartAt, targets);
  return [
    ...missing(`${at}.StartAt`, typeof machine.StartAt === 'string' ? [machine.StartAt] : []),
    ...[...targets].flatMap(([name, names]) => missing(name, names)),
    ...[...targets.keys()].filter((name) => !reached.has(name)).map((name) => `${name} is not reachable.`),
  ];
};

/** The states that follow. Names that are not strings are left to the checks of fields. */
const targetsOf = (state: JsonObject): string[] =>
  [
    state.Next,
    state.Default,
    ...[...objectsIn(state.Choices), ...objectsIn(state.Catch)].map(({ Next }) => Next),
  ].filter((target) => typeof target === 'string');

const reachableFrom = (
  start: Json | undefined,
  targets: ReadonlyMap<string, readonly string[]>,
): Set<string> => {
  const reached = new Set<string>();
  const ahead = typeof start === 'string' ? [start] : [];
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    ahead.push(...(targets.get(name) ?? []));
  }
  return reached;
};

/** AWS requires a terminal state of the whole machine only: a branch may loop for ever. */
export const hasTerminalState = (machine: JsonObject): boolean =>
  statesOf(machine).some(({ state: { Type, End } }) => Type === 'Succeed' || Type === 'Fail' || End === true);
