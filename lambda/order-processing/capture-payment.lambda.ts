/** Takes the authorised money, now that there are stock and a shipment. */
import { PaymentDeclined, TemporaryFailure } from '../shared/errors';
import { lambdaHandler } from '../shared/handler';
import type { PaymentIntents } from './payment-intents';
import type { PaymentRecords } from './payment-records';
import { paymentsFromEnvironment } from './payments';

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
      default:
        throw new Error(`The payment of ${execution} was not authorised: it is ${status}`);
    }
  };

export const handler = lambdaHandler(
  () => createCapturePayment(paymentsFromEnvironment()),
  ({ orderId, execution }: Payload) => ({ orderId, execution }),
);
