/**
 * JSON with whole numbers of up to 64 bits, which Step Functions keeps exact and JavaScript's numbers do not. Beyond
 * 2^53 the value is the nearest number, and the object or array that holds it remembers the digits: so what is passed
 * on whole stays exact. A number that is picked out of its object, or computed with, is what JavaScript makes of it.
 */

/** By holder, the digits of its members that JavaScript would write otherwise. */
const digits = new WeakMap<object, Map<string, string>>();
/** Whether anything has been remembered. Until then nothing needs to be looked up. */
let isUsed = false;

const mark = '\u0000long:';
/** Strings, and numbers with all of their parts. */
const literals = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const marked = /"\\u0000long:(-?\d+)"/g;

const isLong = (literal: string) =>
  /^-?\d{16,}$/.test(literal) &&
  BigInt.asIntN(64, BigInt(literal)) === BigInt(literal) &&
  String(Number(literal)) !== literal;

/** Like JSON.parse. */
export function parseJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  // Says first what is wrong with a text that is none, in the words of JSON.parse.
  JSON.parse(text);
  const withMarks = text.replace(literals, (literal) =>
    isLong(literal) ? JSON.stringify(mark + literal) : literal,
  );
  return JSON.parse(withMarks, function (this: object, key, value) {
    if (typeof value !== 'string' || !value.startsWith(mark)) return value;
    remember(this, key, value.slice(mark.length));
    return Number(value.slice(mark.length));
  });
}

/** Like JSON.stringify without its options; null for undefined. */
export function toJson(value: unknown = null): string {
  if (!isUsed) return JSON.stringify(value);
  const text = JSON.stringify(value, function (this: object, key, item) {
    const exact = typeof item === 'number' ? digits.get(this)?.get(key) : undefined;
    return exact !== undefined && Number(exact) === item ? mark + exact : item;
  });
  return text.replace(marked, '$1');
}

/** Lets a copy know what its original knows. */
export function copyDigits(from: object, to: object): void {
  const known = isUsed && digits.get(from);
  if (known) digits.set(to, known);
}

function remember(holder: object, key: string, literal: string): void {
  isUsed = true;
  const known = digits.get(holder) ?? new Map<string, string>();
  digits.set(holder, known.set(key, literal));
}
