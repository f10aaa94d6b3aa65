// What inline and Distributed Maps have in common: Items, ItemSelector, MaxConcurrency.

import type { Fields } from '../fields';
import type { Step } from '../step';

/** One item, with what the context object has besides its index. */
export interface Item {
  value: unknown;
  /** Present for an entry of an object. */
  key?: string;
  /** `STATE_DATA`, or the S3 URI that it was read from. */
  source: string;
}

/** The elements of a list or the entries of an object; undefined for any other value. */
export function itemsIn(data: unknown, source: string): Item[] | undefined {
  if (Array.isArray(data)) return data.map((value) => ({ value, source }));
  if (data === null || typeof data !== 'object') return undefined;
  return Object.entries(data).map(([key, value]) => ({ value, key, source }));
}

/** The items: from the field, or else the state's input. Only a Distributed Map accepts an object. */
export function loadItems(
  fields: Fields,
  { objects }: { objects: boolean },
): (step: Step) => Promise<Item[]> {
  const template = fields.template('Items');
  return async (step) => {
    const data = template ? await step.evaluate(template) : step.input;
    const items = objects || Array.isArray(data) ? itemsIn(data, 'STATE_DATA') : undefined;
    if (items) return items;
    if (template) step.requireType(data, 'array', template);
    throw step.evaluationFailed('Items', `Map state input must be an array but was: ${JSON.stringify(data)}`);
  };
}

/** ItemSelector: an item's input, and the `Map` of its context object. */
export function loadSelector(fields: Fields) {
  const selector = fields.template('ItemSelector');
  return async (step: Step, index: number, { value, key, source }: Item) => {
    const map = {
      Item: { Index: index, ...(key !== undefined && { Key: key }), Value: value, Source: source },
    };
    return { input: selector ? await step.evaluate(selector, {}, map) : value, map };
  };
}

/** MaxConcurrency; 0 means no limit. */
export function loadConcurrency(fields: Fields): (step: Step) => Promise<number> {
  const concurrency = fields.template('MaxConcurrency');
  return async (step) => (concurrency ? step.wholeNumber(concurrency, 0, 100_000_000) : 0);
}
