/**
 * The reservation of an order and the stock that it took: one item per order in the `reservations` table, made by the
 * state ReserveInventory. Its state is HELD, then RELEASED or SHIPPED. `released` lists the executions, by identity,
 * that may not reserve any more.
 */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { OrderLine } from '../../contracts/types';
import { aws } from '../shared/aws';
import { RateLimited, TemporaryFailure } from '../shared/errors';

export interface Reservation {
  orderId: string;
  /** The execution's identity. */
  execution: string;
}

export interface Reservations {
  /** Whether the order's stock is this very execution's, shipped or not. */
  isHeld(reservation: Reservation): Promise<boolean>;
  /** Gives back the stock and bars the execution. False when it does not hold the stock (any more): nothing is changed. */
  release(reservation: Reservation, items: OrderLine[]): Promise<boolean>;
  /** Bars an execution that holds nothing. False when it does hold stock: nothing is changed. */
  bar(reservation: Reservation): Promise<boolean>;
}

interface Dependencies {
  dynamodb: Pick<DynamoDBClient, 'send'>;
  reservationsTable: string;
  inventoryTable: string;
}

const STATE = { '#state': 'state' };
const RELEASED = { ':released': { S: 'RELEASED' } };
const HELD = { ':held': { S: 'HELD' } };
const SHIPPED = { ':shipped': { S: 'SHIPPED' } };

/** All of it throws TemporaryFailure or RateLimited when it met another writer, or may work later. */
export function createReservations({
  dynamodb,
  reservationsTable,
  inventoryTable,
}: Dependencies): Reservations {
  const keyOf = (orderId: string) => ({ TableName: reservationsTable, Key: { orderId: { S: orderId } } });

  return {
    async isHeld({ orderId, execution }) {
      const { Item } = await aws(() =>
        dynamodb.send(new GetItemCommand({ ...keyOf(orderId), ConsistentRead: true })),
      );
      return Item?.execution?.S === execution && (Item.state?.S === 'HELD' || Item.state?.S === 'SHIPPED');
    },

    async release({ orderId, execution }, items) {
      const reservation = {
        ...keyOf(orderId),
        UpdateExpression: 'SET #state = :released ADD released :executions',
        ConditionExpression: 'execution = :execution AND (#state = :held OR #state = :shipped)',
        ExpressionAttributeNames: STATE,
        ExpressionAttributeValues: {
          ...HELD,
          ...SHIPPED,
          ...RELEASED,
          ':execution': { S: execution },
          ':executions': { SS: [execution] },
        },
      };
      const stock = items.map(({ sku, quantity }) => ({
        Update: {
          TableName: inventoryTable,
          Key: { sku: { S: sku } },
          // ADD, not SET: what was reserved goes back also when the product has been taken off the list meanwhile.
          UpdateExpression: 'ADD available :quantity',
          ExpressionAttributeValues: { ':quantity': { N: String(quantity) } },
        },
      }));
      const transaction = new TransactWriteItemsCommand({
        TransactItems: [{ Update: reservation }, ...stock],
      });
      return unlessRefused(() => dynamodb.send(transaction));
    },

    async bar({ orderId, execution }) {
      const mark = new UpdateItemCommand({
        ...keyOf(orderId),
        UpdateExpression: 'SET #state = if_not_exists(#state, :released) ADD released :executions',
        ConditionExpression:
          'attribute_not_exists(execution) OR execution <> :execution OR #state = :released',
        ExpressionAttributeNames: STATE,
        ExpressionAttributeValues: {
          ...RELEASED,
          ':execution': { S: execution },
          ':executions': { SS: [execution] },
        },
      });
      return unlessRefused(() => dynamodb.send(mark));
    },
  };
}

export interface Shipments {
  /** Marks the order as shipped: no other execution ships it. False when this one does not hold its stock: nothing is changed. */
  record(reservation: Reservation): Promise<boolean>;
}

/** Throws as `createReservations` does. */
export const createShipments = ({
  dynamodb,
  reservationsTable,
}: Omit<Dependencies, 'inventoryTable'>): Shipments => ({
  record: ({ orderId, execution }) =>
    unlessRefused(() =>
      dynamodb.send(
        new UpdateItemCommand({
          TableName: reservationsTable,
          Key: { orderId: { S: orderId } },
          UpdateExpression: 'SET #state = :shipped',
          ConditionExpression: 'execution = :execution AND (#state = :held OR #state = :shipped)',
          ExpressionAttributeNames: STATE,
          ExpressionAttributeValues: { ...HELD, ...SHIPPED, ':execution': { S: execution } },
        }),
      ),
    ),
});

/** False when a condition was not met. */
async function unlessRefused(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await aws(write);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
    if (codes.includes('ConditionalCheckFailed')) return false;
    if (codes.includes('TransactionConflict')) throw new TemporaryFailure(error.message, { cause: error });
    if (codes.some((code) => code === 'ThrottlingError' || code === 'ProvisionedThroughputExceeded')) {
      throw new RateLimited(error.message, { cause: error });
    }
    throw error;
  }
}
