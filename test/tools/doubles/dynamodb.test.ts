import { createDynamoDB } from '../../../tools/doubles/dynamodb';

const now = { at: 0 };
const create = () => createDynamoDB({ stock: 'sku' }, () => new Date(now.at));
const key = { TableName: 'stock', Key: { sku: { S: 'MUG' } } };
const take = (count: number) => ({
  Update: {
    ...key,
    UpdateExpression: 'SET available = available - :n',
    ConditionExpression: 'available >= :n',
    ExpressionAttributeValues: { ':n': { N: String(count) } },
  },
});

function start() {
  const db = create();
  db.seed('stock', { sku: { S: 'MUG' }, available: { N: '10' }, tags: { SS: ['new', 'blue'] } });
  return { ...db, available: () => db.get('stock', 'MUG')?.available?.N };
}

test.each([
  ['attribute_exists(sku) AND attribute_not_exists(price)', true],
  ['available = :ten AND NOT available <> :ten', true],
  ['available > :ten OR available < :ten', false],
  ['available <= :ten AND (price = :ten OR price <> :ten)', true],
  ['contains(tags, :blue) AND NOT contains(tags, :ten)', true],
  ['NOT (contains(#tags, :blue) OR contains(price, :blue))', false],
  ['price >= :ten', false],
])('%s: %s', async (ConditionExpression, met) => {
  const { call } = start();
  const used = (all: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => ConditionExpression.includes(name)));
  const write = call('updateItem', {
    ...key,
    UpdateExpression: 'REMOVE nothing',
    ConditionExpression,
    ExpressionAttributeNames: used({ '#tags': 'tags' }),
    ExpressionAttributeValues: used({ ':ten': { N: '10.0' }, ':blue': { S: 'blue' } }),
  });
  if (met) await write;
  else await expect(write).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
});

test('a condition that is not met returns the current item on request', async () => {
  const { call, get } = start();
  const put = (ReturnValuesOnConditionCheckFailure?: string) =>
    call('putItem', {
      TableName: 'stock',
      Item: { sku: { S: 'MUG' } },
      ConditionExpression: 'attribute_not_exists(sku)',
      ReturnValuesOnConditionCheckFailure,
    });
  await expect(put('ALL_OLD')).rejects.toMatchObject({ Item: get('stock', 'MUG') });
  await expect(put()).rejects.toHaveProperty('Item', undefined);
});

test('an update reads the item as it was, whatever the order of its clauses', async () => {
  const { call } = start();
  const { Attributes } = (await call('updateItem', {
    ...key,
    UpdateExpression:
      'ADD available :n, tags :tags SET was = available, first = if_not_exists(first, :n) REMOVE price',
    ExpressionAttributeValues: { ':n': { N: '5' }, ':tags': { SS: ['blue', 'big'] } },
    ReturnValues: 'ALL_NEW',
  })) as { Attributes: object };
  expect(Attributes).toEqual({
    sku: { S: 'MUG' },
    available: { N: '15' },
    was: { N: '10' },
    first: { N: '5' },
    tags: { SS: ['new', 'blue', 'big'] },
  });
});

test('a transaction is all or nothing, and the error says which condition failed', async () => {
  const { call, available } = start();
  const other = { Put: { TableName: 'stock', Item: { sku: { S: 'TEA' } } } };
  await expect(call('transactWriteItems', { TransactItems: [other, take(11)] })).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    message: expect.stringContaining('[None, ConditionalCheckFailed]'),
    CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
  });
  expect(available()).toBe('10');
  await expect(call('transactWriteItems', { TransactItems: [take(1), take(2)] })).rejects.toThrow(
    'multiple operations',
  );
});

test('a token makes a transaction idempotent for ten minutes, with the same parameters only', async () => {
  const { call, available } = start();
  const run = (count: number) =>
    call('transactWriteItems', { TransactItems: [take(count)], ClientRequestToken: 'T' });
  await run(1);
  await run(1);
  expect(available()).toBe('9');
  await expect(run(2)).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
  now.at += 10 * 60_000;
  await run(1);
  expect(available()).toBe('8');
});

test.each([
  [{ UpdateExpression: 'SET available = size(tags)' }, 'cannot read'],
  [{ UpdateExpression: 'SET a.b = :n' }, 'cannot read'],
  [{ UpdateExpression: 'SET available = :missing' }, ':missing, which has no value'],
  [{ UpdateExpression: 'DELETE tags :n' }, 'cannot read'],
  [{ UpdateExpression: 'REMOVE a', ExpressionAttributeValues: { ':n': { N: '1' } } }, 'unused'],
])('what it does not know, or DynamoDB would refuse, it refuses: %j', async (params, message) => {
  const { call } = start();
  await expect(call('updateItem', { ...key, ...params })).rejects.toThrow(message);
  await expect(call('query', {})).rejects.toThrow('no action query');
});
