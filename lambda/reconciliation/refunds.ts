/** Tells refunds that the customer has got from those that came back. */
import type Stripe from 'stripe';

export const hasFailed = ({ status }: Stripe.Refund): boolean => status === 'failed' || status === 'canceled';

/** The failed refunds of a payment that no later refund makes up for. */
export const unsettled = (refunds: readonly Stripe.Refund[]): Stripe.Refund[] =>
  refunds
    .filter(hasFailed)
    .filter(({ amount, created }) => refunded(refunds.filter((other) => other.created >= created)) < amount);

/** What was refunded or is being refunded, in minor units. */
export const refunded = (refunds: readonly Stripe.Refund[]): number =>
  refunds.filter((refund) => !hasFailed(refund)).reduce((sum, { amount }) => sum + amount, 0);
