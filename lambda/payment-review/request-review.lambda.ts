/**
 * Asks a person about a payment: keeps the task token for the command that answers, and tells the reviewers.
 * Nothing here waits; the state machine does.
 */
import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { ReviewCustomer } from '../../contracts/types';
import { aws, clientConfig } from '../shared/aws';
import { environment, lambdaHandler } from '../shared/handler';

interface Payload {
  /** Goes into the record and nowhere else: who has it can approve the payment. */
  taskToken: string;
  /** `amount` in minor units; `execution` is the order's, under which the review is kept. */
  order: { orderId: string; execution: string; customerId: string; amount: number; currency: string };
  customer: ReviewCustomer;
}

interface Dependencies {
  dynamodb: Pick<DynamoDBClient, 'send'>;
  sns: Pick<SNSClient, 'send'>;
  reviewsTable: string;
  topicArn: string;
  /** How long the state machine waits for the answer. */
  timeoutSeconds: number;
  /** The stage's name, for the commands that answer. */
  stage: string;
  now: () => Date;
}

/** Kept this much longer than an answer can be given, so that a late reviewer is told what became of it. */
const KEPT_SECONDS = 30 * 86_400;

/** @throws TemporaryFailure, RateLimited */
export const createRequestReview = (dependencies: Dependencies) => {
  const { dynamodb, sns, reviewsTable, topicArn, timeoutSeconds, stage, now } = dependencies;

  return async ({ taskToken, order, customer }: Payload): Promise<Record<string, never>> => {
    const requestedAt = now();
    const expiresAt = new Date(requestedAt.getTime() + timeoutSeconds * 1000);
    const isLatest = await record({ taskToken, order, customer }, requestedAt, expiresAt);
    if (isLatest) await tellReviewers(order, customer, expiresAt);
    return {};
  };

  /**
   * A retry, or the redrive of a stopped order, has a new token, which replaces the old one. An answer that was
   * recorded meanwhile stays; marked as not delivered, because the new token has not had it.
   * @returns false when a later try was here before: this one's token is void, nobody waits for it
   */
  async function record(
    { taskToken, order, customer }: Payload,
    requestedAt: Date,
    expiresAt: Date,
  ): Promise<boolean> {
    const expires = Math.floor(expiresAt.getTime() / 1000);
    const put = new UpdateItemCommand({
      TableName: reviewsTable,
      Key: { execution: { S: order.execution } },
      UpdateExpression:
        'SET taskToken = :taskToken, orderId = :orderId, amount = :amount, currency = :currency, ' +
        'customer = :customer, requestedAt = :requestedAt, expiresAt = :expiresAt, expiration = :expiration ' +
        'REMOVE delivered',
      ConditionExpression: 'attribute_not_exists(requestedAt) OR requestedAt <= :requestedAt',
      ExpressionAttributeValues: {
        ':taskToken': { S: taskToken },
        ':orderId': { S: order.orderId },
        ':amount': { N: String(order.amount) },
        ':currency': { S: order.currency },
        ':customer': { S: JSON.stringify(customer) },
        ':requestedAt': { S: requestedAt.toISOString() },
        ':expiresAt': { S: expiresAt.toISOString() },
        ':expiration': { N: String(expires + KEPT_SECONDS) },
      },
    });
    try {
      await aws(() => dynamodb.send(put));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async function tellReviewers(
    { orderId, execution, amount, currency }: Payload['order'],
    customer: ReviewCustomer,
    expiresAt: Date,
  ): Promise<void> {
    const command = (answer: string) => `npm run workflows -- review ${answer} ${execution} --stage ${stage}`;
    const message = {
      orderId,
      execution,
      amount,
      currency,
      customer,
      expiresAt: expiresAt.toISOString(),
      approve: command('approve'),
      reject: command('reject'),
    };
    const publish = new PublishCommand({
      TopicArn: topicArn,
      Subject: `Payment review: order ${orderId}`,
      Message: JSON.stringify(message),
    });
    await aws(() => sns.send(publish));
  }
};

export const handler = lambdaHandler(
  () =>
    createRequestReview({
      dynamodb: new DynamoDBClient(clientConfig),
      sns: new SNSClient(clientConfig),
      reviewsTable: environment('REVIEWS_TABLE'),
      topicArn: environment('REVIEWERS_TOPIC_ARN'),
      timeoutSeconds: Number(environment('REVIEW_TIMEOUT_SECONDS')),
      stage: environment('STAGE'),
      now: () => new Date(),
    }),
  ({ order }: Payload) => ({ orderId: order.orderId, execution: order.execution }),
);
