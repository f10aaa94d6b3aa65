/**
 * Asks a person about a payment: stores the task token for the command that answers, and notifies the reviewers.
 * The state machine waits for the answer; this function does not.
 */
import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { executionIdentity } from '../../contracts/identity';
import type { ReviewCustomer } from '../../contracts/types';
import { aws, clientConfig } from '../shared/aws';
import { environment, lambdaHandler } from '../shared/handler';

interface Payload {
  /** Stored in the record and nowhere else, because whoever holds it can approve the payment. */
  taskToken: string;
  /** ARN of the payment-review execution that waits for the token. */
  waitingExecution: string;
  /** How often that execution was redriven, and how often this state was retried since. */
  redrives: number;
  retries: number;
  /**
   * `execution` is the name of the order's execution and the key of the review. `startedAt` and `redrives` are that
   * execution's too. `amount` is in minor units.
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
  /**
   * Minor units by currency: from these amounts on two people must approve, as in a currency that is not there.
   * Undefined: one is always enough.
   */
  twoReviewersFrom: Readonly<Record<string, number>> | undefined;
  /** Name of the stage, for the commands in the message. */
  stage: string;
  now: () => Date;
}

/** The record outlives the review by this much, so that a late reviewer learns how it ended. */
const KEPT_SECONDS = 30 * 86_400;

/** Another try of the same order: a recorded answer stays, but counts as not delivered to the new token. */
const SAME_ORDER = {
  condition: 'attribute_not_exists(startedAt) OR (startedAt = :startedAt AND turn <= :turn)',
  remove: 'REMOVE delivered',
};

/** The record is of an earlier order with the same execution name, whose answer must not count for this one. */
const EARLIER_ORDER = {
  condition: 'startedAt < :startedAt',
  remove: 'REMOVE delivered, decision, decidedBy, decidedAt, firstApprovedBy, firstApprovedAt',
};

/** Pads the number, so that texts sort as the numbers do. */
const sortable = (count: number) => String(count).padStart(6, '0');

/** @throws TemporaryFailure, RateLimited */
export const createRequestReview = (dependencies: Dependencies) => {
  const { dynamodb, sns, reviewsTable, topicArn, timeoutSeconds, twoReviewersFrom, stage, now } =
    dependencies;

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

  /** How many people must approve. */
  function reviewersOf({ amount, currency }: Payload['order']): 1 | 2 {
    return twoReviewersFrom && amount >= (twoReviewersFrom[currency] ?? 0) ? 2 : 1;
  }

  /**
   * Stores the token. That of a retry, or of a redriven order, replaces the older one.
   * @returns false when a later try has already stored its token, which must not be replaced, or when the record is not
   *   the one that `replaced` describes
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
        'reviewers = :reviewers, customer = :customer, requestedAt = :requestedAt, expiresAt = :expiresAt, expiration = :expiration, ' +
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
        ':reviewers': { N: String(reviewersOf(order)) },
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
    order: Payload['order'],
    customer: ReviewCustomer,
    expiresAt: Date,
  ): Promise<void> {
    const { orderId, execution, startedAt, redrives, amount, currency } = order;
    const command = (answer: string) => `npm run workflows -- review ${answer} ${execution} --stage ${stage}`;
    const message = {
      // A redriven order is reviewed anew, which is news.
      noticeId: `${executionIdentity(execution, new Date(startedAt))}/REVIEW_${redrives}`,
      orderId,
      execution,
      amount,
      currency,
      reviewers: reviewersOf(order),
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
      twoReviewersFrom: JSON.parse(environment('TWO_REVIEWERS_FROM')) ?? undefined,
      stage: environment('STAGE'),
      now: () => new Date(),
    }),
  ({ order }: Payload) => ({ orderId: order.orderId, execution: order.execution }),
);
