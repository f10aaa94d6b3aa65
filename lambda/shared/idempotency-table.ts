/**
 * Where Powertools keeps what was done: a table with the key `id` (text) and TTL on `expiration`. Powertools' own
 * layer for DynamoDB does the same, but needs a marshalling library that nothing else here uses.
 */
import {
  IdempotencyItemAlreadyExistsError,
  IdempotencyItemNotFoundError,
} from '@aws-lambda-powertools/idempotency';
import { BasePersistenceLayer, IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

interface Dependencies {
  dynamodb: Pick<DynamoDBClient, 'send'>;
  table: string;
}

export class IdempotencyTable extends BasePersistenceLayer {
  constructor(private readonly dependencies: Dependencies) {
    super();
  }

  /** Takes the record unless it is taken: by work that is done, or by a try whose time is not over. */
  protected override async _putRecord(record: IdempotencyRecord): Promise<void> {
    const now = Date.now();
    const inProgressExpiry = record.inProgressExpiryTimestamp;
    try {
      await this.dependencies.dynamodb.send(
        new PutItemCommand({
          TableName: this.dependencies.table,
          Item: {
            id: { S: record.idempotencyKey },
            status: { S: record.getStatus() },
            expiration: { N: String(record.expiryTimestamp) },
            ...(inProgressExpiry !== undefined && { inProgressExpiration: { N: String(inProgressExpiry) } }),
          },
          ConditionExpression:
            'attribute_not_exists(id) OR expiration < :seconds OR (#status = :inProgress AND inProgressExpiration < :milliseconds)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: {
            ':seconds': { N: String(now / 1000) },
            ':milliseconds': { N: String(now) },
            ':inProgress': { S: 'INPROGRESS' },
          },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      throw new IdempotencyItemAlreadyExistsError(`There is a record of ${record.idempotencyKey}`);
    }
  }

  protected override async _getRecord(idempotencyKey: string): Promise<IdempotencyRecord> {
    const { Item } = await this.dependencies.dynamodb.send(
      new GetItemCommand({ ...this.#keyOf(idempotencyKey), ConsistentRead: true }),
    );
    if (!Item) throw new IdempotencyItemNotFoundError(`There is no record of ${idempotencyKey}`);
    const { status, expiration, inProgressExpiration, response } = Item;
    return new IdempotencyRecord({
      idempotencyKey,
      status: status?.S === 'COMPLETED' ? 'COMPLETED' : 'INPROGRESS',
      expiryTimestamp: Number(expiration?.N),
      ...(inProgressExpiration?.N && { inProgressExpiryTimestamp: Number(inProgressExpiration.N) }),
      ...(response?.S && { responseData: JSON.parse(response.S) }),
    });
  }

  protected override async _updateRecord(record: IdempotencyRecord): Promise<void> {
    await this.dependencies.dynamodb.send(
      new UpdateItemCommand({
        ...this.#keyOf(record.idempotencyKey),
        UpdateExpression: 'SET #status = :status, expiration = :expiration, #response = :response',
        ExpressionAttributeNames: { '#status': 'status', '#response': 'response' },
        ExpressionAttributeValues: {
          ':status': { S: record.getStatus() },
          ':expiration': { N: String(record.expiryTimestamp) },
          ':response': { S: JSON.stringify(record.responseData) },
        },
      }),
    );
  }

  protected override async _deleteRecord(record: IdempotencyRecord): Promise<void> {
    await this.dependencies.dynamodb.send(new DeleteItemCommand(this.#keyOf(record.idempotencyKey)));
  }

  #keyOf(idempotencyKey: string) {
    return { TableName: this.dependencies.table, Key: { id: { S: idempotencyKey } } };
  }
}
