/** Where executions go from a state whose call fails. */
import { isObject, type JsonObject } from '../../lib/workflow/json';
import { machinesIn, statesOf } from '../../lib/workflow/language/machines';

/** In sentences: by the catchers for any error, of the state or of what it is in. */
export function afterFailure(definition: JsonObject, states: readonly string[]): string {
  const catchers = catchersOf(definition);
  const groups = new Map<string | undefined, string[]>();
  for (const state of states) {
    const next = catchers.get(state);
    groups.set(next, [...(groups.get(next) ?? []), `\`${state}\``]);
  }
  return [...groups]
    .map(([next, own]) => {
      const from = groups.size > 1 ? ` after ${own.join(', ')}` : '';
      return next ? `Then comes \`${next}\`${from}.` : `Nothing catches that${from}: the execution fails.`;
    })
    .join(' ');
}

/** The state that any error leads to, by the state where it occurs. */
function catchersOf(machine: JsonObject, outer?: string): Map<string, string | undefined> {
  return new Map(
    statesOf(machine).flatMap(({ name, state }): [string, string | undefined][] => {
      const next = caughtBy(state) ?? outer;
      return [[name, next], ...machinesIn(state).flatMap((inner) => [...catchersOf(inner, next)])];
    }),
  );
}

function caughtBy({ Catch }: JsonObject): string | undefined {
  const catchers = Array.isArray(Catch) ? Catch.filter(isObject) : [];
  const any = catchers.find(
    ({ ErrorEquals }) => Array.isArray(ErrorEquals) && ErrorEquals.includes('States.ALL'),
  );
  return any && String(any.Next);
}
