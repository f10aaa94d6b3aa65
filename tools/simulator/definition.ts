// From the text of a definition to states that can run. What can be known before running is checked here.

import { DefinitionError, Fields } from './fields';
import type { Loader, State, StateMachine, States } from './state';
import { loadChoice } from './states/choice';
import { loadFail } from './states/fail';
import { loadMap } from './states/map';
import { loadParallel } from './states/parallel';
import { loadPass } from './states/pass';
import { loadSucceed } from './states/succeed';
import { loadTask } from './states/task';
import { loadWait } from './states/wait';

const byType: Record<string, (fields: Fields, name: string, loader: Loader) => State> = {
  Task: loadTask,
  Pass: loadPass,
  Choice: loadChoice,
  Wait: loadWait,
  Succeed: loadSucceed,
  Fail: loadFail,
  Parallel: loadParallel,
  Map: loadMap,
};

const byText = new Map<string, StateMachine>();

/** Throws a DefinitionError that names state and field. Texts are parsed once. */
export function load(definition: string | object): StateMachine {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
  let machine = byText.get(text);
  if (!machine) {
    machine = loadMachine(new Fields(parse(text), 'The definition'));
    byText.set(text, machine);
  }
  return machine;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new DefinitionError(
      `The definition is not JSON. ${thrown instanceof Error ? thrown.message : thrown}`,
    );
  }
}

function loadMachine(fields: Fields): StateMachine {
  fields.only('Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version');
  const timeoutSeconds = fields.number('TimeoutSeconds', Number.POSITIVE_INFINITY);
  return { ...loadStates(fields, fields.optionalText('QueryLanguage'), new Set()), timeoutSeconds };
}

/** `outer`: variables of the scopes around, which must not be assigned inside. */
function loadStates(fields: Fields, language: string | undefined, outer: ReadonlySet<string>): States {
  const definitions = fields.object('States') ?? fields.fail("needs the field 'States'");
  const states = new Map<string, State>();
  const scope = new Set([
    ...outer,
    ...definitions.names().flatMap((name) => assigned(definitions.get(name))),
  ]);
  for (const name of definitions.names()) {
    const state = new Fields(definitions.get(name), `State '${name}'`);
    if ((state.optionalText('QueryLanguage') ?? language) !== 'JSONata') {
      state.fail('is JSONPath (no "QueryLanguage": "JSONata"); the simulator runs JSONata only');
    }
    for (const variable of assigned(definitions.get(name))) {
      if (outer.has(variable)) state.fail(`assigns '${variable}', which belongs to an outer scope`);
    }
    const loader: Loader = {
      states: (inner) => loadStates(inner, language, scope),
      isolatedStates: (inner) => loadStates(inner, language, new Set()),
    };
    const read = byType[state.text('Type')] ?? state.fail(`has the unknown Type '${state.text('Type')}'`);
    states.set(name, read(state, name, loader));
  }
  const startAt = fields.text('StartAt');
  for (const [from, to] of [['StartAt', startAt], ...transitions(states)]) {
    if (!states.has(to ?? '')) fields.fail(`leads from '${from}' to '${to}', which is not there`);
  }
  return { startAt, get: (name) => states.get(name) ?? fields.fail(`has no state '${name}'`) };
}

const transitions = (states: Map<string, State>) =>
  [...states.values()].flatMap((state) => state.targets.map((target) => [state.name, target]));

/** Names of the variables that a state assigns, in itself, its choices or its catchers. */
function assigned(state: unknown): string[] {
  const fields = new Fields(state, 'A state');
  const all = [fields, ...fields.list('Choices'), ...fields.list('Catch')];
  return all.flatMap((part) => part.object('Assign')?.names() ?? []);
}
