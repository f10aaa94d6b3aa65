/**
 * PaymentIntents that orders bring along: the shop made them for the order, and its page confirmed them, so that the
 * customer could authenticate (3-D Secure). One becomes the execution's own here, and only what is its own is ever
 * captured or undone.
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
 * Returns the intent, which from now on no other execution can claim. Its amount and whether it is authorised are not
 * looked at: whatever becomes of the order, the money that it holds is this execution's to release.
 *
 * @throws PaymentDeclined when it is not the order's to pay with. It is then left as it is. TemporaryFailure, RateLimited.
 */
export async function claimIntent(
  { paymentIntentId, orderId, execution }: Given,
  { intents, records }: Dependencies,
): Promise<PaymentIntent> {
  const intent = await intents.find(paymentIntentId);
  // Only the workflow writes `execution`: such an intent is another order's or an earlier attempt's.
  const isOfOrder = intent?.metadata.orderId === orderId && intent.metadata.execution === undefined;
  // Money that somebody else took is not this execution's to give back.
  if (!intent || !isOfOrder || intent.status === 'succeeded') throw declined('payment_not_usable');
  if (!(await records.claim({ paymentIntentId, orderId, execution }))) throw declined('payment_not_usable');
  return intent;
}
