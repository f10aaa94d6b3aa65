/**
 * What the schema of the language refuses. asl-validator is stricter than AWS about two things: it takes an expression
 * only on one line with a space inside each brace, and texts, numbers, lists and null only below an object. Our own
 * parser reads the expressions (./expressions.ts), so the validator gets a copy in which each is a plain one.
 */
import validate from 'asl-validator';
import { isExpression } from './expressions';
import { isObject, type Json } from './json';

const problemsByText = new Map<string, readonly string[]>();

/** The schema is compiled anew for each call, a quarter of a second: texts are checked once. */
export const schemaProblems = (text: string): readonly string[] => {
  const problems = problemsByText.get(text) ?? problemsOf(JSON.parse(text));
  problemsByText.set(text, problems);
  return problems;
};

const problemsOf = (definition: Json): string[] => {
  try {
    // The validator writes into what it is given: `simplified` makes a copy.
    return validate(Object(simplified(definition))).errors.map(({ Message }) => Message);
  } catch {
    return ['is no state machine: each of its States must be an object.'];
  }
};

/** Fields that take any JSON value. */
const templates = new Set(['Arguments', 'BatchInput', 'Credentials', 'ItemSelector', 'Output']);

const simplified = (json: Json | undefined, key = ''): Json => {
  if (templates.has(key)) return {};
  if (key === 'Assign' && isObject(json)) return {};
  if (isExpression(json) || (key === 'Condition' && typeof json === 'boolean')) return '{% 1 %}';
  if (Array.isArray(json)) return json.map((item) => simplified(item));
  if (!isObject(json)) return json ?? null;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [
      name,
      // The names of states are no fields.
      key === 'States' ? simplified(value, '') : simplified(value, name),
    ]),
  );
};
