/**
 * What AWS refuses in expressions although JSONata itself does not. A state's data is in $states and in variables
 * only: at its root an expression has no context that `$`, `$$` or a bare name could look into.
 */
import jsonata from 'jsonata';
import { isObject, type Json, type JsonObject } from '../json';

/** Whether a value is an expression: a whole text, whatever is between its braces. */
export const isExpression = (value: Json | undefined): value is `{%${string}%}` =>
  typeof value === 'string' && value.length >= 4 && value.startsWith('{%') && value.endsWith('%}');

/** What stands between the braces. */
export const sourceOf = (expression: `{%${string}%}`): string => expression.slice(2, -2).trim();

/** The syntax tree. Throws what JSONata throws when it does not parse. */
export const treeOf = (expression: `{%${string}%}`): unknown => jsonata(sourceOf(expression)).ast();

/** A field that holds values, and which members $states has there. */
interface Place {
  readonly value: Json | undefined;
  readonly members: readonly string[];
}

const everywhere = ['input', 'context'];

/** Only these have a result. */
const working = ['Task', 'Parallel', 'Map'];

/** Where a state holds values: everything but comments and the states inside it. */
export const placesIn = (state: JsonObject): Place[] => {
  const { Type, Comment, Branches, ItemProcessor, Iterator, Assign, Output, Catch, Choices, ...rest } = state;
  const result = working.includes(String(Type)) ? ['result'] : [];
  const exits = [
    { exit: state, members: [...everywhere, ...result] },
    ...list(Catch).map((exit) => ({ exit, members: [...everywhere, 'errorOutput'] })),
    ...list(Choices).map((exit) => ({ exit, members: everywhere })),
  ];
  return [
    ...exits.flatMap(({ exit, members }) => [
      { value: exit.Assign, members },
      { value: exit.Output, members },
    ]),
    ...list(Choices).map(({ Condition }) => ({ value: Condition, members: everywhere })),
    { value: rest, members: everywhere },
  ];
};

const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** What AWS refuses in a state's expressions. */
export const expressionProblems = (state: JsonObject, at: string): string[] =>
  placesIn(state).flatMap(({ value, members }) =>
    textsIn(value).flatMap((text) => textProblems(text, members).map((problem) => `${at} ${problem}`)),
  );

export const textsIn = (value: Json | undefined): string[] => {
  if (typeof value === 'string') return [value];
  return value === null || typeof value !== 'object' ? [] : Object.values(value).flatMap(textsIn);
};

const textProblems = (text: string, members: readonly string[]): string[] => {
  if (isExpression(text))
    return sourceProblems(text, members).map((problem) => `${problem} In: ${sourceOf(text)}`);
  return text.startsWith('{%') && !text.includes('%}')
    ? [`begins an expression that does not end: ${text}`]
    : [];
};

const sourceProblems = (expression: `{%${string}%}`, members: readonly string[]): string[] => {
  try {
    const tree = treeOf(expression);
    return [...rootProblems(tree), ...memberProblems(tree, members)];
  } catch (error) {
    const { message } = isObject(error) ? error : {};
    return [`has an expression that does not parse: ${message ?? error}.`];
  }
};

/** The nodes of a syntax tree, each before those inside it. */
export const nodesIn = (node: unknown): JsonObject[] => {
  if (Array.isArray(node)) return node.flatMap(nodesIn);
  return isObject(node) ? [node, ...Object.values(node).flatMap(nodesIn)] : [];
};

/** Members of $states that a field does not have, or no field has. */
const memberProblems = (tree: unknown, members: readonly string[]): string[] =>
  nodesIn(tree).flatMap(({ type, steps }) => {
    if (type !== 'path' || !Array.isArray(steps)) return [];
    const [first, second] = steps;
    if (!isObject(first) || first.type !== 'variable' || first.value !== 'states') return [];
    if (!isObject(second) || second.type !== 'name' || members.includes(String(second.value))) return [];
    return [
      `uses $states.${second.value}, which does not exist there; there is ${members.map((name) => `$states.${name}`).join(', ')}.`,
    ];
  });

/** Where an expression looks at the items of a path, so that `$` and bare names stand for something. */
const withContext = new Set(['stages', 'predicate', 'group', 'pattern', 'update', 'delete']);

const rootProblems = (node: unknown, atRoot = true): string[] => {
  if (Array.isArray(node)) return node.flatMap((part) => rootProblems(part, atRoot));
  if (!isObject(node)) return [];
  const own = atRoot ? rootProblem(node.type, node.value) : undefined;
  const inner = Object.entries(node).flatMap(([key, part]) => {
    if (key === 'steps' && Array.isArray(part)) {
      return part.flatMap((step, index) => rootProblems(step, atRoot && index === 0));
    }
    return rootProblems(part, atRoot && !withContext.has(key));
  });
  return own ? [own, ...inner] : inner;
};

const rootProblem = (type: unknown, value: unknown): string | undefined => {
  if (type === 'variable' && (value === '' || value === '$')) {
    return `uses $${value} at the root, where it means nothing. Use $states.input or a variable.`;
  }
  if (type === 'name') {
    return `uses ${value} at the root, where it means nothing. Write $${value} or $states.input.${value}.`;
  }
  if (type === 'wildcard' || type === 'descendant') {
    return `uses ${value} at the root, where it means nothing. Start from $states.input or a variable.`;
  }
  return undefined;
};
