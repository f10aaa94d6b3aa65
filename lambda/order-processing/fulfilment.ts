/** Sends messages to the fulfilment queue, as docs/fulfilment-contract.md describes them. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Address, OrderLine } from '../../contracts/types';
import { aws } from '../shared/aws';

export type FulfilmentMessage =
  | { action: 'PICK'; execution: string; orderId: string; items: OrderLine[]; address: Address }
  | { action: 'CANCEL'; execution: string; orderId: string };

export type SendToFulfilment = (message: FulfilmentMessage) => Promise<void>;

/** An order's messages arrive in order. A message sent twice within five minutes arrives once. Throws as `aws` does. */
export const createSendToFulfilment =
  ({ sqs, queueUrl }: { sqs: Pick<SQSClient, 'send'>; queueUrl: string }): SendToFulfilment =>
  async (message) => {
    await aws(() =>
      sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(message),
          MessageGroupId: message.orderId,
          MessageDeduplicationId: `${message.execution}-${message.action}`,
        }),
      ),
    );
  };
