/** How states lead to one another. */
import { type Json, type JsonObject, objectsIn } from '../json';
import { statesOf } from './machines';

/** What AWS refuses in the transitions of one machine; the machines inside have their own. */
export const flowProblems = (machine: JsonObject, at: string): string[] => {
  const targets = new Map(statesOf(machine).map(({ name, state }) => [name, targetsOf(state)]));
  const missing = (from: string, names: readonly Json[]) =>
    names
      .filter((name) => typeof name === 'string' && !targets.has(name))
      .map((name) => `${from} leads to ${name}, which is not among the states beside it.`);
  const reached = reachableFrom(machine.StartAt, targets);
  return [
    ...missing(`${at}.StartAt`, machine.StartAt === undefined ? [] : [machine.StartAt]),
    ...[...targets].flatMap(([name, names]) => missing(name, names)),
    ...[...targets.keys()].filter((name) => !reached.has(name)).map((name) => `${name} is not reachable.`),
  ];
};

const targetsOf = (state: JsonObject): Json[] =>
  [
    state.Next,
    state.Default,
    ...[...objectsIn(state.Choices), ...objectsIn(state.Catch)].map(({ Next }) => Next),
  ].filter((target) => target !== undefined);

const reachableFrom = (start: Json | undefined, targets: ReadonlyMap<string, readonly Json[]>): Set<Json> => {
  const reached = new Set<Json>();
  const ahead = start === undefined ? [] : [start];
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    ahead.push(...(targets.get(String(name)) ?? []));
  }
  return reached;
};

/** AWS asks it of the whole machine only: a branch may loop for ever. */
export const hasTerminalState = (machine: JsonObject): boolean =>
  statesOf(machine).some(({ state: { Type, End } }) => Type === 'Succeed' || Type === 'Fail' || End === true);
