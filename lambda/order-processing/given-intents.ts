/**
 * PaymentIntents in the input of orders. The shop created them, and its page confirmed them, so that the customer could
 * authenticate (3-D Secure). An execution claims its intent here, and captures or cancels only an intent that it has
 * claimed.
 */
import { declined } from '../shared/declines';
import type { PaymentIntent, PaymentIntents } from './payment-intents';
import type { PaymentRecords } from './payment-records';

interface Dependencies {
  intents: Pick<PaymentIntents, 'find'>;
  records: Pick<PaymentRecords, 'claim'>;
}

interface Given {
  paymentIntentId: string;
  orderId: string;
  /** The execution's identity. */
  execution: string;
}

/**
 * Claims the intent and returns it. No other execution can claim it then. Amount and status are not checked here, so
 * that the execution can release the money of any intent of its order.
 *
 * @throws PaymentDeclined when the intent is not this order's; it is then left unchanged. TemporaryFailure, RateLimited.
 */
export async function claimIntent(
  { paymentIntentId, orderId, execution }: Given,
  { intents, records }: Dependencies,
): Promise<PaymentIntent> {
  const intent = await intents.find(paymentIntentId);
  // Only the workflow writes `execution`: another order or an earlier attempt has claimed such an intent.
  const isOfOrder = intent?.metadata.orderId === orderId && intent.metadata.execution === undefined;
  // Another program has captured a succeeded intent, so this execution must not refund it.
  if (!intent || !isOfOrder || intent.status === 'succeeded') throw declined('payment_not_usable');
  if (!(await records.claim({ paymentIntentId, orderId, execution }))) throw declined('payment_not_usable');
  return intent;
}
