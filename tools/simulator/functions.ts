// The functions that Step Functions adds to JSONata, and the one that it removes. What they return for unusual
// arguments was measured on AWS: nothing (undefined) in some cases, an error in others.

import { createHash } from 'node:crypto';
import type { Expression } from 'jsonata';
import jsonata from 'jsonata';
import { outOfMemory } from './limits';
import type { Random } from './random';
import type { Clock } from './types';

/** An error with a JSONata code, which AWS reports. */
class JsonataError extends Error {
  constructor(
    /** E.g. `T0410`. JSONata replaces the message by the code's own; D3137 has none. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const invalid = (message: string) => new JsonataError('D3137', message);

const algorithms = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

/** Java's conversion to an integer: rounds towards zero; NaN becomes 0. */
const whole = (value: number): number => Math.trunc(value) || 0;

/** The most numbers that one $range returns before it exceeds the memory limit. */
const maxRange = 360_145;

/** The numbers from `first` to `last`. JSONata replaces a sequence of one number by the number itself. */
function range(first?: number, last?: number, step?: number): number | number[] | undefined {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  const [from, to, by] = [whole(first), whole(last), whole(step)];
  const count = by === 0 ? 0 : Math.floor((to - from) / by) + 1;
  if (count > maxRange) throw outOfMemory();
  if (!(count > 1)) return count === 1 ? from : undefined;
  return Array.from({ length: count }, (_, index) => from + index * by);
}

function partition(value: unknown, size?: number): unknown[][] | undefined {
  // JSONata makes the message: "Argument 1 of function …".
  if (value === null) throw Object.assign(new JsonataError('T0412', ''), { index: 1, type: 'any' });
  if (value === undefined) return undefined;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const length = size === undefined ? list.length : whole(size);
  if (length < 0) throw invalid('Second argument must be zero or greater');
  if (length === 0 || list.length === 0) return undefined;
  return Array.from({ length: Math.ceil(list.length / length) }, (_, chunk) =>
    list.slice(chunk * length, (chunk + 1) * length),
  );
}

export function hash(text?: string, algorithm?: string): string | undefined {
  if (text === undefined || algorithm === undefined) return undefined;
  const name = algorithms.get(algorithm);
  if (!name) throw invalid(`$hash knows ${[...algorithms.keys()].join(', ')}, not '${algorithm}'`);
  return createHash(name).update(text, 'utf8').digest('hex');
}

export function parse(text?: string): unknown {
  if (text === undefined) return undefined;
  let keys = 0;
  try {
    const value = JSON.parse(text, (_, item) => {
      if (typeof item === 'number') {
        if (!Number.isFinite(item)) throw new RangeError('Number out of range');
        // JSON.parse keeps the sign of -0, Step Functions does not.
        return item + 0;
      }
      if (item !== null && typeof item === 'object' && !Array.isArray(item)) keys += Object.keys(item).length;
      return item;
    });
    if (keys < keysIn(text)) throw new SyntaxError('a key is there twice');
    return value;
  } catch (thrown) {
    throw invalid(`Invalid JSON: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
}

/** The number of keys in a JSON text. JSON.parse keeps only the last of two equal ones. */
const keysIn = (json: string): number =>
  [...json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon).length;

const mostLong = 2 ** 63;

/** The first double of java.util.Random, which is what $random(seed) is on AWS. */
function javaRandom(seed: number): number {
  // Java converts a number beyond the range of a long to the nearest long.
  const long = seed >= mostLong ? 2n ** 63n - 1n : BigInt(Math.max(whole(seed), -mostLong));
  const mask = 2n ** 48n - 1n;
  let state = (long ^ 0x5deece66dn) & mask;
  const bits = (count: bigint) => {
    state = (state * 0x5deece66dn + 0xbn) & mask;
    return state >> (48n - count);
  };
  const high = bits(26n) << 27n;
  return Number(high + bits(27n)) / 2 ** 53;
}

// `$now` returns the execution's time, which in a simulation is virtual.
const formatTime = jsonata('$fromMillis($ms, $picture, $timezone)');

/** The variable that holds the execution's clock and random numbers. No expression can refer to a name with blanks. */
const worldName = 'the world outside';

export interface World {
  random: Random;
  clock: Clock;
}

/** Must be among the bindings of each evaluation. */
export const worldBinding = (world: World): Record<string, unknown> => ({ [worldName]: world });

export function addFunctions(expression: Expression): void {
  expression.registerFunction('range', range, '<nnn?:x>');
  expression.registerFunction('partition', partition, '<xn?:a>');
  expression.registerFunction('hash', hash, '<ss?:s>');
  expression.registerFunction('parse', parse, '<s-:x>');
  // A call of it then fails with "T1006: Attempted to invoke a non-function", as on AWS.
  expression.assign('eval', undefined);

  const add = (name: string, signature: string, run: (world: World, ...args: string[]) => unknown) =>
    expression.registerFunction(
      name,
      function (...args) {
        return run(this.environment.lookup(worldName), ...args);
      },
      signature,
    );
  add('uuid', '<:s>', ({ random }) => random.uuid());
  add('millis', '<:n>', ({ clock }) => clock.now().getTime());
  add('now', '<s?s?:s>', ({ clock }, picture, timezone) =>
    formatTime.evaluate(undefined, { ms: clock.now().getTime(), picture, timezone }),
  );
  expression.registerFunction(
    'random',
    function (seed?: number) {
      const world: World = this.environment.lookup(worldName);
      return seed === undefined ? world.random.number() : javaRandom(seed);
    },
    '<n?:n>',
  );
}
