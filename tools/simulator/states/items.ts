// What inline and Distributed Maps have in common: their items, and how many run at once.

import type { Fields } from '../fields';
import type { Step } from '../step';

/** The items: of the field, or the state's input. */
export function loadItems(fields: Fields): (step: Step) => Promise<unknown[]> {
  const items = fields.template('Items');
  return async (step) => {
    const list = items ? await step.evaluateAs('array', items) : step.input;
    if (Array.isArray(list)) return list;
    throw step.evaluationFailed('Items', `Map state input must be an array but was: ${JSON.stringify(list)}`);
  };
}

/** What an item becomes, and the `Map` of the context object with it. */
export function loadSelector(fields: Fields) {
  const selector = fields.template('ItemSelector');
  return async (step: Step, index: number, item: unknown) => {
    const map = { Item: { Index: index, Value: item } };
    return { input: selector ? await step.evaluate(selector, {}, map) : item, map };
  };
}

/** How many run at once; 0 means no limit. */
export function loadConcurrency(fields: Fields): (step: Step) => Promise<number> {
  const concurrency = fields.template('MaxConcurrency');
  return async (step) => (concurrency ? step.wholeNumber(concurrency, 0, 100_000_000) : 0);
}
