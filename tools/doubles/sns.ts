/** SNS topics in memory: what was published to each. */
import type { SNSClient } from '@aws-sdk/client-sns';
import { awsError, type Fault, Faults, replyLost } from './faults';

interface PublishParams {
  TopicArn: string;
  /** Step Functions sends an object as its JSON. */
  Message: unknown;
}

export function createTopics(arns: readonly string[]) {
  const published = new Map<string, unknown[]>(arns.map((arn) => [arn, []]));
  const faults = new Faults();

  async function publish({ TopicArn, Message }: PublishParams): Promise<{ MessageId: string }> {
    const messages = published.get(TopicArn);
    if (!messages) throw awsError('NotFoundException', 'Topic does not exist', 404);
    const fault = faults.take(TopicArn);
    if (fault === 'throttled') throw awsError('ThrottledException', 'Rate exceeded');
    if (fault === 'unavailable') throw awsError('InternalErrorException', 'Internal error', 500);
    if (fault === 'denied') throw awsError('AuthorizationErrorException', 'Not authorized: SNS:Publish', 403);
    messages.push(Message);
    if (fault === 'lostReply') throw replyLost();
    return { MessageId: `notice-${messages.length}` };
  }

  return {
    /** A fault's `on` is the topic's ARN. */
    fail: (fault: Fault) => faults.add(fault),
    publish,
    /** For the functions. */
    client: {
      send: ({ input }: { input: PublishParams }) => publish(input),
    } as unknown as SNSClient,
    /** What subscribers got, oldest first. */
    messages: (arn: string): readonly unknown[] => published.get(arn) ?? [],
  };
}
