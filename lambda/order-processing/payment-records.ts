/**
 * The `payments` table: for each execution, by its identity, its PaymentIntent and whether the payment was reversed.
 * The record makes a charge happen once, long after Stripe has forgotten idempotency keys. Under the id of an intent
 * that an order brought along stands which execution has claimed it.
 */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { aws } from '../shared/aws';

interface PaymentRecord {
  paymentIntentId: string | undefined;
  /** True once the payment is being undone. From then on it must not be charged. */
  reversed: boolean;
}

/** A payment to record. The amount is in minor units. */
interface Payment {
  execution: string;
  orderId: string;
  paymentIntentId: string;
  amount: number;
  currency: string;
}

export interface PaymentRecords {
  /** Reads the current record. */
  find(execution: string): Promise<PaymentRecord>;
  /** Records the intent as the execution's. Returns false, and changes nothing, when it has one or was reversed. */
  record(payment: Payment): Promise<boolean>;
  /**
   * Makes an intent that the order brought along the execution's. Returns false, and changes nothing, when another
   * execution has claimed it.
   */
  claim(claim: Pick<Payment, 'execution' | 'orderId' | 'paymentIntentId'>): Promise<boolean>;
  /** Returns which execution has claimed an intent that its order brought along. */
  claimant(paymentIntentId: string): Promise<string | undefined>;
  /** Bars the execution from charging, even one that never charged. Returns the record to undo. */
  markReversed(execution: string, orderId: string): Promise<PaymentRecord>;
}

interface Dependencies {
  dynamodb: Pick<DynamoDBClient, 'send'>;
  table: string;
  now: () => Date;
}

/** Every method throws RateLimited or TemporaryFailure when another try may work. */
export function createPaymentRecords({ dynamodb, table, now }: Dependencies): PaymentRecords {
  const keyOf = (execution: string) => ({ TableName: table, Key: { execution: { S: execution } } });

  async function read(key: string) {
    const { Item } = await aws(() =>
      dynamodb.send(new GetItemCommand({ ...keyOf(key), ConsistentRead: true })),
    );
    return Item;
  }

  /** Returns false when the condition was not met. */
  async function unlessRefused(update: UpdateItemCommandInput): Promise<boolean> {
    try {
      await aws(() => dynamodb.send(new UpdateItemCommand(update)));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  return {
    find: async (execution) => toRecord(await read(execution)),

    record: ({ execution, orderId, paymentIntentId, amount, currency }) =>
      unlessRefused({
        ...keyOf(execution),
        UpdateExpression:
          'SET orderId = :orderId, paymentIntentId = :intent, amount = :amount, currency = :currency, updatedAt = :now',
        ConditionExpression: 'attribute_not_exists(execution)',
        ExpressionAttributeValues: {
          ':orderId': { S: orderId },
          ':intent': { S: paymentIntentId },
          ':amount': { N: String(amount) },
          ':currency': { S: currency },
          ':now': { S: now().toISOString() },
        },
      }),

    claim: ({ execution, orderId, paymentIntentId }) =>
      unlessRefused({
        ...keyOf(paymentIntentId),
        UpdateExpression: 'SET orderId = :orderId, claimedBy = :claimant, updatedAt = :now',
        ConditionExpression: 'attribute_not_exists(claimedBy) OR claimedBy = :claimant',
        ExpressionAttributeValues: {
          ':orderId': { S: orderId },
          ':claimant': { S: execution },
          ':now': { S: now().toISOString() },
        },
      }),

    claimant: async (paymentIntentId) => (await read(paymentIntentId))?.claimedBy?.S,

    async markReversed(execution, orderId) {
      const { Attributes } = await aws(() =>
        dynamodb.send(
          new UpdateItemCommand({
            ...keyOf(execution),
            UpdateExpression: 'SET orderId = :orderId, reversed = :true, updatedAt = :now',
            ExpressionAttributeValues: {
              ':orderId': { S: orderId },
              ':true': { BOOL: true },
              ':now': { S: now().toISOString() },
            },
            ReturnValues: 'ALL_NEW',
          }),
        ),
      );
      return toRecord(Attributes);
    },
  };
}

const toRecord = (
  item: Record<string, { S?: string | undefined; BOOL?: boolean | undefined }> = {},
): PaymentRecord => ({
  paymentIntentId: item.paymentIntentId?.S,
  reversed: item.reversed?.BOOL ?? false,
});
