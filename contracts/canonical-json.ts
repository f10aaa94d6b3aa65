// Gives equal values equal text, so that Step Functions recognises a repeated start whatever order the keys are in.

/**
 * JSON with the keys of every object sorted, at every depth. As in `JSON.stringify`, a key whose value is
 * undefined is left out and dates become ISO text.
 *
 * @throws TypeError when the value has no JSON form (undefined, a function, a cycle, a BigInt) or holds a number
 * that JSON would silently turn into null (NaN, Infinity).
 */
export function canonicalJson(value: unknown): string {
  const text = JSON.stringify(value, (key, part: unknown) => {
    if (typeof part === 'number' && !Number.isFinite(part)) {
      throw new TypeError(`${key || 'The value'} is ${part}, which JSON cannot say`);
    }
    return isObject(part) ? Object.fromEntries(Object.entries(part).sort(byKey)) : part;
  });
  if (text === undefined) throw new TypeError(`The value is ${typeof value}, which JSON cannot say`);
  return text;
}

const isObject = (part: unknown): part is object =>
  typeof part === 'object' && part !== null && !Array.isArray(part);

/** Compares by code unit, so that no locale changes the order. */
const byKey = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);
