// JSONata in definitions: `{% … %}` strings, compiled once, and the templates (any JSON) that hold them.

import jsonata from 'jsonata';
import { addFunctions, seededRandom } from './functions';
import type { Random } from './random';
import type { Clock } from './types';

/** What an expression can see. */
export interface Scope {
  /** `$states`: `input`, `context`, and `result` or `errorOutput` where there is one. */
  states: Record<string, unknown>;
  variables: Readonly<Record<string, unknown>>;
  random: Random;
  clock: Clock;
}

/** Why an expression has no usable value. `problem` continues the sentence "The JSONata expression …". */
export class EvaluationError extends Error {
  constructor(
    /** The field, as a path within the state: `Output/result`. */
    readonly location: string,
    readonly problem: string,
  ) {
    super(problem);
  }
}

interface Compiled {
  expression: jsonata.Expression;
  /** Names after a `$`: only these are worth binding. */
  names: string[];
}

const compiled = new Map<string, Compiled>();

function compile(source: string): Compiled {
  let found = compiled.get(source);
  if (!found) {
    const expression = jsonata(source);
    addFunctions(expression);
    const names = [...source.matchAll(/\$([A-Za-z_]\w*)/g)].map((match) => match[1] ?? '');
    found = { expression, names: [...new Set(names)] };
    compiled.set(source, found);
  }
  return found;
}

/** A value from the definition. Without an expression inside it is `constant`, and costs nothing to evaluate. */
export type Template =
  | { readonly constant: unknown }
  | { readonly evaluate: (scope: Scope) => Promise<unknown>; readonly source?: string };

/** Throws with the location when an expression does not parse. */
export function template(value: unknown, location: string): Template {
  if (typeof value === 'string' && value.startsWith('{%') && value.endsWith('%}')) {
    return expression(value.slice(2, -2).trim(), location);
  }
  if (Array.isArray(value)) return listTemplate(value, location);
  if (value !== null && typeof value === 'object') return objectTemplate(value, location);
  return { constant: value };
}

function listTemplate(value: unknown[], location: string): Template {
  const items = value.map((item, index) => template(item, `${location}[${index}]`));
  if (items.every((item) => 'constant' in item)) return { constant: value };
  return {
    async evaluate(scope) {
      const list: unknown[] = [];
      for (const item of items) list.push('constant' in item ? item.constant : await item.evaluate(scope));
      return list;
    },
  };
}

function objectTemplate(value: object, location: string): Template {
  const fields = Object.entries(value).map(
    ([key, item]) => [key, template(item, `${location}/${key}`)] as const,
  );
  if (fields.every(([, field]) => 'constant' in field)) return { constant: value };
  return {
    async evaluate(scope) {
      const object: Record<string, unknown> = {};
      for (const [key, field] of fields) {
        object[key] = 'constant' in field ? field.constant : await field.evaluate(scope);
      }
      return object;
    },
  };
}

function expression(source: string, location: string): Template {
  let program: Compiled;
  try {
    program = compile(source);
  } catch (thrown) {
    throw new Error(`${location}: the JSONata expression '${source}' does not parse. ${message(thrown)}`);
  }
  const quoted = `The JSONata expression '${source}' specified for the field '${location}'`;
  return {
    source,
    async evaluate(scope) {
      let value: unknown;
      try {
        value = await program.expression.evaluate(undefined, bindings(program.names, scope));
      } catch (thrown) {
        throw new EvaluationError(location, `${quoted} threw an error during evaluation. ${message(thrown)}`);
      }
      if (value === undefined) throw new EvaluationError(location, `${quoted} returned nothing (undefined).`);
      return json(
        value,
        () => new EvaluationError(location, `${quoted} returned an unsupported result type.`),
      );
    },
  };
}

export type JsonType = 'string' | 'number' | 'boolean' | 'array' | 'object';

/** Fails with AWS's wording unless `value`, which the field's template gave, is of the type that the field needs. */
export function expectType(value: unknown, type: JsonType, from: Template, location: string): void {
  const actual = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  if (actual === type) return;
  const source = 'source' in from ? from.source : JSON.stringify(value);
  throw new EvaluationError(
    location,
    `The JSONata expression '${source}' specified for the field '${location}' returned an unexpected result type. ` +
      `Expected '${type}', but was '${actual}' for value: ${JSON.stringify(value)}`,
  );
}

function bindings(names: string[], scope: Scope): Record<string, unknown> {
  const bound: Record<string, unknown> = {};
  for (const name of names) {
    if (name === 'states') bound.states = scope.states;
    else if (Object.hasOwn(scope.variables, name)) bound[name] = scope.variables[name];
    else if (name === 'uuid') bound.uuid = () => scope.random.uuid();
    else if (name === 'millis') bound.millis = () => scope.clock.now().getTime();
    else if (name === 'now') bound.now = now(scope.clock);
    else if (name === 'random') {
      bound.random = (seed?: number) => (seed === undefined ? scope.random.number() : seededRandom(seed));
    }
  }
  return bound;
}

// `$now` must tell the execution's time, which in a simulation is not the machine's.
const formatTime = jsonata('$fromMillis($ms, $picture, $timezone)');

const now = (clock: Clock) => (picture?: string, timezone?: string) =>
  formatTime.evaluate(undefined, { ms: clock.now().getTime(), picture, timezone });

/** JSONata marks its arrays (a sequence, a singleton to keep…): between states those marks must not survive. */
function json(value: unknown, unsupported: () => Error): unknown {
  if (value === null || typeof value !== 'object') {
    if (typeof value === 'function' || typeof value === 'symbol') throw unsupported();
    return value;
  }
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) throw unsupported();
  if (Array.isArray(value)) {
    let list: unknown[] = isMarked(value) ? [...value] : value;
    for (const [index, item] of value.entries()) {
      const clean = json(item, unsupported);
      if (clean !== item && list === value) list = [...value];
      if (clean !== item) list[index] = clean;
    }
    return list;
  }
  let object: Record<string, unknown> | undefined;
  for (const [key, item] of Object.entries(value)) {
    const clean = json(item, unsupported);
    if (clean === item) continue;
    object ??= { ...value };
    object[key] = clean;
  }
  return object ?? value;
}

const isMarked = (list: unknown[]): boolean =>
  'sequence' in list || 'cons' in list || 'keepSingleton' in list || 'outerWrapper' in list;

/** JSONata throws plain objects: `{ code: 'T1006', message: … }`. */
function message(thrown: unknown): string {
  if (thrown === null || typeof thrown !== 'object' || !('message' in thrown)) return String(thrown);
  return 'code' in thrown ? `${thrown.code}: ${thrown.message}` : String(thrown.message);
}
