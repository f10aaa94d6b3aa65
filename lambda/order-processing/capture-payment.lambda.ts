/** Captures the authorised payment, once stock and shipment are certain, and records the order as shipped. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientConfig } from '../shared/aws';
import { declined } from '../shared/declines';
import { TemporaryFailure } from '../shared/errors';
import { environment, lambdaHandler } from '../shared/handler';
import { type CountMoney, moneyCountedAs } from './money-counted';
import type { PaymentIntents } from './payment-intents';
import type { PaymentRecords } from './payment-records';
import { paymentsFromEnvironment } from './payments';
import { createShipments, type Shipments } from './reservations';

interface Dependencies {
  intents: Pick<PaymentIntents, 'retrieve' | 'capture'>;
  records: Pick<PaymentRecords, 'find'>;
  shipments: Shipments;
  /** Of what this very call captures. One whose answer is lost is not counted: the next try finds it done. */
  count: CountMoney;
}

interface Payload {
  orderId: string;
  execution: string;
}

/** @throws PaymentDeclined when the authorisation lapsed; TemporaryFailure, RateLimited; Error when there was none. */
export const createCapturePayment = ({ intents, records, shipments, count }: Dependencies) => {
  return async ({ orderId, execution }: Payload): Promise<{ paymentIntentId: string }> => {
    const paymentIntentId = await capture(orderId, execution);
    const isShipped = await shipments.record({ orderId, execution });
    if (!isShipped) throw new Error(`${execution} does not hold the stock of ${orderId}`);
    return { paymentIntentId };
  };

  async function capture(orderId: string, execution: string): Promise<string> {
    const { paymentIntentId, reversed } = await records.find(execution);
    if (reversed) throw new Error(`The payment of ${execution} was reversed: there is nothing to capture`);
    if (paymentIntentId === undefined) throw new Error(`${execution} has no payment to capture`);

    const { status } = await intents.retrieve(paymentIntentId);
    switch (status) {
      case 'succeeded':
        return paymentIntentId;
      case 'requires_capture': {
        const { amount_received, currency } = await intents.capture(paymentIntentId, execution);
        count({ orderId, execution, amount: amount_received, currency });
        return paymentIntentId;
      }
      case 'canceled':
        throw declined('authorisation_gone');
      case 'processing':
        throw new TemporaryFailure(`The payment of ${execution} is processing`);
      default:
        throw new Error(`The payment of ${execution} was not authorised: it is ${status}`);
    }
  }
};

export const handler = lambdaHandler(
  () =>
    createCapturePayment({
      ...paymentsFromEnvironment(),
      shipments: createShipments({
        dynamodb: new DynamoDBClient(clientConfig),
        reservationsTable: environment('RESERVATIONS_TABLE'),
      }),
      count: moneyCountedAs('Captured'),
    }),
  ({ orderId, execution }: Payload) => ({ orderId, execution }),
);
