/** What a valid order is. Knows nothing of Lambda or of executions, so that the bulk import uses it too. */
import * as z from 'zod/mini';
import type { OrderInput, OrderLine, Problem } from '../../client/types';
import { email, formatted, id, list, record, text, toProblems, whole } from '../shared/problems';
import { isCurrency, MAX_AMOUNT, MINIMUM_AMOUNT } from './currencies';

/** A checked order: currency in lower case, one line per SKU. */
export interface ValidOrder extends OrderInput {
  /** What to charge, in minor units. */
  amount: number;
}

const MAX_QUANTITY = 10_000;

/** Lines are counted as they are sent, before those of the same SKU are merged: a limit one can see without adding up. */
const MAX_LINES = 50;

const line = record({
  sku: formatted(/^[\w.-]{1,64}$/, '1 to 64 letters, digits, dots, hyphens or underscores'),
  quantity: whole(1, MAX_QUANTITY),
  unitPrice: whole(0, MAX_AMOUNT),
}) satisfies z.ZodMiniType<OrderLine>;

const order = record({
  orderId: id,
  customerId: id,
  email,
  currency: formatted(/^[A-Za-z]{3}$/, 'a currency of three letters').check(
    z.refine(
      (code) => !/^[A-Za-z]{3}$/.test(code) || isCurrency(code.toLowerCase()),
      'is not a supported currency',
    ),
  ),
  items: list(line, 1, MAX_LINES),
  paymentMethodId: formatted(/^pm_\w{1,100}$/, 'the id of a Stripe PaymentMethod (pm_…)'),
  shippingAddress: record({
    name: text(100),
    line1: text(200),
    line2: z.optional(text(200)),
    city: text(100),
    postalCode: text(20),
    state: z.optional(text(100)),
    country: formatted(/^[A-Z]{2}$/, 'two capital letters'),
  }),
}) satisfies z.ZodMiniType<OrderInput>;

/** The order, clean; or everything that is wrong with it. Takes any JSON value. */
export function checkOrder(input: unknown): { order: ValidOrder } | { problems: Problem[] } {
  const parsed = z.safeParse(order, input);
  const merged = merge(validLines(input));
  if (!parsed.success) return { problems: [...toProblems(parsed.error), ...merged.problems] };

  const currency = parsed.data.currency.toLowerCase();
  const amount = merged.items.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  const problems = [...merged.problems, ...checkAmount(amount, currency)];
  if (problems.length > 0) return { problems };
  return { order: { ...parsed.data, currency, items: merged.items, amount } };
}

interface PlacedLine extends OrderLine {
  index: number;
}

/** The lines that are in order by themselves, also of an order that is not: what they say together is checked too. */
function validLines(input: unknown): PlacedLine[] {
  if (typeof input !== 'object' || input === null || !('items' in input) || !Array.isArray(input.items))
    return [];
  return input.items.flatMap((item, index) => {
    const parsed = z.safeParse(line, item);
    return parsed.success ? [{ ...parsed.data, index }] : [];
  });
}

/** One line per SKU: a transaction refuses to touch the same item twice. */
function merge(lines: PlacedLine[]): { items: OrderLine[]; problems: Problem[] } {
  const bySku = new Map<string, OrderLine>();
  const problems: Problem[] = [];
  for (const { sku, quantity, unitPrice, index } of lines) {
    const first = bySku.get(sku);
    if (!first) {
      bySku.set(sku, { sku, quantity, unitPrice });
    } else if (first.unitPrice !== unitPrice) {
      problems.push({ path: `items[${index}].unitPrice`, message: `differs from another line of ${sku}` });
    } else if (first.quantity + quantity > MAX_QUANTITY) {
      problems.push({
        path: `items[${index}].quantity`,
        message: `makes more than ${MAX_QUANTITY} of ${sku}`,
      });
    } else {
      first.quantity += quantity;
    }
  }
  return { items: [...bySku.values()], problems };
}

function checkAmount(amount: number, currency: string): Problem[] {
  const minimum = isCurrency(currency) ? MINIMUM_AMOUNT[currency] : 0;
  if (amount >= minimum && amount <= MAX_AMOUNT) return [];
  const message = `add up to ${amount}, but a charge in ${currency} is from ${minimum} to ${MAX_AMOUNT} minor units`;
  return [{ path: 'items', message }];
}
