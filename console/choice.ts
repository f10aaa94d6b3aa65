// Why a Choice led where it did: which of its rules was true, and what its conditions read.

import jsonata from 'jsonata';
import { record } from '../bin/history/json';
import { conditionOf, list, type RawState } from './definition';

/** What the conditions of a Choice can read. */
export interface Known {
  /** What the state was entered with. */
  input: unknown;
  /** Variables as they were then, without `$`. */
  variables: Readonly<Record<string, unknown>>;
}

/**
 * The condition that led to `next`; `otherwise` of the default. When it cannot be told which, because it reads what the
 * history does not have, all that lead there, joined by `or`. Undefined when none does.
 */
export async function reasonFor(choice: RawState, next: string, known: Known): Promise<string | undefined> {
  const rules = list(choice.Choices);
  const leading = rules.filter((rule) => rule.Next === next).map(conditionOf);
  const all = choice.Default === next ? [...leading, OTHERWISE] : leading;
  if (all.length < 2) return all[0];
  for (const rule of rules) {
    const isTrue = await holds(rule, known);
    if (isTrue === undefined) break;
    if (isTrue) return rule.Next === next ? conditionOf(rule) : all.join(' or ');
    if (rule === rules.at(-1) && choice.Default === next) return OTHERWISE;
  }
  return all.join(' or ');
}

const OTHERWISE = 'otherwise';

/** Undefined when it cannot be told. */
async function holds(
  rule: Record<string, unknown>,
  { input, variables }: Known,
): Promise<boolean | undefined> {
  try {
    const result: unknown = await jsonata(conditionOf(rule)).evaluate(input, {
      ...variables,
      states: { input },
    });
    return typeof result === 'boolean' ? result : undefined;
  } catch {
    return undefined;
  }
}

/** What the conditions read: `$payment.outcome`, `$states.input.found`. */
export function readBy(choice: RawState): string[] {
  const conditions = list(choice.Choices).map(conditionOf);
  const found = conditions.flatMap((condition) => [...condition.matchAll(reference)].map(([path]) => path));
  return [...new Set(found)].filter((path) => !/^\$states(\.context|$)/.test(path));
}

/** A variable with the fields behind it; no function. */
const reference = /\$[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?![\w.(])/g;

/** The value at a path as `readBy` returns it. */
export function valueAt(path: string, { input, variables }: Known): unknown {
  const [first = '', ...rest] = path.slice(1).split('.');
  const scope: Record<string, unknown> = first === 'states' ? { states: { input } } : variables;
  return [first, ...rest].reduce<unknown>((value, name) => record(value)[name], scope);
}
