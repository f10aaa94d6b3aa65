/**
 * Every Fail state says whether it means "undone": its cause begins with the word, which the client and the command
 * line read (contracts/undone.ts). Where it is false the cause also says what a person does next.
 */
import { isObject, type Json, type JsonObject } from './json';
import { isExpression, treeOf } from './language/expressions';
import { allStatesOf, machinesIn, type Named, statesOf } from './language/machines';

/** What the Fail states of a definition leave open, each with the state's name and the fix. */
export const failProblems = (definition: JsonObject): string[] => {
  const outer = statesOf(definition);
  const inner = outer.flatMap(({ state }) => machinesIn(state).flatMap(allStatesOf));
  return [...outer.flatMap(problemsOf), ...inner.flatMap(innerProblems)];
};

const problemsOf = ({ name, state }: Named): string[] => {
  if (state.Type !== 'Fail') return [];
  const { undone, next } = firstWords(state.Cause);
  if (undone === undefined) {
    return [
      `${name} does not say whether all is undone. Begin its Cause with {% $string({'undone': true, … when nothing is ` +
        "left of the execution, else with {% $string({'undone': false, 'next': 'What a person does.', …",
    ];
  }
  return undone || next !== undefined
    ? []
    : [
        `${name} leaves something behind and does not say what to do. Let its Cause go on with 'next' after ` +
          "'undone': a sentence for the person who looks.",
      ];
};

/** One that fails a branch or an item knows nothing of the others. */
const innerProblems = (named: Named): string[] =>
  named.state.Type === 'Fail' && firstWords(named.state.Cause).undone === true
    ? [
        `${named.name} says that all is undone, but ends a branch or an item beside others. Write 'undone': false, ` +
          'or undo and fail after them.',
      ]
    : problemsOf(named);

interface FirstWords {
  readonly undone?: boolean;
  readonly next?: string;
}

/** Of `{% $string({'undone': …, 'next': …, …}) %}`, or of the same written out as JSON. */
const firstWords = (cause: Json | undefined): FirstWords => {
  const [[first, undone] = [], [second, next] = []] = isExpression(cause) ? pairsIn(cause) : entriesOf(cause);
  if (first !== 'undone' || typeof undone !== 'boolean') return {};
  return second === 'next' && typeof next === 'string' ? { undone, next } : { undone };
};

type Pair = readonly [unknown, unknown];

const entriesOf = (cause: Json | undefined): Pair[] => {
  // As $string writes it: whoever reads the cause looks for its first letters.
  if (typeof cause !== 'string' || !cause.startsWith('{"undone":')) return [];
  try {
    return Object.entries(JSON.parse(cause));
  } catch {
    return [];
  }
};

const pairsIn = (expression: `{%${string}%}`): Pair[] => {
  const call = parsed(expression);
  if (!isObject(call) || call.type !== 'function' || !isObject(call.procedure)) return [];
  const [argument, pretty] = Array.isArray(call.arguments) ? call.arguments : [];
  const isPlain = call.procedure.value === 'string' && pretty === undefined;
  if (!isPlain || !isObject(argument) || argument.value !== '{' || !Array.isArray(argument.lhs)) return [];
  return argument.lhs.flatMap((pair) => (Array.isArray(pair) ? [[literal(pair[0]), literal(pair[1])]] : []));
};

const literal = (node: Json | undefined): unknown =>
  isObject(node) && (node.type === 'string' || node.type === 'value') ? node.value : undefined;

const parsed = (expression: `{%${string}%}`): unknown => {
  try {
    return treeOf(expression);
  } catch {
    return undefined; // Which ./language says.
  }
};
