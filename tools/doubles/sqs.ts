/** A FIFO queue in memory, with its deduplication window and its order within a group. */
import type { SQSClient } from '@aws-sdk/client-sqs';
import { awsError, type Fault, Faults, replyLost } from './faults';

interface SendParams {
  QueueUrl: string;
  MessageBody: string;
  MessageGroupId: string;
  MessageDeduplicationId: string;
}

export interface Message {
  id: string;
  group: string;
  body: string;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html */
const DEDUPLICATION_MS = 5 * 60_000;

const ID = /^[\x21-\x7e]{1,128}$/;

export function createFifoQueue(url: string, now: () => Date = () => new Date()) {
  const messages: Message[] = [];
  const sentAt = new Map<string, number>();
  const faults = new Faults();

  async function sendMessage(params: SendParams): Promise<object> {
    const fault = faults.take();
    if (fault === 'throttled') throw awsError('RequestThrottled', 'Rate exceeded');
    if (fault === 'unavailable') throw awsError('InternalError', 'We encountered an internal error', 500);
    if (fault === 'denied') throw awsError('AccessDenied', 'Not authorized to perform: sqs:sendmessage');
    if (params.QueueUrl !== url) throw awsError('QueueDoesNotExist', 'The specified queue does not exist.');
    if (!ID.test(params.MessageGroupId) || !ID.test(params.MessageDeduplicationId)) {
      throw awsError(
        'InvalidParameterValue',
        'MessageGroupId and MessageDeduplicationId have 1 to 128 characters',
      );
    }
    const { MessageGroupId: group, MessageDeduplicationId: deduplication, MessageBody: body } = params;
    const at = now().getTime();
    const isRepeated = at - (sentAt.get(deduplication) ?? Number.NEGATIVE_INFINITY) < DEDUPLICATION_MS;
    if (!isRepeated) {
      sentAt.set(deduplication, at);
      messages.push({ id: `message-${sentAt.size}`, group, body });
    }
    if (fault === 'lostReply') throw replyLost();
    return { MessageId: `message-${sentAt.size}` };
  }

  return {
    url,
    client: {
      send: (command: { input: SendParams }) => sendMessage(command.input),
    } as unknown as SQSClient,
    fail: (fault: Fault) => faults.add(fault),
    /** Those not yet received, oldest first. */
    messages: (): readonly Message[] => messages,
    /** Hands each message to the consumer, in order, and deletes it; one that fails stays, as its group's next ones do. */
    async deliverTo(consume: (message: Message) => void | Promise<void>): Promise<void> {
      const stuck = new Set<string>();
      for (const message of [...messages]) {
        if (stuck.has(message.group)) continue;
        try {
          await consume(message);
          messages.splice(messages.indexOf(message), 1);
        } catch {
          stuck.add(message.group);
        }
      }
    },
  };
}
