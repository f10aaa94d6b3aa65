/** Cancels the pick request. It does so even when the request may never have been sent. */
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientConfig } from '../shared/aws';
import { CompensationFailed } from '../shared/errors';
import { environment, lambdaHandler } from '../shared/handler';
import { createSendToFulfilment, type SendToFulfilment } from './fulfilment';

interface Payload {
  orderId: string;
  execution: string;
}

/** @throws CompensationFailed, whatever the cause. */
export const createCancelShipment =
  ({ send }: { send: SendToFulfilment }) =>
  async ({ orderId, execution }: Payload): Promise<Record<string, never>> => {
    try {
      await send({ action: 'CANCEL', execution, orderId });
      return {};
    } catch (error) {
      throw new CompensationFailed(`Cancelling the shipment of ${execution}`, error);
    }
  };

export const handler = lambdaHandler(
  () =>
    createCancelShipment({
      send: createSendToFulfilment({
        sqs: new SQSClient(clientConfig),
        queueUrl: environment('FULFILMENT_QUEUE_URL'),
      }),
    }),
  ({ orderId, execution }: Payload) => ({ orderId, execution }),
);
