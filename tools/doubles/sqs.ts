/** A FIFO queue in memory, with deduplication and order within a group. */
import * as sdk from '@aws-sdk/client-sqs';
import { type FaultPlan, Faults } from './faults';
import { errorsOf, type Failures, underFaults } from './service';

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

const sqsError = errorsOf(sdk, sdk.SQSServiceException);

const FAILURES: Failures = {
  throttled: () => sqsError('RequestThrottled', 'Rate exceeded'),
  unavailable: () => sqsError('InternalError', 'We encountered an internal error', 500),
  denied: () => sqsError('AccessDenied', 'Not authorized to perform: sqs:sendmessage', 403),
};

export function createFifoQueue(url: string, now: () => Date = () => new Date(), faults = new Faults()) {
  const messages: Message[] = [];
  const sentAt = new Map<string, number>();
  const underPlan = underFaults('sqs', faults, FAILURES);

  const sendMessage = (params: SendParams) =>
    underPlan('sendMessage', params.QueueUrl, params, () => send(params));

  function send(params: SendParams): object {
    if (params.QueueUrl !== url) throw sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
    if (typeof params.MessageBody !== 'string') {
      throw new Error(`SQS double: a MessageBody is text, not ${params.MessageBody}`);
    }
    if (!ID.test(params.MessageGroupId) || !ID.test(params.MessageDeduplicationId)) {
      throw sqsError(
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
    return { MessageId: `message-${sentAt.size}` };
  }

  return {
    url,
    /** For Step Functions. */
    call: (_operation: string, input: object) => sendMessage(input as SendParams),
    failure: underPlan.failure,
    has: (operation: string): boolean => operation === 'sendMessage',
    client: {
      send: (command: { input: SendParams }) => sendMessage(command.input),
    } as unknown as sdk.SQSClient,
    fail: (plan: FaultPlan) => faults.add(plan),
    /** The messages that were not deleted, oldest first. */
    messages: (): readonly Message[] => messages,
    /**
     * Passes each message to the consumer, in order, and deletes it. A message that fails stays, and so do later ones of
     * its group. Throws the consumer's first error after all other groups have been delivered.
     */
    async deliverTo(consume: (message: Message) => void | Promise<void>): Promise<void> {
      const stuck = new Map<string, unknown>();
      for (const message of [...messages]) {
        if (stuck.has(message.group)) continue;
        try {
          await consume(message);
          messages.splice(messages.indexOf(message), 1);
        } catch (error) {
          stuck.set(message.group, error);
        }
      }
      for (const error of stuck.values()) throw error;
    },
  };
}
