// Records a reviewer's answer to a payment that waits for it. The first recorded answer wins.

import {
  type AttributeValue,
  ConditionalCheckFailedException,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  InvalidToken,
  SendTaskSuccessCommand,
  type SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import {
  type Answer,
  type OpenReviewsSettings,
  type Review,
  type ReviewDecision,
  reviewOf,
} from './open-reviews';

export { openReviews, type Review, type ReviewDecision } from './open-reviews';

export interface ReviewSettings extends OpenReviewsSettings {
  readonly sfn: SFNClient;
}

/** The answer was refused and changed nothing. `message` is a sentence for the reviewer. */
export class ReviewRefused extends Error {
  override readonly name = 'ReviewRefused';

  constructor(
    readonly reason: 'UNKNOWN' | 'DECIDED_OTHERWISE' | 'NOT_YET' | 'OVER',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Records an answer and sends it to the waiting order. The same answer given again is sent only if it had not arrived.
 *
 * @returns the review as it is now; the recorded answer may be another reviewer's with the same decision. Without an
 *   answer, the approval is the first of two: it is recorded, and another person must approve too
 * @throws ReviewRefused when there is no such review, another decision is recorded, or nothing waits for an answer
 * @throws the SDK's errors; the answer may then be recorded without having arrived, and can be given again
 */
export async function answerReview(
  execution: string,
  { decision, by }: { decision: ReviewDecision; by: string },
  settings: ReviewSettings,
): Promise<Review> {
  const { dynamodb, sfn, reviewsTable: TableName, now = () => new Date() } = settings;
  const Key = { execution: { S: execution } };

  let item = await recorded();
  for (;;) {
    const { answer } = reviewOf(item);
    if (!answer) return reviewOf(item);
    if (answer.decision !== decision)
      throw new ReviewRefused('DECIDED_OTHERWISE', contradiction(execution, answer));
    if (answer.delivered) return { ...reviewOf(item), answer };

    const taskToken = item.taskToken?.S ?? '';
    const sent = await send(taskToken);
    if (sent && (await markDelivered(taskToken))) {
      return { ...reviewOf(item), answer: { ...answer, delivered: true } };
    }
    // A task that was retried or redriven meanwhile waits under a new token.
    item = await read();
    if (!sent && item.taskToken?.S === taskToken) {
      if (await waits(item.waitingExecution?.S)) {
        throw new ReviewRefused(
          'NOT_YET',
          `${execution} waits, but has not said under which token: give the answer again in a minute. It is recorded.`,
        );
      }
      throw new ReviewRefused(
        'OVER',
        `Nothing waits for the answer to ${execution} any more: the review has ended, or the answer arrived before.`,
      );
    }
  }

  /** Whether the review is under way: a try whose request has not arrived yet may replace the token. */
  async function waits(executionArn: string | undefined): Promise<boolean> {
    if (executionArn === undefined) return false;
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING';
  }

  async function read(): Promise<Record<string, AttributeValue>> {
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    if (!Item) throw new ReviewRefused('UNKNOWN', `There is no payment review of ${execution}.`);
    return Item;
  }

  /** The record with this answer, or with the one that came first; without one after the first of two approvals. */
  async function recorded(): Promise<Record<string, AttributeValue>> {
    const found = await read();
    const { answer, expiresAt, reviewers, firstApproval } = reviewOf(found);
    if (answer) return found;
    if (expiresAt <= now()) {
      throw new ReviewRefused(
        'OVER',
        `The review of ${execution} ended without an answer, at ${expiresAt.toISOString()}.`,
      );
    }
    const needsTwo = decision === 'APPROVED' && reviewers > 1;
    const isFirst = needsTwo && !firstApproval;
    const undecided = 'attribute_exists(taskToken) AND attribute_not_exists(decision)';
    const second = needsTwo ? ' AND firstApprovedBy <> :by' : '';
    const answered = {
      UpdateExpression: 'SET decision = :decision, decidedBy = :by, decidedAt = :at',
      ConditionExpression: undecided + second,
    };
    const approvedOnce = {
      UpdateExpression: 'SET firstApprovedBy = :by, firstApprovedAt = :at',
      ConditionExpression: `${undecided} AND attribute_not_exists(firstApprovedBy)`,
    };
    try {
      const { Attributes } = await dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key,
          ...(isFirst ? approvedOnce : answered),
          ExpressionAttributeValues: {
            ...(isFirst ? {} : { ':decision': { S: decision } }),
            ':by': { S: by },
            ':at': { S: now().toISOString() },
          },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return Attributes ?? read();
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const latest = await read();
      // Somebody else was the first: this approval is the second.
      return isFirst && reviewOf(latest).firstApproval ? recorded() : latest;
    }
  }

  async function send(taskToken: string): Promise<boolean> {
    try {
      await sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ decision }) }));
      return true;
    } catch (error) {
      if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken)
        return false;
      throw error;
    }
  }

  /** Not when the token has been replaced meanwhile: the new one has not been answered. */
  async function markDelivered(taskToken: string): Promise<boolean> {
    try {
      await dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: 'SET delivered = :true',
          ConditionExpression: 'taskToken = :taskToken',
          ExpressionAttributeValues: { ':true': { BOOL: true }, ':taskToken': { S: taskToken } },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

function contradiction(execution: string, { decision, by, at, delivered }: Answer): string {
  const came = `${execution} was ${decision} by ${by} at ${at.toISOString()}, and the first answer counts.`;
  return delivered ? came : `${came} It has not arrived yet: give that answer once more to send it.`;
}
