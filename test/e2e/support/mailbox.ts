/** A queue subscribed to topics, to read what subscribers get. */
import { SNS } from '@aws-sdk/client-sns';
import { SQS } from '@aws-sdk/client-sqs';

export async function openMailbox(name: string, topicArns: readonly string[]) {
  const sqs = new SQS();
  const { QueueUrl = '' } = await sqs.createQueue({ QueueName: name });
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['QueueArn'] });
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: Attributes?.QueueArn,
      },
    ],
  });
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } });
  const sns = new SNS();
  for (const TopicArn of topicArns) {
    await sns.subscribe({
      TopicArn,
      Protocol: 'sqs',
      Endpoint: Attributes?.QueueArn,
      Attributes: { RawMessageDelivery: 'true' },
    });
  }
  return { read: () => readAll(QueueUrl) };
}

/** Receives and deletes every message of the queue. Returns their bodies, parsed where they are JSON. */
export async function readAll(QueueUrl: string): Promise<Record<string, unknown>[]> {
  const sqs = new SQS();
  const bodies: Record<string, unknown>[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
    if (Messages.length === 0) return bodies;
    for (const { Body = '', ReceiptHandle } of Messages) {
      bodies.push(parsed(Body));
      await sqs.deleteMessage({ QueueUrl, ReceiptHandle });
    }
  }
}

function parsed(body: string) {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
