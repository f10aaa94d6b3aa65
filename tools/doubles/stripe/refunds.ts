/** Refunds, in full: https://docs.stripe.com/api/refunds */
import { page } from './lists';
import { allowOnly, integer, metadata, oneOf, type Params, required, text } from './params';
import type { PaymentIntents } from './payment-intents';
import { invalidParameter, noSuch, notPossible } from './protocol';

export interface Refund {
  id: string;
  object: 'refund';
  amount: number;
  charge: string;
  created: number;
  currency: string;
  metadata: Record<string, string>;
  payment_intent: string;
  reason: 'duplicate' | 'fraudulent' | 'requested_by_customer' | null;
  status: 'succeeded' | 'failed';
}

export class Refunds {
  readonly #refunds = new Map<string, Refund>();

  constructor(
    private readonly now: () => number,
    private readonly newId: (prefix: string) => string,
    private readonly intents: PaymentIntents,
  ) {}

  create(params: Params): Refund {
    allowOnly(params, ['amount', 'metadata', 'payment_intent', 'reason']);
    const reason = oneOf(params, 'reason', ['duplicate', 'fraudulent', 'requested_by_customer']) ?? null;
    const id = required(text(params, 'payment_intent'), 'payment_intent');
    const { intent, charge } = this.intents.record(id, 'payment_intent');
    const amount = integer(params, 'amount') ?? intent.amount;
    if (amount !== intent.amount) {
      throw invalidParameter('amount', `This double of Stripe refunds in full only: ${intent.amount}`);
    }
    if (!charge?.captured) {
      throw notPossible(`This PaymentIntent (${id}) does not have a successful charge to refund.`, {
        param: 'payment_intent',
      });
    }
    if (charge.refunded) {
      throw notPossible(`Charge ${charge.id} has already been refunded.`, {
        code: 'charge_already_refunded',
      });
    }
    charge.refunded = true;
    charge.amount_refunded = amount;
    const refund: Refund = {
      id: this.newId('re'),
      object: 'refund',
      amount,
      charge: charge.id,
      created: Math.floor(this.now() / 1000),
      currency: intent.currency,
      metadata: metadata(params),
      payment_intent: id,
      reason,
      status: 'succeeded',
    };
    this.#refunds.set(refund.id, refund);
    return refund;
  }

  /** What the customer's bank does, up to 30 days later: it sends the refund back. */
  fail(id: string): Refund {
    const refund = this.retrieve(id);
    const { charge } = this.intents.record(refund.payment_intent);
    if (charge) Object.assign(charge, { refunded: false, amount_refunded: 0 });
    refund.status = 'failed';
    return refund;
  }

  retrieve(id: string): Refund {
    const refund = this.#refunds.get(id);
    if (!refund) throw noSuch('refund', id);
    return refund;
  }

  /** Newest first. With full refunds only, an intent has at most one that has not failed. */
  list(params: Params) {
    const all = [...this.#refunds.values()];
    return page(all, params, { url: '/v1/refunds', object: 'refund', filters: ['payment_intent'] });
  }
}
