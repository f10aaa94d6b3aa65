/**
 * Authorises the order's amount, once per execution, however often it is called. CapturePayment takes the money later.
 * ReversePayment undoes it, even while this function is still running.
 */
import { cardDeclined, declined } from '../shared/declines';
import { TemporaryFailure } from '../shared/errors';
import { environment, lambdaHandler } from '../shared/handler';
import { claimIntent } from './given-intents';
import { isPaidByMethod, type ValidOrder } from './order';
import type { PaymentIntent, PaymentIntents } from './payment-intents';
import type { PaymentRecords } from './payment-records';
import { paymentsFromEnvironment } from './payments';

interface Dependencies {
  intents: PaymentIntents;
  records: PaymentRecords;
  /** Payments of this amount or more need a person's approval. Minor units, keyed by lower-case currency code. */
  reviewThresholds: Readonly<Record<string, number>>;
}

interface Payload {
  order: ValidOrder;
  /** The execution's identity: payments of an earlier execution with the same name are not its own. */
  execution: string;
  /** Identifies the deployment in Stripe's dashboard, which several deployments may share. */
  executionArn: string;
}

export interface ChargeResult {
  success: true;
  paymentIntentId: string;
  /** Minor units of `currency`. */
  amount: number;
  currency: string;
  /** Whether a person must approve the payment before it is captured. */
  review: boolean;
}

/** @throws PaymentDeclined, TemporaryFailure, RateLimited; Error when the payment has been reversed. */
export const createChargeCard = ({ intents, records, reviewThresholds }: Dependencies) => {
  return async ({ order, execution, executionArn }: Payload): Promise<ChargeResult> => {
    const own = await ownIntent(order, execution, executionArn);
    checkTerms(own, order);
    const intent = await confirmed(own, order, execution);
    switch (intent.status) {
      case 'requires_capture':
      case 'succeeded': {
        const { amount, currency } = order;
        return { success: true, paymentIntentId: intent.id, amount, currency, review: asksForReview(order) };
      }
      case 'requires_payment_method':
        throw intent.last_payment_error
          ? cardDeclined(intent.last_payment_error)
          : declined('payment_not_confirmed');
      case 'requires_confirmation':
        throw declined('payment_not_confirmed');
      case 'requires_action':
        throw declined('authentication_required');
      case 'canceled':
        throw declined('authorisation_gone');
      default:
        throw new TemporaryFailure(`The payment of ${execution} is ${intent.status}`);
    }
  };

  /** Payments in a currency without a threshold always need approval. */
  function asksForReview({ amount, currency }: ValidOrder): boolean {
    const threshold = reviewThresholds[currency];
    return threshold === undefined || amount >= threshold;
  }

  /** Authorises an intent that was made here. One that the order brought along, its customer has confirmed or not. */
  async function confirmed(
    intent: PaymentIntent,
    order: ValidOrder,
    execution: string,
  ): Promise<PaymentIntent> {
    if (!isPaidByMethod(order) || intent.status !== 'requires_confirmation') return intent;
    return intents.confirm(intent.id, execution, { savedCard: order.stripeCustomerId !== undefined });
  }

  /** Returns the execution's PaymentIntent. A new one is recorded before it can hold money. */
  async function ownIntent(
    order: ValidOrder,
    execution: string,
    executionArn: string,
  ): Promise<PaymentIntent> {
    const recorded = await recordedIntent(execution);
    if (recorded) return recorded;

    const { orderId, amount, currency } = order;
    const made = isPaidByMethod(order)
      ? await intents.create(order, execution, executionArn)
      : await claimIntent({ ...order, execution }, { intents, records });
    const isOwn = await records.record({ execution, orderId, paymentIntentId: made.id, amount, currency });
    if (isOwn) return made;

    // Another try or the reversal came first. An intent made here is never confirmed, so it holds no money; one that was
    // claimed is the other try's as well, or released by the reversal.
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

/** @throws PaymentDeclined, or Error for an intent that was made here: no customer can mend that. */
function checkTerms(intent: PaymentIntent, order: ValidOrder): void {
  const { id, amount, amount_capturable, currency, capture_method, status } = intent;
  const isWhole = status !== 'requires_capture' || amount_capturable === amount;
  const fits = amount === order.amount && currency === order.currency && capture_method === 'manual';
  if (fits && isWhole) return;
  if (!isPaidByMethod(order)) throw declined('payment_not_usable');
  throw new Error(
    `${id} is of ${amount} ${currency}, not of ${order.amount} ${order.currency} to be captured by hand`,
  );
}

/** Not a business outcome: this call is late, and its order is being undone or has been. */
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
