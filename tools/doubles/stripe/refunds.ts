/** Refunds, in full: https://docs.stripe.com/api/refunds */
import type { ReportEvent } from './events';
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
  failure_reason?: 'expired_or_canceled_card';
  metadata: Record<string, string>;
  payment_intent: string;
  reason: 'duplicate' | 'fraudulent' | 'requested_by_customer' | null;
  status: 'succeeded' | 'failed';
}

/** A refund that fails succeeds first, and fails "some time later": https://docs.stripe.com/testing#refunds */
const FAILS_AFTER_MS = 2000;

export class Refunds {
  readonly #refunds = new Map<string, Refund>();
  #failing: { at: number; refund: Refund }[] = [];

  constructor(
    private readonly now: () => number,
    private readonly newId: (prefix: string) => string,
    private readonly intents: PaymentIntents,
    private readonly report: ReportEvent,
  ) {}

  /** Lets refunds fail whose time has come: the money is the merchant's again. */
  catchUp(): void {
    const due = this.#failing.filter(({ at }) => at <= this.now());
    this.#failing = this.#failing.filter((each) => !due.includes(each));
    for (const { refund } of due) this.fail(refund.id);
  }

  create(params: Params): Refund {
    allowOnly(params, ['amount', 'metadata', 'payment_intent', 'reason']);
    const reason = oneOf(params, 'reason', ['duplicate', 'fraudulent', 'requested_by_customer']) ?? null;
    const id = required(text(params, 'payment_intent'), 'payment_intent');
    const { intent, charge, later } = this.intents.record(id, 'payment_intent');
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
    if (later === 'refund_fails') this.#failing.push({ at: this.now() + FAILS_AFTER_MS, refund });
    return refund;
  }

  /** The customer's bank sends the refund back, which it may do up to 30 days later. */
  fail(id: string): Refund {
    const refund = this.retrieve(id);
    const { charge } = this.intents.record(refund.payment_intent);
    if (charge) Object.assign(charge, { refunded: false, amount_refunded: 0 });
    refund.status = 'failed';
    refund.failure_reason = 'expired_or_canceled_card';
    this.report('refund.failed', refund);
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
