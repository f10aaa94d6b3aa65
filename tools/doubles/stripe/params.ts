/** Parses and checks the parameters of Stripe's API: form encoding with brackets. */
import { invalidParameter } from './protocol';

/** A list is an object with its indexes as keys: read it with `Object.values`. */
export interface Params {
  [name: string]: string | Params;
}

/** Has no prototype, so that no parameter name can access one. */
const emptyParams = (): Params => Object.create(null);

/** `a=1&b[c]=2&d[]=3&e[0][f]=4` → `{ a: '1', b: { c: '2' }, d: { 0: '3' }, e: { 0: { f: '4' } } }` */
export function parseForm(encoded: string): Params {
  const params = emptyParams();
  if (encoded === '') return params;
  for (const [name, value] of new URLSearchParams(encoded)) {
    const bracket = name.indexOf('[');
    if (bracket === -1) params[name] = value;
    else setNested(params, [name.slice(0, bracket), ...name.slice(bracket + 1, -1).split('][')], value);
  }
  return params;
}

function setNested(params: Params, path: string[], value: string): void {
  let node = params;
  for (const [depth, part] of path.entries()) {
    const key = part === '' ? String(Object.keys(node).length) : part;
    if (depth === path.length - 1) {
      node[key] = value;
      return;
    }
    const existing = node[key];
    if (typeof existing === 'object') node = existing;
    else {
      const child = emptyParams();
      node[key] = child;
      node = child;
    }
  }
}

/** Stripe refuses unknown parameters; the double also refuses those that it does not model. */
export function allowOnly(params: Params, names: readonly string[]): void {
  for (const name of Object.keys(params)) {
    if (!names.includes(name)) {
      const message = `Received unknown parameter: ${name} (or one that this double of Stripe does not model)`;
      throw invalidParameter(name, message, 'parameter_unknown');
    }
  }
}

export function text(params: Params, name: string): string | undefined {
  const value = params[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw invalidParameter(name, `Invalid string: ${name}`);
}

export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) {
    throw invalidParameter(name, `Missing required param: ${name}.`, 'parameter_missing');
  }
  return value;
}

export function integer(params: Params, name: string): number | undefined {
  const value = text(params, name);
  if (value === undefined) return undefined;
  if (!/^-?\d+$/.test(value)) {
    throw invalidParameter(name, `Invalid integer: ${value}`, 'parameter_invalid_integer');
  }
  return Number(value);
}

export function flag(params: Params, name: string): boolean {
  const value = text(params, name);
  if (value === undefined || value === 'false') return false;
  if (value === 'true') return true;
  throw invalidParameter(name, `Invalid boolean: ${value}`);
}

export function oneOf<T extends string>(params: Params, name: string, choices: readonly T[]): T | undefined {
  const value = text(params, name);
  if (value === undefined) return undefined;
  const choice = choices.find((each) => each === value);
  if (choice) return choice;
  throw invalidParameter(name, `Invalid ${name}: must be one of ${choices.join(', ')}`);
}

export function object(params: Params, name: string): Params | undefined {
  const value = params[name];
  if (value === undefined || typeof value === 'object') return value;
  throw invalidParameter(name, `Invalid object`);
}

/** Up to 50 keys of 40 characters, with values of 500. https://docs.stripe.com/api/metadata */
export function metadata(params: Params): Record<string, string> {
  const entries = Object.entries(object(params, 'metadata') ?? {});
  if (entries.length > 50) throw invalidParameter('metadata', 'Metadata can have up to 50 keys');
  const result: Record<string, string> = {};
  for (const [key, value] of entries) {
    if (typeof value !== 'string' || key.length > 40 || value.length > 500) {
      throw invalidParameter(`metadata[${key}]`, 'Metadata keys can have 40, values 500 characters');
    }
    result[key] = value;
  }
  return result;
}
