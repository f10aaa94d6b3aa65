// What inline and Distributed Maps have in common: their items, and how many run at once.

import type { Template } from '../expressions';
import type { Step } from '../step';

/** The items: of the field, or the state's input. */
export async function itemsOf(step: Step, items: Template | undefined): Promise<unknown[]> {
  const list = items ? await step.evaluateAs('array', items, 'Items') : step.input;
  if (Array.isArray(list)) return list;
  throw step.evaluationFailed('Items', `Map state input must be an array but was: ${JSON.stringify(list)}`);
}

/** 0 means no limit. */
export async function concurrency(step: Step, template: Template | undefined): Promise<number> {
  return template ? step.wholeNumber(template, 'MaxConcurrency', 0, 100_000_000) : 0;
}

/** The `Map` of the context object, for an ItemSelector or an iteration. */
export const mapContext = (index: number, value: unknown) => ({ Item: { Index: index, Value: value } });
