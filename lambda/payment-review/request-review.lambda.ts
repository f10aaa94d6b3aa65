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
  /** ARN of the execution of payment-review that waits under the token. */
  waitingExecution: string;
  /** How often that execution was redriven, and this state retried since. */
  redrives: number;
  retries: number;
  /**
   * `execution` is the name of the order's execution, under which the review is kept; `startedAt` and `redrives` are that
   * execution's, too; `amount` is in minor units.
   */
  order: {
    orderId: string;
    execution: string;
    startedAt: string;
    redrives: number;
    customerId: string;
    amount: number;
    currency: string;
  };
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

/** Another try of the same order. An answer that was recorded stays; as not delivered, because this token has not had it. */
const SAME_ORDER = {
  condition: 'attribute_not_exists(startedAt) OR (startedAt = :startedAt AND turn <= :turn)',
  remove: 'REMOVE delivered',
};

/** The name has come again. What was answered then is no answer now. */
const EARLIER_ORDER = {
  condition: 'startedAt < :startedAt',
  remove: 'REMOVE delivered, decision, decidedBy, decidedAt',
};

/** Compares as text as it does as a number. */
const sortable = (count: number) => String(count).padStart(6, '0');

/** @throws TemporaryFailure, RateLimited */
export const createRequestReview = (dependencies: Dependencies) => {
  const { dynamodb, sns, reviewsTable, topicArn, timeoutSeconds, stage, now } = dependencies;

  return async (request: Payload): Promise<Record<string, never>> => {
    const { order, customer } = request;
    const requestedAt = now();
    const expiresAt = new Date(requestedAt.getTime() + timeoutSeconds * 1000);
    const isLatest =
      (await record(request, requestedAt, expiresAt, SAME_ORDER)) ||
      (await record(request, requestedAt, expiresAt, EARLIER_ORDER));
    if (isLatest) await tellReviewers(order, customer, expiresAt);
    return {};
  };

  /**
   * A retry, or the redrive of a stopped order, has a new token, which replaces the old one.
   * @returns false when a later try was here before, whose token this one's must not replace; or when what is on record
   *   is not what `replaced` says
   */
  async function record(
    { taskToken, waitingExecution, redrives, retries, order, customer }: Payload,
    requestedAt: Date,
    expiresAt: Date,
    replaced: typeof SAME_ORDER | typeof EARLIER_ORDER,
  ): Promise<boolean> {
    const expires = Math.floor(expiresAt.getTime() / 1000);
    const put = new UpdateItemCommand({
      TableName: reviewsTable,
      Key: { execution: { S: order.execution } },
      UpdateExpression:
        'SET taskToken = :taskToken, orderId = :orderId, amount = :amount, currency = :currency, ' +
        'customer = :customer, requestedAt = :requestedAt, expiresAt = :expiresAt, expiration = :expiration, ' +
        `waitingExecution = :waiting, startedAt = :startedAt, turn = :turn ${replaced.remove}`,
      ConditionExpression: replaced.condition,
      ExpressionAttributeValues: {
        ':taskToken': { S: taskToken },
        ':waiting': { S: waitingExecution },
        ':startedAt': { S: order.startedAt },
        ':turn': { S: [order.redrives, redrives, retries].map(sortable).join('/') },
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
