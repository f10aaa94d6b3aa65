/**
 * What each execution has asked of Stripe, in the `payments` table, by the execution's identity: which PaymentIntent is its own, and whether
 * its payment was reversed. The record is what makes a charge happen once, whatever Stripe's idempotency keys
 * still remember.
 */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { aws } from '../shared/aws';

interface PaymentRecord {
  paymentIntentId: string | undefined;
  /** True once the payment is being undone: nothing may charge it any more. */
  reversed: boolean;
}

/** A payment as it is charged; the amount in minor units. */
interface Payment {
  execution: string;
  orderId: string;
  paymentIntentId: string;
  amount: number;
  currency: string;
}

export interface PaymentRecords {
  /** The record as it is now. */
  find(execution: string): Promise<PaymentRecord>;
  /** Makes the intent the execution's own. False when it has one already, or was reversed: nothing is changed. */
  record(payment: Payment): Promise<boolean>;
  /** Bars the execution from charging, also one that never charged; returns what there is to undo. */
  markReversed(execution: string, orderId: string): Promise<PaymentRecord>;
}

interface Dependencies {
  dynamodb: Pick<DynamoDBClient, 'send'>;
  table: string;
  now: () => Date;
}

/** All of it throws RateLimited or TemporaryFailure where another try may work. */
export function createPaymentRecords({ dynamodb, table, now }: Dependencies): PaymentRecords {
  const keyOf = (execution: string) => ({ TableName: table, Key: { execution: { S: execution } } });

  return {
    async find(execution) {
      const { Item } = await aws(() =>
        dynamodb.send(new GetItemCommand({ ...keyOf(execution), ConsistentRead: true })),
      );
      return toRecord(Item);
    },

    async record({ execution, orderId, paymentIntentId, amount, currency }) {
      try {
        await aws(() =>
          dynamodb.send(
            new UpdateItemCommand({
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
          ),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

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
