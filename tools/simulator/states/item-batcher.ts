// ItemBatcher: combines items of a Distributed Map into one child's input.

import type { Fields } from '../fields';
import { maxPayloadBytes } from '../history';
import type { Step } from '../step';
import type { Child } from './map-run';

type Batcher = (step: Step, items: unknown[]) => Promise<Child[]>;

const mostItems = 100_000_000;

/** A batch is complete when it has its number of items, or when one more would make the input too large. */
export function loadBatcher(fields: Fields | undefined): Batcher | undefined {
  if (!fields) return undefined;
  const maxItems = fields.template('MaxItemsPerBatch');
  const maxBytes = fields.template('MaxInputBytesPerBatch');
  const batchInput = fields.template('BatchInput');

  return async (step, items) => {
    const mostInBatch = maxItems ? await step.wholeNumber(maxItems, 1, mostItems) : mostItems;
    const mostBytes = maxBytes ? await step.wholeNumber(maxBytes, 1, maxPayloadBytes) : maxPayloadBytes;
    const common = batchInput ? { BatchInput: await step.evaluate(batchInput) } : {};
    const frame = bytesOf({ ...common, Items: [] });
    const batches: unknown[][] = [];
    let bytes = 0;
    for (const item of items) {
      const batch = batches.at(-1);
      // With the comma before it.
      const more = bytesOf(item) + 1;
      if (batch && batch.length < mostInBatch && bytes + more <= mostBytes) {
        batch.push(item);
        bytes += more;
      } else {
        batches.push([item]);
        bytes = frame + more - 1;
      }
    }
    return batches.map((Items) => ({
      input: { ...common, Items },
      items: Items.length,
      execution: undefined,
    }));
  };
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? 'null');
