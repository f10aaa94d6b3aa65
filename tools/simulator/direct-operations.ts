// JSONata's operators and functions for values of the usual types. Throw `uncommon` for any other.

import { hash, parse } from './functions';

/** Thrown when JSONata must evaluate the expression. Created once, because creating an error is slow. */
export const uncommon = new Error('Not evaluated directly');

export function need<T>(value: T | undefined): T {
  if (value === undefined) throw uncommon;
  return value;
}

export function leave(): never {
  throw uncommon;
}

/** Longer strings and lists are left to JSONata, whose evaluations have a memory limit. */
const maxLength = 100_000;

export function short<T extends { length: number }>(value: T): T {
  if (value.length > maxLength) throw uncommon;
  return value;
}

const isObject = (value: unknown): value is object => value !== null && typeof value === 'object';

export function truth(value: unknown): boolean {
  if (Array.isArray(value)) throw uncommon;
  return isObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  // JSONata writes 15 digits.
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 1e15)
    return String(value + 0);
  return typeof value === 'boolean' ? String(value) : leave();
}

const numbers =
  (operate: (left: number, right: number) => number) =>
  (left: unknown, right: unknown): number => {
    if (typeof left !== 'number' || typeof right !== 'number') throw uncommon;
    const result = operate(left, right);
    if (!Number.isFinite(result)) throw uncommon;
    return result + 0;
  };

const ordered =
  (compare: (left: string | number, right: string | number) => boolean) =>
  (left: unknown, right: unknown): boolean => {
    if (typeof left === 'number' && typeof right === 'number') return compare(left, right);
    if (typeof left === 'string' && typeof right === 'string') return compare(left, right);
    throw uncommon;
  };

function equal(left: unknown, right: unknown): boolean {
  if (isObject(left) && isObject(right)) throw uncommon;
  return left === right;
}

type Operate = (left: unknown, right: unknown) => unknown;

export const operators = new Map<unknown, Operate>([
  ['+', numbers((left, right) => left + right)],
  ['-', numbers((left, right) => left - right)],
  ['*', numbers((left, right) => left * right)],
  ['/', numbers((left, right) => left / right)],
  ['%', numbers((left, right) => left % right)],
  ['<', ordered((left, right) => left < right)],
  ['<=', ordered((left, right) => left <= right)],
  ['>', ordered((left, right) => left > right)],
  ['>=', ordered((left, right) => left >= right)],
  // A comparison with nothing is false, for `=` and for `!=`.
  ['=', (left, right) => left !== undefined && equal(left, right)],
  ['!=', (left, right) => left !== undefined && right !== undefined && !equal(left, right)],
  ['in', (left, right) => left !== undefined && (Array.isArray(right) ? right : [right]).includes(left)],
  ['&', (left, right) => short(concatenated(left) + concatenated(right))],
]);

const concatenated = (value: unknown): string => (value === undefined ? '' : text(value));

interface DirectFunction {
  /** How many arguments it may have. */
  arity: number[];
  run(...args: unknown[]): unknown;
}

export const directFunctions = new Map<unknown, DirectFunction>([
  ['append', { arity: [2], run: append }],
  ['exists', { arity: [1], run: (value) => value !== undefined }],
  ['hash', { arity: [2], run: (value, algorithm) => hash(string(value), string(algorithm)) }],
  ['merge', { arity: [1], run: merge }],
  ['parse', { arity: [1], run: (value) => parse(string(value)) }],
  ['string', { arity: [1], run: (value) => (value === undefined ? undefined : text(value)) }],
  ['substring', { arity: [2, 3], run: substring }],
  ['toMillis', { arity: [1], run: toMillis }],
]);

const string = (value: unknown): string => (typeof value === 'string' ? value : leave());

function append(left: unknown, right: unknown): unknown {
  if (left === undefined) return right;
  if (right === undefined) return left;
  return short([left, right].flat());
}

function merge(list: unknown): unknown {
  if (!Array.isArray(list)) throw uncommon;
  if (!list.every((item) => isObject(item) && !Array.isArray(item))) throw uncommon;
  return Object.assign({}, ...list);
}

function substring(value: unknown, start: unknown, length: unknown): string {
  const from = typeof start === 'number' && start >= 0 ? start : leave();
  const characters = Array.from(string(value));
  if (length === undefined) return characters.slice(from).join('');
  if (typeof length !== 'number' || length <= 0) throw uncommon;
  return characters.slice(from, from + length).join('');
}

function toMillis(value: unknown): number {
  const time = string(value);
  const milliseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(time) ? Date.parse(time) : Number.NaN;
  return Number.isNaN(milliseconds) ? leave() : milliseconds;
}
