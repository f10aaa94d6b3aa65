/**
 * What AWS refuses in a JSONata expression although JSONata itself does not. A state's data is in $states and in
 * variables only: at its root an expression has no context that `$`, `$$` or a bare name could look into.
 */
import jsonata from 'jsonata';
import { isObject, type Json } from './json';

/** Whether a value is an expression: the whole text, whatever is between the braces. */
export const isExpression = (json: Json | undefined): boolean =>
  typeof json === 'string' && json.length >= 4 && json.startsWith('{%') && json.endsWith('%}');

/** What is wrong with the expressions in a state or any part of one. */
export const expressionProblems = (json: Json | undefined): string[] => {
  if (typeof json === 'string') return stringProblems(json);
  if (json === null || typeof json !== 'object') return [];
  return Object.entries(json).flatMap(([key, value]) => (key === 'Comment' ? [] : expressionProblems(value)));
};

const stringProblems = (text: string): string[] => {
  if (isExpression(text)) {
    const source = text.slice(2, -2).trim();
    return sourceProblems(source).map((problem) => `${problem} In: ${source}`);
  }
  return text.includes('{%') || text.includes('%}')
    ? [`would pass on "${text}" as it stands. An expression is the whole string: build it with &.`]
    : [];
};

const sourceProblems = (source: string): string[] => {
  try {
    return rootProblems(jsonata(source).ast());
  } catch (error) {
    const { message } = isObject(error) ? error : {};
    return [`has an expression that does not parse: ${message ?? error}.`];
  }
};

/** Where an expression looks at the items of a path, so that `$` and bare names stand for something. */
const withContext = new Set(['stages', 'predicate', 'group', 'pattern', 'update', 'delete']);

const rootProblems = (node: unknown, atRoot = true): string[] => {
  if (Array.isArray(node)) return node.flatMap((part) => rootProblems(part, atRoot));
  if (!isObject(node)) return [];
  const own = nodeProblem(node.type, node.value, atRoot);
  const inner = Object.entries(node).flatMap(([key, part]) => {
    if (key === 'steps' && Array.isArray(part)) {
      return part.flatMap((step, index) => rootProblems(step, atRoot && index === 0));
    }
    return rootProblems(part, atRoot && !withContext.has(key));
  });
  return own ? [own, ...inner] : inner;
};

const nodeProblem = (type: unknown, value: unknown, atRoot: boolean): string | undefined => {
  if (type === 'variable' && value === 'eval') return 'uses $eval, which Step Functions does not have.';
  if (!atRoot) return undefined;
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
