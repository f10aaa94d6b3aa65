/**
 * Checks expressions as AWS does, which refuses more than JSONata itself. A state's data is in $states and in variables
 * only: at the root of an expression there is no context value for `$`, `$$` or a bare name.
 */
import jsonata from 'jsonata';
import { isObject, type Json, type JsonObject, objectsIn } from '../json';

/** Whether a value is an expression: a string in `{%` and `%}`, even if it does not parse. */
export const isExpression = (value: Json | undefined): value is `{%${string}%}` =>
  typeof value === 'string' && value.length >= 4 && value.startsWith('{%') && value.endsWith('%}');

/** The JSONata between `{%` and `%}`. */
export const sourceOf = (expression: `{%${string}%}`): string => expression.slice(2, -2).trim();

/** The syntax tree. Throws JSONata's error if it does not parse. */
export const treeOf = (expression: `{%${string}%}`): unknown => jsonata(sourceOf(expression)).ast();

/** A string in a state, at any depth. */
interface Place {
  readonly text: string;
  /** E.g. `Catch[0].Output.reason`. */
  readonly at: string;
  /** The members that `$states` has there. */
  readonly members: readonly string[];
}

const everywhere = ['input', 'context'];

/** The types of state that have a result. */
const working = ['Task', 'Parallel', 'Map'];

/** All strings in a state, except comments and those in states inside it. */
export const textsIn = (state: JsonObject): Place[] => {
  const { Type, Comment, Branches, ItemProcessor, Iterator, Assign, Output, Catch, Choices, ...rest } = state;
  const result = working.some((type) => type === Type) ? ['result'] : [];
  return [
    ...textsBelow({ Assign, Output }, '', [...everywhere, ...result]),
    ...objectsIn(Catch).flatMap((catcher, index) =>
      textsBelow({ Assign: catcher.Assign, Output: catcher.Output }, `Catch[${index}]`, [
        ...everywhere,
        'errorOutput',
      ]),
    ),
    ...objectsIn(Choices).flatMap(({ Comment, ...rule }, index) =>
      textsBelow(rule, `Choices[${index}]`, everywhere),
    ),
    ...textsBelow(rest, '', everywhere),
  ];
};

const textsBelow = (value: Json | undefined, at: string, members: readonly string[]): Place[] => {
  if (typeof value === 'string') return [{ text: value, at, members }];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => textsBelow(item, `${at}[${index}]`, members));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    textsBelow(inner, at === '' ? name : `${at}.${name}`, members),
  );
};

/** Problems of a state's expressions. */
export const expressionProblems = (state: JsonObject, name: string): string[] =>
  textsIn(state).flatMap(({ text, at, members }) => {
    if (!isExpression(text)) {
      const begins = text.startsWith('{%') && !text.includes('%}');
      return begins ? [`${name}.${at} begins an expression that does not end: ${text}`] : [];
    }
    return sourceProblems(text, members).map((problem) => `${name} ${problem} In ${at}: ${sourceOf(text)}`);
  });

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

/** Uses of members of $states that do not exist in this field. */
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

/** The parts of a node that are evaluated for the items of a path, where `$` and bare names have a meaning. */
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
