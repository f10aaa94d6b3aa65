/** Takes the authorised money, now that there are stock and a shipment. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientConfig } from '../shared/aws';
import { PaymentDeclined, TemporaryFailure } from '../shared/errors';
import { environment, lambdaHandler } from '../shared/handler';
import { stripeFromSecret } from '../shared/stripe';
import { createPaymentIntents, type PaymentIntents } from './payment-intents';
import { createPaymentRecords, type PaymentRecords } from './payment-records';

interface Dependencies {
  intents: Pick<PaymentIntents, 'retrieve' | 'capture'>;
  records: Pick<PaymentRecords, 'find'>;
}

interface Payload {
  orderId: string;
  execution: string;
}

/** @throws PaymentDeclined when the authorisation is gone; TemporaryFailure, RateLimited; Error when there was none. */
export const createCapturePayment =
  ({ intents, records }: Dependencies) =>
  async ({ execution }: Payload): Promise<{ paymentIntentId: string }> => {
    const { paymentIntentId, reversed } = await records.find(execution);
    if (reversed) throw new Error(`The payment of ${execution} was reversed: there is nothing to capture`);
    if (paymentIntentId === undefined) throw new Error(`${execution} has no payment to capture`);

    const { status } = await intents.retrieve(paymentIntentId);
    switch (status) {
      case 'succeeded':
        return { paymentIntentId };
      case 'requires_capture':
        await intents.capture(paymentIntentId, execution);
        return { paymentIntentId };
      case 'canceled':
        throw new PaymentDeclined('The authorisation has expired or was cancelled.');
      case 'processing':
        throw new TemporaryFailure(`The payment of ${execution} is processing`);
      case 'requires_action':
      case 'requires_confirmation':
      case 'requires_payment_method':
        throw new Error(`The payment of ${execution} was not authorised: it is ${status}`);
    }
  };

export const handler = lambdaHandler(
  () =>
    createCapturePayment({
      intents: createPaymentIntents(stripeFromSecret()),
      records: createPaymentRecords({
        dynamodb: new DynamoDBClient(clientConfig),
        table: environment('PAYMENTS_TABLE'),
        now: () => new Date(),
      }),
    }),
  ({ orderId, execution }: Payload) => ({ orderId, execution }),
);
