// JSONata in definitions: compiles `{% … %}` strings once, and evaluates the templates (any JSON) that contain them.

import jsonata from 'jsonata';
import { directly } from './direct';
import { addFunctions, type World, worldBinding } from './functions';
import { limit, meterBinding, nodeLimits } from './limits';
import { copyDigits } from './long-integers';

/** What an expression can refer to. */
export interface Scope extends World {
  /** `$states`: `input`, `context`, and `result` or `errorOutput` if there is one. */
  states: Record<string, unknown>;
  variables: Readonly<Record<string, unknown>>;
}

/** A field has no usable value. The message is AWS's. */
export class EvaluationError extends Error {
  constructor(
    /** The field, as a path within the state: `Output/result`. */
    readonly location: string,
    problem: string,
  ) {
    super(problem);
  }
}

/** A value from the definition, with its expressions compiled. */
export interface Template {
  readonly location: string;
  /** The expression, if the value is one. */
  readonly source?: string;
  /** Returns the value or a promise of it. Absent when there is no expression inside: then `constant` is the value. */
  readonly evaluate?: (scope: Scope) => unknown;
  readonly constant?: unknown;
}

/** Throws when an expression does not parse. */
export function template(value: unknown, location: string): Template {
  const [, source] = (typeof value === 'string' && /^\{%([\s\S]*)%\}$/.exec(value)) || [];
  if (source !== undefined) return expression(source.trim(), location);
  if (Array.isArray(value)) return listTemplate(value, location);
  if (value !== null && typeof value === 'object') return objectTemplate(value, location);
  return { location, constant: value };
}

function listTemplate(value: unknown[], location: string): Template {
  const items = value.map((item, index) => template(item, `${location}[${index}]`));
  if (!items.some(({ evaluate }) => evaluate)) return { location, constant: value };
  return { location, evaluate: (scope) => all(items, scope) };
}

function objectTemplate(value: object, location: string): Template {
  const names = Object.keys(value);
  const fields = Object.values(value).map((field, index) => template(field, `${location}/${names[index]}`));
  if (!fields.some(({ evaluate }) => evaluate)) return { location, constant: value };
  const object = (values: unknown[]) => Object.fromEntries(names.map((name, index) => [name, values[index]]));
  const evaluate = (scope: Scope) => {
    const values = all(fields, scope);
    return values instanceof Promise ? values.then(object) : object(values);
  };
  return { location, evaluate };
}

/** Evaluates `items` one after the other. Returns a promise only if one of them is one. */
function all(items: Template[], scope: Scope): unknown[] | Promise<unknown[]> {
  const values: unknown[] = [];
  for (const [index, item] of items.entries()) {
    const value = item.evaluate ? item.evaluate(scope) : item.constant;
    if (value instanceof Promise) return rest(value, items.slice(index + 1), scope, values);
    values.push(value);
  }
  return values;
}

async function rest(pending: Promise<unknown>, items: Template[], scope: Scope, values: unknown[]) {
  values.push(await pending);
  for (const item of items) values.push(item.evaluate ? await item.evaluate(scope) : item.constant);
  return values;
}

function expression(source: string, location: string): Template {
  const { program, names, direct } = compile(source, location);
  const failed = (problem: string) =>
    new EvaluationError(
      location,
      `The JSONata expression '${source}' specified for the field '${location}' ${problem}`,
    );
  const unsupported = () => failed('returned an unsupported result type.');
  const defined = (value: unknown) => {
    if (value === undefined) throw failed('returned nothing (undefined).');
    return value;
  };
  const run = async (scope: Scope): Promise<unknown> => {
    let value: unknown;
    try {
      value = await program.evaluate(undefined, bindings(names, scope));
    } catch (thrown) {
      throw failed(`threw an error during evaluation${reason(thrown)}`);
    }
    return json(defined(value), unsupported);
  };
  const evaluate = (scope: Scope) => {
    let value: unknown;
    try {
      value = direct?.(scope, undefined);
    } catch {
      return run(scope);
    }
    return direct ? defined(value) : run(scope);
  };
  return { location, source, evaluate };
}

export type JsonType = 'string' | 'number' | 'boolean' | 'array' | 'object';

/** Throws an EvaluationError unless the template's value has the type that the field needs. */
export function expectType(value: unknown, type: JsonType, { source, location }: Template): void {
  const actual = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  if (actual === type) return;
  const text = JSON.stringify(value);
  throw new EvaluationError(
    location,
    `The JSONata expression '${source ?? text}' specified for the field '${location}' returned an unexpected ` +
      `result type. Expected '${type}', but was '${actual}' for value: ${text}`,
  );
}

interface Compiled {
  program: jsonata.Expression;
  /** The names after a `$`: only these need to be bound. */
  names: string[];
  direct: ReturnType<typeof directly>;
}

const compiled = new Map<string, Compiled>();

function compile(source: string, location: string): Compiled {
  const known = compiled.get(source);
  if (known) return known;
  try {
    const program = jsonata(source);
    addFunctions(program);
    limit(program);
    const names = [...source.matchAll(/\$([A-Za-z_]\w*)/g)].map((match) => match[1] ?? '');
    const fresh = { program, names: [...new Set(names)], direct: directly(program.ast()) };
    compiled.set(source, fresh);
    return fresh;
  } catch (thrown) {
    throw new Error(`${location}: the JSONata expression '${source}' does not parse${reason(thrown)}`);
  }
}

function bindings(names: string[], scope: Scope): Record<string, unknown> {
  const { states, variables } = scope;
  const bound = { ...worldBinding(scope), ...meterBinding() };
  for (const name of names) {
    if (name === 'states') bound.states = states;
    else if (Object.hasOwn(variables, name)) bound[name] = variables[name];
  }
  return bound;
}

/**
 * A plain copy without the properties by which JSONata marks its arrays (as a sequence, as not to be flattened…).
 * Numbers that are not finite become strings, as on AWS. Integers above 2^53 lose digits, which AWS keeps up to 64
 * bits.
 */
function json(value: unknown, unsupported: () => Error): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : String(value);
  if (typeof value === 'function' || typeof value === 'symbol') throw unsupported();
  if (value === null || typeof value !== 'object') return value;
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) throw unsupported();
  if (Array.isArray(value)) {
    const items = value.map((item) => json(item, unsupported));
    copyDigits(value, items);
    return items;
  }
  const copy: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) copy[name] = json(item, unsupported);
  copyDigits(value, copy);
  return copy;
}

/** What AWS appends to "threw an error during evaluation". JSONata throws plain objects: `{ code, message }`. */
function reason(thrown: unknown): string {
  if (thrown === null || typeof thrown !== 'object' || !('message' in thrown)) return `: ${thrown}`;
  const message = String(thrown.message);
  return 'code' in thrown ? `. ${thrown.code}: ${message}` : `: ${nodeLimits.get(message) ?? message}`;
}
