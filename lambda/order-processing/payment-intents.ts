/**
 * Calls Stripe's PaymentIntents for the payment functions. Errors become ours, and every call gets a new idempotency
 * key, which only covers the Stripe client's own tries: a key that lasted longer would replay a 500 or a decline for a
 * day. The intent and its status ensure that nothing happens twice.
 */
import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import { TemporaryFailure } from '../shared/errors';
import { toWorkflowError } from '../shared/stripe';
import type { PaidByMethod } from './order';

export type PaymentIntent = Stripe.PaymentIntent;

/** @param connect resolves to the client; throws StripeKeyMissing when there is no key. */
export function createPaymentIntents(connect: () => Promise<Stripe>) {
  const call = async <Result>(work: (stripe: Stripe) => Promise<Result>): Promise<Result> => {
    const stripe = await connect();
    try {
      return await work(stripe);
    } catch (error) {
      throw toFailure(error);
    }
  };
  const fresh = (execution: string, step: string) => ({
    idempotencyKey: `${execution}/${step}/${randomUUID()}`,
  });

  return {
    /** Creates an intent that holds no money yet. */
    create: (order: PaidByMethod, execution: string, executionArn: string) =>
      call((stripe) =>
        stripe.paymentIntents.create(
          {
            amount: order.amount,
            currency: order.currency,
            payment_method: order.paymentMethodId,
            ...(order.stripeCustomerId && { customer: order.stripeCustomerId }),
            capture_method: 'manual',
            automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
            metadata: { orderId: order.orderId, execution, executionArn },
          },
          fresh(execution, 'create'),
        ),
      ),

    retrieve: (id: string) => call((stripe) => stripe.paymentIntents.retrieve(id)),

    /** Returns undefined when there is no such intent. */
    find: (id: string) =>
      call(async (stripe) => {
        try {
          return await stripe.paymentIntents.retrieve(id);
        } catch (error) {
          if (codeOf(error) === 'resource_missing') return undefined;
          throw error;
        }
      }),

    /**
     * Authorises the amount. Nobody can answer a 3-D Secure challenge, so a card that requires one is declined. A saved
     * card pays off session: banks then ask for a challenge less often.
     */
    confirm: (id: string, execution: string, { savedCard }: { savedCard: boolean }) =>
      call((stripe) =>
        stripe.paymentIntents.confirm(
          id,
          savedCard ? { off_session: true } : { error_on_requires_action: true },
          fresh(execution, 'confirm'),
        ),
      ),

    capture: (id: string, execution: string) =>
      call((stripe) => stripe.paymentIntents.capture(id, {}, fresh(execution, 'capture'))),

    /** Cancels the intent, and with it an authorisation that it may hold. */
    cancel: (id: string, execution: string) =>
      call((stripe) => stripe.paymentIntents.cancel(id, {}, fresh(execution, 'cancel'))),

    /** Returns the amount that was refunded or is being refunded, in minor units. */
    refunded: (id: string) =>
      call(async (stripe) => {
        const { data } = await stripe.refunds.list({ payment_intent: id, limit: 100 });
        const refunds = data.filter(({ status }) => status !== 'failed' && status !== 'canceled');
        return refunds.reduce((sum, { amount }) => sum + amount, 0);
      }),

    /** Refunds what has not been refunded yet. */
    refund: (id: string, execution: string) =>
      call((stripe) => stripe.refunds.create({ payment_intent: id }, fresh(execution, 'refund'))),
  };
}

export type PaymentIntents = ReturnType<typeof createPaymentIntents>;

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined);

function toFailure(error: unknown): unknown {
  if (codeOf(error) === 'payment_intent_unexpected_state') {
    return new TemporaryFailure('The payment has moved on since it was looked at; the next try looks again', {
      cause: error,
    });
  }
  return toWorkflowError(error);
}
