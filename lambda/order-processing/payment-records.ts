/**
 * The `payments` table: for each execution, by its identity, its PaymentIntent, whether the payment was reversed, and
 * what Stripe reported about it later. The record makes a charge happen once, long after Stripe has forgotten
 * idempotency keys. Under the id of an intent that an order brought along stands which execution has claimed it.
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

/** Attributes that list the ids of what Stripe reported. Each id is in a list once. */
export type Report = 'failedRefunds' | 'disputes' | 'disputesWon' | 'disputesLost' | 'canceledIntents';

interface Note {
  execution: string;
  paymentIntentId: string;
  report: Report;
  /** Stripe's id of the refund, the dispute or the intent. */
  id: string;
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
  /**
   * Notes what Stripe reported. Returns undefined, and changes nothing, when the intent is not on the execution's
   * record, or when it was cancelled because the payment was reversed.
   */
  note(note: Note): Promise<{ orderId: string; told: readonly string[] } | undefined>;
  /** Notes that a person was told of the refund or dispute `id`. */
  markTold(execution: string, id: string): Promise<void>;
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

    async note({ execution, paymentIntentId, report, id }) {
      // A payment that was reversed before ChargeCard recorded it has no intent on its record.
      const isOwn =
        'attribute_exists(execution) AND (attribute_not_exists(paymentIntentId) OR paymentIntentId = :intent)';
      const update = new UpdateItemCommand({
        ...keyOf(execution),
        UpdateExpression: 'ADD #report :ids SET updatedAt = :now',
        ConditionExpression:
          report === 'canceledIntents' ? `${isOwn} AND attribute_not_exists(reversed)` : isOwn,
        ExpressionAttributeNames: { '#report': report },
        ExpressionAttributeValues: {
          ':intent': { S: paymentIntentId },
          ':ids': { SS: [id] },
          ':now': { S: now().toISOString() },
        },
        ReturnValues: 'ALL_NEW',
      });
      try {
        const { Attributes } = await aws(() => dynamodb.send(update));
        return { orderId: Attributes?.orderId?.S ?? '', told: Attributes?.told?.SS ?? [] };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },

    async markTold(execution, id) {
      const update = new UpdateItemCommand({
        ...keyOf(execution),
        UpdateExpression: 'ADD told :ids',
        ExpressionAttributeValues: { ':ids': { SS: [id] } },
      });
      await aws(() => dynamodb.send(update));
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
