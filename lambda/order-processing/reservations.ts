/**
 * The `reservations` table: one item per order, which the state ReserveInventory writes when it takes the stock. The
 * item's state is HELD, then RELEASED or SHIPPED. `released` lists the identities of executions that must not reserve
 * any more.
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
  /** Whether this execution reserved the order's stock, shipped or not. */
  isHeld(reservation: Reservation): Promise<boolean>;
  /** Gives back the stock and bars the execution. Returns false, and changes nothing, when it holds no stock. */
  release(reservation: Reservation, items: OrderLine[]): Promise<boolean>;
  /** Bars an execution that holds nothing. Returns false, and changes nothing, when it holds stock. */
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

/** Every method throws TemporaryFailure or RateLimited when it met another writer or when a later try may work. */
export function createReservations({
  dynamodb,
  reservationsTable,
  inventoryTable,
}: Dependencies): Reservations {
  const keyOf = (orderId: string) => ({ TableName: reservationsTable, Key: { orderId: { S: orderId } } });

  return {
    async isHeld({ orderId, execution }) {
      const found = await findReservation({ dynamodb, reservationsTable }, orderId);
      return found?.execution === execution && (found.state === 'HELD' || found.state === 'SHIPPED');
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
          // ADD, not SET: it also works when the product was removed from the table meanwhile.
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

/** Returns who reserved the order's stock last, and what became of it: HELD, RELEASED or SHIPPED. */
export async function findReservation(
  { dynamodb, reservationsTable }: Omit<Dependencies, 'inventoryTable'>,
  orderId: string,
): Promise<{ execution: string | undefined; state: string | undefined } | undefined> {
  const Key = { orderId: { S: orderId } };
  const { Item } = await aws(() =>
    dynamodb.send(new GetItemCommand({ TableName: reservationsTable, Key, ConsistentRead: true })),
  );
  return Item && { execution: Item.execution?.S, state: Item.state?.S };
}

export interface Shipments {
  /**
   * Marks the order as shipped, so that no other execution ships it. Returns false, and changes nothing, when this
   * execution does not hold the stock.
   */
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

/** Returns false when a condition was not met. */
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
