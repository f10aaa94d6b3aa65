// The orders of the smoke test. Whoever meets one sees what it is.

import type { OrderContents, OrderPayment } from '../../contracts/types';
import { minimumAmount } from '../../lambda/order-processing/currencies';
import type { Stage } from '../../lib/stages';

type Order = OrderContents & OrderPayment;

/** A product of the smoke test's own: each order that ships brings its piece into stock first. */
export const SKU = 'SMOKE-TEST';

/** An id that no other run has: `smoke-20261129-130500-1f3a`. */
export const smokeId = (now: Date, random: string): string =>
  `smoke-${now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}-${random}`;

/** An order that ships and is not reviewed, for a little more than Stripe's minimum. */
export const shippingOrder = (orderId: string, { stripe }: Pick<Stage, 'stripe'>): Order => ({
  orderId,
  customerId: 'smoke-test',
  // Amazon's own address for tests: it takes every e-mail and bounces none.
  email: 'success@simulator.amazonses.com',
  currency: stripe.settlementCurrency,
  items: [
    {
      sku: SKU,
      quantity: 1,
      unitPrice: 2 * minimumAmount(stripe.settlementCurrency, stripe.settlementCurrency),
    },
  ],
  paymentMethodId: 'pm_card_visa',
  shippingAddress: {
    name: 'SMOKE TEST: DO NOT SHIP',
    line1: 'Smoke test',
    city: 'Nowhere',
    postalCode: '00000',
    country: 'US',
  },
});

/** An order that validation rejects: it lacks its e-mail address. */
export const rejectedOrder = (orderId: string, stage: Pick<Stage, 'stripe'>): Order => ({
  ...shippingOrder(orderId, stage),
  email: '',
});

/** Why no order is to ship in this stage; undefined when one may. */
export function whyNothingShips(stage: Pick<Stage, 'name' | 'stripe' | 'review'>): string | undefined {
  const { mode, settlementCurrency } = stage.stripe;
  if (mode === 'live') return `${stage.name} charges real cards`;
  const [{ unitPrice = 0 } = {}] = shippingOrder('smoke', stage).items;
  const threshold = stage.review.thresholds[settlementCurrency] ?? 0;
  if (unitPrice < threshold) return undefined;
  return `${stage.name} reviews each payment in ${settlementCurrency} (review.thresholds in lib/stages.ts)`;
}
