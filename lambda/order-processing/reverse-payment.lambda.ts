/** Undoes the payment in whatever state it is: voids an authorisation, refunds a charge, or finds nothing to undo. */
import { CompensationFailed, TemporaryFailure } from '../shared/errors';
import { lambdaHandler } from '../shared/handler';
import type { PaymentIntents } from './payment-intents';
import type { PaymentRecords } from './payment-records';
import { paymentsFromEnvironment } from './payments';

interface Dependencies {
  intents: Pick<PaymentIntents, 'retrieve' | 'cancel' | 'refunded' | 'refund'>;
  records: Pick<PaymentRecords, 'markReversed'>;
}

interface Payload {
  orderId: string;
  execution: string;
}

type Reversal = 'NOTHING' | 'CANCELED' | 'REFUNDED';

/** @throws CompensationFailed, whatever the cause. */
export const createReversePayment = ({ intents, records }: Dependencies) => {
  return async ({ orderId, execution }: Payload): Promise<{ reversal: Reversal }> => {
    try {
      // The mark comes first: from here on a ChargeCard that is still running cannot record another intent.
      const { paymentIntentId } = await records.markReversed(execution, orderId);
      return { reversal: paymentIntentId === undefined ? 'NOTHING' : await undo(paymentIntentId, execution) };
    } catch (error) {
      throw new CompensationFailed(`Reversing the payment of ${execution}`, error);
    }
  };

  async function undo(paymentIntentId: string, execution: string): Promise<Reversal> {
    const { status, amount_received } = await intents.retrieve(paymentIntentId);
    switch (status) {
      case 'canceled':
        return 'CANCELED';
      case 'requires_action':
      case 'requires_capture':
      case 'requires_confirmation':
      case 'requires_payment_method':
        // Also when no money is held, because a late confirm cannot charge a cancelled intent.
        await intents.cancel(paymentIntentId, execution);
        return 'CANCELED';
      case 'succeeded':
        if ((await intents.refunded(paymentIntentId)) < amount_received) {
          await intents.refund(paymentIntentId, execution);
        }
        return 'REFUNDED';
      default:
        throw new TemporaryFailure(`the payment is ${status}`);
    }
  }
};

export const handler = lambdaHandler(
  () => createReversePayment(paymentsFromEnvironment()),
  ({ orderId, execution }: Payload) => ({ orderId, execution }),
);
