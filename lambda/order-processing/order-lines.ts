/** Checks the lines of an order, each by itself and all together. */
import * as z from 'zod/mini';
import type { OrderLine, Problem } from '../../contracts/types';
import { formatted, record, whole } from '../shared/problems';
import { MAX_AMOUNT } from './currencies';

const MAX_QUANTITY = 10_000;

/** Counts the lines as they are sent, before lines of the same SKU are merged, so that the sender can see the limit. */
const MAX_LINES = 50;

export const line = record({
  sku: formatted(/^[\w.-]{1,64}$/, '1 to 64 letters, digits, dots, hyphens or underscores'),
  quantity: whole(1, MAX_QUANTITY),
  unitPrice: whole(0, MAX_AMOUNT),
}) satisfies z.ZodMiniType<OrderLine>;

/**
 * Merges lines of the same SKU, because a transaction may not contain an item twice, and returns the problems of the
 * lines together. Lines that are invalid by themselves, as `line` says, are left out.
 */
export function mergeLines(sent: readonly unknown[]): { items: OrderLine[]; problems: Problem[] } {
  const problems: Problem[] = [];
  if (sent.length < 1 || sent.length > MAX_LINES) {
    problems.push({ path: 'items', message: `must be 1 to ${MAX_LINES} lines, not ${sent.length}` });
  }
  const bySku = new Map<string, OrderLine>();
  for (const [index, value] of sent.entries()) {
    const { data } = z.safeParse(line, value);
    if (!data) continue;
    const first = bySku.get(data.sku);
    if (!first) {
      bySku.set(data.sku, { ...data });
    } else if (first.unitPrice !== data.unitPrice) {
      problems.push({
        path: `items[${index}].unitPrice`,
        message: 'differs from another line of the same SKU',
      });
    } else if (first.quantity + data.quantity > MAX_QUANTITY) {
      problems.push({
        path: `items[${index}].quantity`,
        message: `makes more than ${MAX_QUANTITY} of the same SKU`,
      });
    } else {
      first.quantity += data.quantity;
    }
  }
  return { items: [...bySku.values()], problems };
}
