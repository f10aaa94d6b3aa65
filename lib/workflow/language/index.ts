/**
 * Checks a definition in the Amazon States Language with JSONata, as AWS does when a state machine is created. AWS
 * refuses what is found here. Our own rules, which AWS does not have, are in ../house-rules.ts.
 */
import { isObject, type Json, type JsonObject } from '../json';
import { anything, type Check, object, oneOf, text, wholeNumber } from './check';
import { expressionProblems } from './expressions';
import { flowProblems, hasTerminalState } from './flow';
import { allStatesOf } from './machines';
import { processorConfig } from './map-fields';
import { stateChecks } from './state-fields';
import { shadowingProblems } from './variables';

/** The problems, as sentences with the state and the field. Empty if AWS accepts the definition. */
export const languageProblems = (definition: unknown): string[] => {
  if (!isObject(definition)) return ['The definition must be an object.'];
  return [
    ...wholeMachine(definition, 'The definition'),
    ...(hasTerminalState(definition) ? [] : ['The definition has no state that ends it.']),
    ...duplicates(definition),
    ...shadowingProblems(definition),
  ];
};

const parts = { StartAt: text, States: anything };

const wholeMachine: Check = (value, at) => [
  ...object(parts, {
    Comment: text,
    QueryLanguage: oneOf('JSONata', 'JSONPath'),
    TimeoutSeconds: wholeNumber(1, 99_999_999),
    Version: oneOf('1.0'),
  })(value, at),
  ...insideProblems(value, at),
];

const branch: Check = (value, at) => [
  ...object(parts, { Comment: text })(value, at),
  ...insideProblems(value, at),
];

const processor: Check = (value, at) => [
  ...object(parts, { Comment: text, ProcessorConfig: processorConfig })(value, at),
  ...insideProblems(value, at),
];

const insideProblems: Check = (machine, at) => {
  if (!isObject(machine) || machine.States === undefined) return [];
  if (!isObject(machine.States)) return [`${at}.States must be an object.`];
  const states = Object.entries(machine.States);
  if (states.length === 0) return [`${at}.States must not be empty.`];
  return [
    ...states.flatMap(([name, state]) => stateProblems(state ?? null, name)),
    ...flowProblems(machine, at),
  ];
};

const stateProblems: Check = (state, name) => {
  if (!isObject(state)) return [`${name} must be an object.`];
  const type = typeof state.Type === 'string' ? state.Type : '';
  const check = Object.hasOwn(stateChecks, type) ? stateChecks[type] : undefined;
  if (!check) return [`${name}.Type must be ${Object.keys(stateChecks).join(', ')}.`];
  return [
    ...(name.length > 0 && name.length <= 80 ? [] : [`${name} must have a name of 1 to 80 characters.`]),
    ...check(state, name),
    ...expressionProblems(state, name),
    ...list(state.Branches).flatMap((inner, index) => branch(inner, `${name}.Branches[${index}]`)),
    ...['ItemProcessor', 'Iterator'].flatMap((field) => {
      const inner = state[field];
      return inner === undefined ? [] : processor(inner, `${name}.${field}`);
    }),
  ];
};

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

/** Names of states, and Labels of Maps, must be unique in the whole definition. */
const duplicates = (definition: JsonObject): string[] => {
  const states = allStatesOf(definition);
  const labels = states.flatMap(({ state: { Label } }) => (typeof Label === 'string' ? [Label] : []));
  return [
    ...repeated(states.map(({ name }) => name)).map((name) => `${name} is the name of more than one state.`),
    ...repeated(labels).map((label) => `${label} is the Label of more than one Map.`),
  ];
};

const repeated = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, index) => names.indexOf(name) !== index)),
];
