// What differs between values, field by field.

import { clip } from '../bin/terminal/text';
import type { Difference } from './model';

/** The most fields that are compared, and that are shown of those that differ. */
const READ = 2_000;
const SHOWN = 60;
const LONGEST = 200;

/** The leaf fields that are not the same in all values, in the order in which the first value has them. */
export function differencesOf(values: readonly unknown[]): Difference[] {
  const all = values.map((value) => new Map(leavesOf(value, '').slice(0, READ)));
  const paths = [...new Set(all.flatMap((leaves) => [...leaves.keys()]))];
  return paths
    .map((path) =>
      differenceAt(
        path,
        all.map((leaves) => leaves.get(path)),
      ),
    )
    .filter(({ values: [first, ...others] }) => others.some((other) => other !== first))
    .slice(0, SHOWN);
}

/** @param values undefined where there is none */
export const differenceAt = (path: string, values: readonly unknown[]): Difference => ({
  path,
  values: values.map((value) =>
    value === undefined ? null : clip(typeof value === 'string' ? value : JSON.stringify(value), LONGEST),
  ),
});

/** `items[0].quantity` and its value, for each value that has no others inside. */
function leavesOf(value: unknown, path: string): [path: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [[path, value]];
  const inner = Object.entries(value);
  if (inner.length === 0) return [[path, value]];
  return inner.flatMap(([name, each]) =>
    leavesOf(each, Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`),
  );
}
