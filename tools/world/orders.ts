/** Sample orders: valid unless overridden. */
import type { OrderContents, OrderInput } from '../../contracts/types';
import { checkOrder, type OrderRules, type ValidOrder } from '../../lambda/order-processing/order';

/** The rules of a stage whose Stripe account settles in dollars. */
export const RULES: OrderRules = { settlementCurrency: 'usd' };

/** Like Partial<OrderInput>, but with any of its payments. */
export type OrderChanges = Partial<OrderContents> & {
  paymentMethodId?: string;
  stripeCustomerId?: string;
  paymentIntentId?: string;
};

export const orderInput = ({
  paymentIntentId,
  paymentMethodId = 'pm_card_visa',
  stripeCustomerId,
  ...contents
}: OrderChanges = {}): OrderInput => ({
  orderId: 'A-1001',
  customerId: 'C-7',
  email: 'ada@example.com',
  currency: 'usd',
  items: [
    { sku: 'MUG', quantity: 2, unitPrice: 1250 },
    { sku: 'TEA', quantity: 1, unitPrice: 899 },
  ],
  ...(paymentIntentId
    ? { paymentIntentId }
    : { paymentMethodId, ...(stripeCustomerId && { stripeCustomerId }) }),
  shippingAddress: {
    name: 'Ada Lovelace',
    line1: '12 St James’s Square',
    city: 'London',
    postalCode: 'SW1Y 4JH',
    country: 'GB',
  },
  ...contents,
});

/** An order as ValidateOrder returns it. */
export function validOrder(changes: OrderChanges = {}): ValidOrder {
  const checked = checkOrder(orderInput(changes), RULES);
  if ('problems' in checked) throw new Error(`Not a valid order: ${JSON.stringify(checked.problems)}`);
  return checked.order;
}
