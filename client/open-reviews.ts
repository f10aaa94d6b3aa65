// Reads the payments that wait for a reviewer. Nothing here writes.

import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { ReviewCustomer } from '../contracts/types';

export type ReviewDecision = 'APPROVED' | 'REJECTED';

export interface Review {
  /** Name of the order's execution. */
  execution: string;
  orderId: string;
  /** Minor units of `currency`. */
  amount: number;
  currency: string;
  customer: ReviewCustomer;
  requestedAt: Date;
  /** After this time no answer counts, and the order is undone. */
  expiresAt: Date;
  /** How many people must approve. One is enough to reject. */
  reviewers: number;
  /** The first of two approvals. */
  firstApproval?: { by: string; at: Date };
  answer?: Answer;
}

export interface Answer {
  decision: ReviewDecision;
  by: string;
  at: Date;
  /** Whether the waiting order received the answer. */
  delivered: boolean;
}

export interface OpenReviewsSettings {
  /** The stack output `ReviewsTableName` of OrderProcessing. */
  readonly reviewsTable: string;
  readonly dynamodb: DynamoDBClient;
  /** @default the current time */
  readonly now?: () => Date;
}

/** Reviews without an answer, or whose recorded answer did not reach the order. The oldest come first. */
export async function openReviews(settings: OpenReviewsSettings): Promise<Review[]> {
  const { dynamodb, reviewsTable, now = () => new Date() } = settings;
  const reviews: Review[] = [];
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamodb.send(new ScanCommand({ TableName: reviewsTable, ExclusiveStartKey }));
    reviews.push(...(page.Items ?? []).map(reviewOf));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return reviews
    .filter(({ answer, expiresAt }) => !answer?.delivered && expiresAt > now())
    .sort((a, b) => a.requestedAt.getTime() - b.requestedAt.getTime());
}

export function reviewOf(item: Record<string, AttributeValue>): Review {
  const decision = item.decision?.S;
  return {
    execution: item.execution?.S ?? '',
    orderId: item.orderId?.S ?? '',
    amount: Number(item.amount?.N),
    currency: item.currency?.S ?? '',
    customer: JSON.parse(item.customer?.S ?? '{"known":false}'),
    requestedAt: new Date(item.requestedAt?.S ?? 0),
    expiresAt: new Date(item.expiresAt?.S ?? 0),
    reviewers: Number(item.reviewers?.N ?? 1),
    ...(item.firstApprovedBy?.S && {
      firstApproval: { by: item.firstApprovedBy.S, at: new Date(item.firstApprovedAt?.S ?? 0) },
    }),
    ...((decision === 'APPROVED' || decision === 'REJECTED') && {
      answer: {
        decision,
        by: item.decidedBy?.S ?? 'somebody',
        at: new Date(item.decidedAt?.S ?? 0),
        delivered: item.delivered?.BOOL === true,
      },
    }),
  };
}
