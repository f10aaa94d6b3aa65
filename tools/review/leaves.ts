/** Differences of two JSON values, leaf by leaf. */
import { isObject, type Json, type JsonObject } from '../../lib/workflow/json';

export interface Difference {
  /** `Environment.Variables.REVIEW_THRESHOLDS.usd` */
  readonly path: string;
  /** Undefined where there was nothing. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/**
 * What only one of them has is one difference, however much it is. Text that is a JSON object is read. Lists are compared
 * by their entries' names, or as a whole.
 */
export function differencesOf(before: Json | undefined, after: Json | undefined, path = ''): Difference[] {
  const [old, now] = [parsed(before), parsed(after)];
  if (sameJson(old, now)) return [];
  const [oldOnly, newOnly] = [onlyOf(old), onlyOf(now)];
  if (oldOnly && newOnly) return differencesOf(oldOnly, newOnly, path);
  const [oldFields, newFields] = [fieldsOf(old), fieldsOf(now)];
  if (!oldFields || !newFields) return [{ path, before, after }];
  return [...new Set([...Object.keys(oldFields), ...Object.keys(newFields)])].flatMap((name) =>
    differencesOf(oldFields[name], newFields[name], path === '' ? name : `${path}.${name}`),
  );
}

/** Whether two values say the same. The order of an object's fields says nothing. */
export const sameJson = (one: Json | undefined, other: Json | undefined): boolean =>
  one === other || canonical(one) === canonical(other);

/** The same text for values that say the same. */
export const canonical = (json: Json | undefined): string =>
  JSON.stringify(json, (_, value: Json) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  ) ?? '';

/** A list whose entries say what they are (tags, dimensions, targets) is compared by that. */
function fieldsOf(json: Json | undefined): JsonObject | undefined {
  if (isObject(json)) return json;
  if (!Array.isArray(json)) return undefined;
  for (const key of ['Key', 'Name', 'Id', 'AttributeName', 'IndexName']) {
    const named = json.map((entry) => [isObject(entry) ? entry[key] : undefined, entry] as const);
    if (
      named.every(([name]) => typeof name === 'string') &&
      new Set(named.map(([name]) => name)).size === json.length
    )
      return Object.fromEntries(named);
  }
  return undefined;
}

/** The entry of a list that has no other. */
const onlyOf = (json: Json | undefined): JsonObject | undefined => {
  const [only, ...others] = Array.isArray(json) ? json : [];
  return isObject(only) && others.length === 0 ? only : undefined;
};

function parsed(json: Json | undefined): Json | undefined {
  if (typeof json !== 'string' || !json.startsWith('{"')) return json;
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
