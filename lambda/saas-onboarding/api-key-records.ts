/**
 * The `api_keys` table. A key has two records: `key` holds its SHA-256, against which requests are checked; `sealed`
 * holds a copy encrypted with KMS until its owner claims it or it expires.
 */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { apiKeyIdOf, CLAIM_DAYS, KEY_RECORD, SEALED_RECORD } from '../../contracts/claim-token';
import { aws } from '../shared/aws';

/** A key as it is stored: the key itself cannot be read from it. */
interface SealedKey {
  userId: string;
  execution: string;
  /** SHA-256 in hexadecimal. */
  hash: string;
  sealed: Uint8Array;
}

export interface ApiKeyRecords {
  find(execution: string): Promise<'ACTIVE' | 'REVOKED' | undefined>;
  /** Writes both records. Returns false, and changes nothing, when the execution has a key or was barred. */
  store(key: SealedKey): Promise<boolean>;
  /**
   * Restarts the time in which the owner can claim the key. Returns false, and changes nothing, when it was claimed.
   *
   * @throws Error when the key was revoked or the time is up
   */
  renewClaim(execution: string): Promise<boolean>;
  /** Removes the execution's key, if there is one, and bars a late one. */
  revoke(userId: string, execution: string): Promise<void>;
}

interface Dependencies {
  dynamodb: Pick<DynamoDBClient, 'send'>;
  table: string;
  now: () => Date;
}

/** Every method throws RateLimited or TemporaryFailure when another try may work. */
export function createApiKeyRecords({ dynamodb, table, now }: Dependencies): ApiKeyRecords {
  const keyOf = (execution: string, record: string) => ({
    apiKeyId: { S: apiKeyIdOf(execution) },
    record: { S: record },
  });
  /** Epoch seconds, as DynamoDB's TTL requires. */
  const expiry = () => ({ N: String(Math.floor(now().getTime() / 1000) + CLAIM_DAYS * 24 * 3600) });

  return {
    async find(execution) {
      const Key = keyOf(execution, KEY_RECORD);
      const { Item } = await aws(() =>
        dynamodb.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true })),
      );
      if (!Item) return undefined;
      return Item.state?.S === 'ACTIVE' ? 'ACTIVE' : 'REVOKED';
    },

    async store({ userId, execution, hash, sealed }) {
      const of = { userId: { S: userId }, execution: { S: execution } };
      const put = (
        record: string,
        attributes: Record<string, { S: string } | { B: Uint8Array } | { N: string }>,
      ) => ({
        Put: {
          TableName: table,
          Item: { ...keyOf(execution, record), ...of, ...attributes },
          ConditionExpression: 'attribute_not_exists(apiKeyId)',
        },
      });
      const TransactItems = [
        put(KEY_RECORD, { state: { S: 'ACTIVE' }, hash: { S: hash }, createdAt: { S: now().toISOString() } }),
        put(SEALED_RECORD, { sealed: { B: sealed }, expiresAt: expiry() }),
      ];
      try {
        await aws(() => dynamodb.send(new TransactWriteItemsCommand({ TransactItems })));
        return true;
      } catch (error) {
        if (error instanceof TransactionCanceledException) return false;
        throw error;
      }
    },

    async renewClaim(execution) {
      try {
        await aws(() =>
          dynamodb.send(
            new UpdateItemCommand({
              TableName: table,
              Key: keyOf(execution, SEALED_RECORD),
              UpdateExpression: 'SET expiresAt = :expiry',
              ConditionExpression: 'attribute_exists(sealed)',
              ExpressionAttributeValues: { ':expiry': expiry() },
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            }),
          ),
        );
        return true;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        if (error.Item?.claimedAt) return false;
        throw new Error(
          `The API key of ${execution} was revoked or has expired: a link to it would lead nowhere`,
        );
      }
    },

    async revoke(userId, execution) {
      await aws(() =>
        dynamodb.send(
          new UpdateItemCommand({
            TableName: table,
            Key: keyOf(execution, KEY_RECORD),
            UpdateExpression:
              'SET #state = :revoked, #execution = :execution, userId = :userId, expiresAt = :expiry REMOVE #hash',
            ExpressionAttributeNames: { '#state': 'state', '#execution': 'execution', '#hash': 'hash' },
            ExpressionAttributeValues: {
              ':revoked': { S: 'REVOKED' },
              ':execution': { S: execution },
              ':userId': { S: userId },
              ':expiry': expiry(),
            },
          }),
        ),
      );
      // Runs after the mark, so that no late try can seal a copy again.
      const Key = keyOf(execution, SEALED_RECORD);
      await aws(() => dynamodb.send(new DeleteItemCommand({ TableName: table, Key })));
    },
  };
}
