// Reads a definition as scopes of states with arrows between them.

import { record } from '../bin/history/json';

/** The whole definition, a branch of a Parallel, or what a Map does for each item. */
export interface Scope {
  startAt: string;
  states: State[];
  arrows: Arrow[];
}

export interface State {
  name: string;
  type: string;
  /** What it calls (`lambda:invoke`), or its type in lower case. */
  work: string;
  ends: boolean;
  comment?: string;
  inner: Scope[];
}

interface Arrow {
  from: string;
  to: string;
  onError: boolean;
  label: string;
}

/** A state as the definition has it. */
export type RawState = Record<string, unknown>;

/** @param definition in ASL, as text @throws SyntaxError when it is not JSON */
export const readDefinition = (definition: string): Scope => scopeOf(JSON.parse(definition));

/** All states by name, also those inside of others: no two of a definition share a name. */
export const statesIn = (scope: unknown): [name: string, state: RawState][] =>
  Object.entries(record(record(scope).States)).flatMap(([name, value]): [string, RawState][] => {
    const state = record(value);
    return [[name, state], ...innerOf(state).flatMap(statesIn)];
  });

const innerOf = ({ Branches, ItemProcessor }: RawState): RawState[] => [
  ...list(Branches),
  ...(ItemProcessor === undefined ? [] : [record(ItemProcessor)]),
];

function scopeOf(value: unknown): Scope {
  const { StartAt, States } = record(value);
  const states = Object.entries(record(States)).map(([name, state]) => [name, record(state)] as const);
  return {
    startAt: String(StartAt),
    states: states.map(([name, state]) => stateOf(name, state)),
    arrows: states.flatMap(([name, state]) => arrowsFrom(name, state)),
  };
}

function stateOf(name: string, state: RawState): State {
  const { Type, Resource, Comment, End } = state;
  const type = String(Type);
  return {
    name,
    type,
    work: typeof Resource === 'string' ? shortResource(Resource) : type.toLowerCase(),
    ends: End === true || type === 'Succeed' || type === 'Fail',
    ...(typeof Comment === 'string' && { comment: Comment }),
    inner: innerOf(state).map(scopeOf),
  };
}

/** One arrow for each next state and kind, labelled with all conditions or errors that lead there. */
function arrowsFrom(from: string, { Next, Choices, Default, Catch }: RawState): Arrow[] {
  const found: Arrow[] = [];
  const add = (to: unknown, onError: boolean, label: string) => {
    if (typeof to !== 'string') return;
    const known = found.find((arrow) => arrow.to === to && arrow.onError === onError);
    if (known) known.label = [known.label, label].filter(Boolean).join('\n');
    else found.push({ from, to, onError, label });
  };
  add(Next, false, '');
  for (const rule of list(Choices)) add(rule.Next, false, conditionOf(rule));
  add(Default, false, 'otherwise');
  for (const { ErrorEquals, Next: to } of list(Catch)) add(to, true, `on ${strings(ErrorEquals).join(', ')}`);
  return found;
}

/** What a rule of a Choice asks. */
export const conditionOf = ({ Condition, ...rule }: Record<string, unknown>): string =>
  typeof Condition === 'string' ? expression(Condition) : JSON.stringify(rule);

/** `lambda:invoke` of `arn:aws:states:::lambda:invoke`. */
export const shortResource = (resource: string): string => resource.replace(/^arn:aws[\w-]*:states:::/, '');

/** A value as text: of an expression, what is between `{%` and `%}`. */
export const expression = (value: unknown): string => String(value).replace(/^\{%\s*|\s*%\}$/g, '');

/** The members of a list of objects; none when it is absent. */
export const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.map(record) : [];

/** The members of a list of texts. */
export const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
