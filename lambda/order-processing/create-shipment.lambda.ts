/** Asks fulfilment to pick and ship the order. A repeated request is harmless: fulfilment acts once per execution. */
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientConfig } from '../shared/aws';
import { environment, lambdaHandler } from '../shared/handler';
import { createSendToFulfilment, type SendToFulfilment } from './fulfilment';
import type { ValidOrder } from './order';

interface Payload {
  order: ValidOrder;
  execution: string;
}

/** @throws TemporaryFailure, RateLimited. */
export const createCreateShipment =
  ({ send }: { send: SendToFulfilment }) =>
  async ({ order, execution }: Payload): Promise<Record<string, never>> => {
    const { orderId, items, shippingAddress: address } = order;
    await send({ action: 'PICK', execution, orderId, items, address });
    return {};
  };

export const handler = lambdaHandler(
  () =>
    createCreateShipment({
      send: createSendToFulfilment({
        sqs: new SQSClient(clientConfig),
        queueUrl: environment('FULFILMENT_QUEUE_URL'),
      }),
    }),
  ({ order, execution }: Payload) => ({ orderId: order.orderId, execution }),
);
