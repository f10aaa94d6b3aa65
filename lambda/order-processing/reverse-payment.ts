/** Undoes the payment, whatever has become of it: voids an authorisation, refunds a charge, or finds nothing to do. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientConfig } from '../shared/aws';
import { CompensationFailed, TemporaryFailure } from '../shared/errors';
import { environment, lambdaHandler } from '../shared/handler';
import { stripeFromSecret } from '../shared/stripe';
import { createPaymentIntents, type PaymentIntents } from './payment-intents';
import { createPaymentRecords, type PaymentRecords } from './payment-records';

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
      // First the mark: from here on a ChargeCard that is still running cannot record another intent.
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
        // Also where no money is held: a cancelled intent is one that a late confirm cannot charge.
        await intents.cancel(paymentIntentId, execution);
        return 'CANCELED';
      case 'succeeded':
        if ((await intents.refunded(paymentIntentId)) < amount_received) {
          await intents.refund(paymentIntentId, execution);
        }
        return 'REFUNDED';
      case 'processing':
        throw new TemporaryFailure('the payment is still processing');
    }
  }
};

export const handler = lambdaHandler(
  () =>
    createReversePayment({
      intents: createPaymentIntents(stripeFromSecret()),
      records: createPaymentRecords({
        dynamodb: new DynamoDBClient(clientConfig),
        table: environment('PAYMENTS_TABLE'),
        now: () => new Date(),
      }),
    }),
  ({ orderId, execution }: Payload) => ({ orderId, execution }),
);
