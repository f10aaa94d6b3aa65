/**
 * Authorises the order's amount, once per execution however often it is called. CapturePayment takes the money
 * later; ReversePayment undoes it, also when this function is still running then.
 */
import { PaymentDeclined, TemporaryFailure } from '../shared/errors';
import { environment, lambdaHandler } from '../shared/handler';
import { declineReason } from '../shared/stripe';
import type { ValidOrder } from './order';
import type { PaymentIntent, PaymentIntents } from './payment-intents';
import type { PaymentRecords } from './payment-records';
import { paymentsFromEnvironment } from './payments';

interface Dependencies {
  intents: PaymentIntents;
  records: PaymentRecords;
  /** By currency, in lower case: from how many minor units on a person looks at the payment. */
  reviewThresholds: Readonly<Record<string, number>>;
}

interface Payload {
  order: ValidOrder;
  /** The execution's identity: what it charges is its own, whoever had its name before. */
  execution: string;
  /** What tells Stripe's dashboard, which several deployments may share, whose the payment is. */
  executionArn: string;
}

export interface ChargeResult {
  success: true;
  paymentIntentId: string;
  /** Minor units of `currency`. */
  amount: number;
  currency: string;
  /** Whether a person must look at the payment before it is taken. */
  review: boolean;
}

/** @throws PaymentDeclined, TemporaryFailure, RateLimited; Error when the payment was reversed already. */
export const createChargeCard = ({ intents, records, reviewThresholds }: Dependencies) => {
  return async ({ order, execution, executionArn }: Payload): Promise<ChargeResult> => {
    const own = await ownIntent(order, execution, executionArn);
    const { amount, currency } = order;
    const intent = own.status === 'requires_confirmation' ? await intents.confirm(own.id, execution) : own;
    switch (intent.status) {
      case 'requires_capture':
      case 'succeeded':
        return { success: true, paymentIntentId: intent.id, amount, currency, review: asksForReview(order) };
      case 'requires_payment_method':
        throw new PaymentDeclined(declineReason(intent.last_payment_error ?? {}));
      case 'requires_action':
        throw new PaymentDeclined(declineReason({ code: 'authentication_required' }));
      case 'canceled':
        throw new PaymentDeclined('The authorisation has expired or was cancelled.');
      default:
        throw new TemporaryFailure(`The payment of ${execution} is ${intent.status}`);
    }
  };

  /** A currency that nobody has set a threshold for is not one to wave through. */
  function asksForReview({ amount, currency }: ValidOrder): boolean {
    const threshold = reviewThresholds[currency];
    return threshold === undefined || amount >= threshold;
  }

  /** The execution's PaymentIntent; made, and recorded before it can hold any money, if there is none. */
  async function ownIntent(
    order: ValidOrder,
    execution: string,
    executionArn: string,
  ): Promise<PaymentIntent> {
    const recorded = await recordedIntent(execution);
    if (recorded) return recorded;

    const { orderId, amount, currency } = order;
    const made = await intents.create(order, execution, executionArn);
    const isOwn = await records.record({ execution, orderId, paymentIntentId: made.id, amount, currency });
    if (isOwn) return made;

    // Another try or the reversal came first. What was made here stays unconfirmed, and so holds nothing.
    const other = await recordedIntent(execution);
    if (!other) throw new TemporaryFailure(`The payment record of ${execution} is gone`);
    return other;
  }

  async function recordedIntent(execution: string): Promise<PaymentIntent | undefined> {
    const record = await records.find(execution);
    if (record.reversed) throw reversed(execution);
    return record.paymentIntentId === undefined ? undefined : intents.retrieve(record.paymentIntentId);
  }
};

/** Not a business outcome: this call comes late, the order is being undone or was. */
const reversed = (execution: string) =>
  new Error(`The payment of ${execution} was reversed: it is not charged any more`);

export const handler = lambdaHandler(
  () =>
    createChargeCard({
      ...paymentsFromEnvironment(),
      reviewThresholds: JSON.parse(environment('REVIEW_THRESHOLDS')),
    }),
  ({ order, execution }: Payload) => ({ orderId: order.orderId, execution }),
);
