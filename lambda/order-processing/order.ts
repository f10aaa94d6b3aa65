/** Validates orders. Independent of Lambda and executions, so that the bulk import can use it too. */
import * as z from 'zod/mini';
import type { OrderInput, OrderLine, Problem } from '../../contracts/types';
import { absent, email, field, formatted, id, list, record, text, toProblems } from '../shared/problems';
import { type Currency, isCurrency, MAX_AMOUNT, minimumAmount } from './currencies';
import { line, mergeLines } from './order-lines';

/** A checked order: currency in lower case, one line per SKU, and the amount to charge in minor units. */
export type ValidOrder = OrderInput & { amount: number };

export type PaidByMethod = Extract<ValidOrder, { paymentMethodId: string }>;

export const isPaidByMethod = (order: ValidOrder): order is PaidByMethod =>
  order.paymentMethodId !== undefined;

const contents = {
  orderId: id,
  customerId: id,
  email,
  currency: formatted(/^[A-Za-z]{3}$/, 'a currency of three letters').check(
    z.refine((code) => isCurrency(code.toLowerCase()), 'is not a supported currency'),
  ),
  items: list(line),
};

const shippingAddress = record({
  name: text(100),
  line1: text(200),
  line2: z.optional(text(200)),
  city: text(100),
  postalCode: text(20),
  state: z.optional(text(100)),
  country: formatted(/^[A-Z]{2}$/, 'two capital letters'),
});

const paidByMethod = record({
  ...contents,
  paymentMethodId: formatted(/^pm_\w{1,100}$/, 'the id of a Stripe PaymentMethod (pm_…)'),
  stripeCustomerId: z.optional(formatted(/^cus_\w{1,100}$/, 'the id of a Stripe Customer (cus_…)')),
  paymentIntentId: absent(),
  shippingAddress,
}) satisfies z.ZodMiniType<OrderInput>;

const paidByIntent = record({
  ...contents,
  paymentMethodId: absent('must not stand beside paymentIntentId: an order is paid with one of them'),
  stripeCustomerId: absent('must not stand beside paymentIntentId: it goes with a saved paymentMethodId'),
  // A client secret, pi_…_secret_…, is none.
  paymentIntentId: formatted(/^pi_[A-Za-z0-9]{1,100}$/, 'the id of a Stripe PaymentIntent (pi_…)'),
  shippingAddress,
}) satisfies z.ZodMiniType<OrderInput>;

/** What an order's stage decides. */
export interface OrderRules {
  /** What Stripe pays the account out in. */
  settlementCurrency: Currency;
}

/** Returns the checked order, or all of its problems. `input` may be any JSON value. */
export function checkOrder(
  input: unknown,
  { settlementCurrency }: OrderRules,
): { order: ValidOrder } | { problems: Problem[] } {
  const schema = field(input, 'paymentIntentId') === undefined ? paidByMethod : paidByIntent;
  const parsed = z.safeParse(schema, input);
  const sent = field(input, 'items');
  const lines = Array.isArray(sent) ? mergeLines(sent) : { items: [], problems: [] };
  const ofFields = parsed.success ? [] : toProblems(parsed.error);
  const amount = total(lines.items);
  // The total means something only when every line is valid.
  const areInOrder = ![...lines.problems, ...ofFields].some(({ path }) => path.startsWith('items'));
  const ofAmount = areInOrder ? checkAmount(amount, field(input, 'currency'), settlementCurrency) : [];

  const problems = [...lines.problems, ...ofAmount, ...ofFields];
  if (!parsed.success || problems.length > 0) return { problems };
  return {
    order: { ...parsed.data, currency: parsed.data.currency.toLowerCase(), items: lines.items, amount },
  };
}

const total = (items: OrderLine[]) =>
  items.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);

function checkAmount(amount: number, currency: unknown, settlementCurrency: Currency): Problem[] {
  const code = typeof currency === 'string' ? currency.toLowerCase() : '';
  if (!isCurrency(code)) return [];
  const minimum = minimumAmount(code, settlementCurrency);
  if (amount >= minimum && amount <= MAX_AMOUNT) return [];
  const message = `add up to ${amount}, but a charge in ${code} is from ${minimum} to ${MAX_AMOUNT} minor units`;
  return [{ path: 'items', message }];
}
