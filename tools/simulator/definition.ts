// Parses and checks a definition, and makes of it states that can run.

import { languageProblems } from '../../lib/workflow/language';
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

/** Loads a definition; a text is parsed once only. Throws a DefinitionError that names state and field. */
export function load(definition: string | object): StateMachine {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
  let machine = byText.get(text);
  if (!machine) {
    const json = parse(text);
    const [problem] = languageProblems(json);
    if (problem) throw new DefinitionError(problem);
    machine = loadMachine(new Fields(json, 'The definition'));
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
  const timeoutSeconds = fields.number('TimeoutSeconds', Number.POSITIVE_INFINITY);
  return { ...loadStates(fields, fields.optionalText('QueryLanguage')), timeoutSeconds };
}

function loadStates(fields: Fields, language: string | undefined): States {
  const definitions = fields.object('States') ?? fields.fail("needs the field 'States'");
  const states = new Map<string, State>();
  for (const [name, definition] of definitions.entries()) {
    const state = new Fields(definition, `State '${name}'`);
    if ((state.optionalText('QueryLanguage') ?? language) !== 'JSONata') {
      state.fail('is JSONPath (no "QueryLanguage": "JSONata"); the simulator runs JSONata only');
    }
    const loader: Loader = { states: (inner) => loadStates(inner, language) };
    const read = byType[state.text('Type')] ?? state.fail(`has the unknown Type '${state.text('Type')}'`);
    states.set(name, read(state, name, loader));
  }
  const startAt = fields.text('StartAt');
  return { startAt, get: (name) => states.get(name) ?? fields.fail(`has no state '${name}'`) };
}
