// The functions that Step Functions adds to JSONata's own, and the one it takes away.

import { createHash } from 'node:crypto';
import type { Expression } from 'jsonata';
import { mulberry32 } from './random';

const algorithms = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

/** Numbers from `first` to `last`; like any JSONata sequence, a single one collapses to the number itself. */
function range(first: number, last: number, step: number): number | number[] | undefined {
  const [from, to, by] = [Math.floor(first), Math.floor(last), Math.floor(step)];
  if (by === 0) throw new Error('The step of $range must not be 0.');
  const count = Math.max(0, Math.floor((to - from) / by) + 1);
  if (count > 1000) throw new Error('$range returns at most 1000 numbers.');
  const numbers = Array.from({ length: count }, (_, index) => from + index * by);
  return count > 1 ? numbers : numbers[0];
}

function partition(list: unknown[], size: number): unknown[][] {
  const length = Math.floor(size);
  if (length < 1) throw new Error('The chunk size of $partition must be at least 1.');
  return Array.from({ length: Math.ceil(list.length / length) }, (_, chunk) =>
    list.slice(chunk * length, (chunk + 1) * length),
  );
}

function hash(text: string, algorithm: string): string {
  const name = algorithms.get(algorithm);
  if (!name) throw new Error(`$hash knows ${[...algorithms.keys()].join(', ')}, not '${algorithm}'.`);
  return createHash(name).update(text, 'utf8').digest('hex');
}

// JSON.parse keeps the sign of -0, Step Functions does not.
const parse = (text: string): unknown => JSON.parse(text, (_, value) => (value === 0 ? 0 : value));

/** What `$random(seed)` answers: the same number for the same seed. */
export const seededRandom = (seed: number): number => mulberry32(Math.floor(seed))();

export function addFunctions(expression: Expression): void {
  expression.registerFunction('range', range, '<nnn:x>');
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('hash', hash, '<ss:s>');
  expression.registerFunction('parse', parse, '<s:x>');
  // Calling it is then "T1006: Attempted to invoke a non-function", as in the service.
  expression.assign('eval', undefined);
}
