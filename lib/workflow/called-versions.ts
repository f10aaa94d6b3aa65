/**
 * Which code of a function a Task calls. Where an execution compensates when the Task fails, it calls the version that
 * the execution began with: a release changes nothing under it. Where an execution fails at the Task, a redrive goes on
 * from there, and would call that version for ever, its bug included: there it calls the alias `live`
 * (docs/adr/0013-releases.md).
 */
import type { Bindings } from './bindings';
import { isObject, type JsonObject, objectsIn } from './json';
import { machinesIn, statesOf } from './language/machines';

/**
 * Findings as sentences, each with the state's name and the fix. Empty: nothing found.
 * @param isRedriven whether executions of this workflow are redriven at all
 */
export const calledVersionProblems = (
  definition: JsonObject,
  bindings: Bindings,
  { isRedriven }: { readonly isRedriven: boolean },
): string[] =>
  callsIn(definition, !isRedriven).flatMap(({ state, binding, isCaught }) => {
    const { calls } = bindings[binding] ?? {};
    if (calls === 'version' && !isCaught) {
      return [
        `${state} has no catcher of States.ALL, so that an execution that failed there is redriven from there. It ` +
          `would call the version of \${${binding}} that it began with for ever, also once its bug is fixed. Bind ` +
          `${binding} to invokeLive(…), or catch States.ALL.`,
      ];
    }
    if (calls === 'live' && isCaught) {
      return [
        `${state} calls the alias live of \${${binding}}, so that a release would change the code under executions ` +
          `that run; and none is redriven from there. Bind ${binding} to invoke(…).`,
      ];
    }
    return [];
  });

interface CalledBinding {
  readonly state: string;
  /** `ChargeCardArn` for a Task with `"FunctionName": "${ChargeCardArn}"`. */
  readonly binding: string;
  /** Whether a failure of the call never ends the execution there. */
  readonly isCaught: boolean;
}

/**
 * The calls of functions in a definition, or the executions that it starts and waits for. A failure in a branch or in a
 * Map's items is also caught by the state around it.
 */
export const callsIn = (
  machine: JsonObject,
  isCaughtAround: boolean,
  called: 'function' | 'execution' = 'function',
): CalledBinding[] =>
  statesOf(machine).flatMap(({ name, state }) => {
    const isCaught = isCaughtAround || catchesAll(state);
    const binding = bindingIn(state, called);
    return [
      ...(binding === undefined ? [] : [{ state: name, binding, isCaught }]),
      ...machinesIn(state).flatMap((inner) => callsIn(inner, isCaught, called)),
    ];
  });

const catchesAll = ({ Catch }: JsonObject): boolean =>
  objectsIn(Catch).some(
    ({ ErrorEquals }) => Array.isArray(ErrorEquals) && ErrorEquals.includes('States.ALL'),
  );

const bindingIn = ({ Resource, Arguments }: JsonObject, called: 'function' | 'execution') => {
  if (!isObject(Arguments)) return undefined;
  const isAwaited = typeof Resource === 'string' && Resource.includes(':startExecution.sync');
  const value = called === 'function' ? Arguments.FunctionName : isAwaited && Arguments.StateMachineArn;
  return typeof value === 'string' ? /^\$\{(\w+)\}$/.exec(value)?.[1] : undefined;
};
