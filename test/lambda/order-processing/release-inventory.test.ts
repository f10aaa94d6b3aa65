import { fails, replyLost, times } from '../../../tools/doubles/faults';
import { createOrderWorld, TABLES } from '../../../tools/world/order-world';

const orderId = 'A-1';
const first = 'order-A-1';
const second = 'order-A-1_2';
const items = [
  { sku: 'MUG', quantity: 2, unitPrice: 1250 },
  { sku: 'TEA', quantity: 1, unitPrice: 899 },
];

/** A shop with 10 of each product; `reserve` does what the state ReserveInventory does. */
function start() {
  const world = createOrderWorld();
  world.seedStock({ MUG: 10, TEA: 10 });

  const reserve = (execution: string) =>
    world.dynamodb.call('transactWriteItems', {
      TransactItems: [
        {
          Update: {
            TableName: TABLES.reservations,
            Key: { orderId: { S: orderId } },
            UpdateExpression: 'SET execution = :execution, #state = :held',
            ConditionExpression:
              'attribute_not_exists(orderId) OR (#state = :released AND NOT contains(released, :execution))',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: {
              ':held': { S: 'HELD' },
              ':released': { S: 'RELEASED' },
              ':execution': { S: execution },
            },
          },
        },
        ...items.map(({ sku, quantity }) => ({
          Update: {
            TableName: TABLES.inventory,
            Key: { sku: { S: sku } },
            UpdateExpression: 'SET available = available - :quantity',
            ConditionExpression: 'available >= :quantity',
            ExpressionAttributeValues: { ':quantity': { N: String(quantity) } },
          },
        })),
      ],
    });

  return {
    ...world,
    reserve,
    release: (execution: string) => world.functions['release-inventory']({ orderId, items, execution }),
    reservation: () => world.dynamodb.get(TABLES.reservations, orderId),
    stocks: () => [world.stock('MUG'), world.stock('TEA')],
  };
}

const refused = expect.objectContaining({ name: 'TransactionCanceledException' });

test('releases the execution’s stock once', async () => {
  const { reserve, release, stocks, reservation } = start();
  await reserve(first);
  expect(stocks()).toEqual([8, 9]);
  expect(await release(first)).toEqual({ released: true });
  expect(await release(first)).toEqual({ released: false });
  expect(stocks()).toEqual([10, 10]);
  expect(reservation()).toMatchObject({ state: { S: 'RELEASED' }, released: { SS: [first] } });
});

test('without a reservation it bars this execution only from reserving later', async () => {
  const { reserve, release, stocks } = start();
  expect(await release(first)).toEqual({ released: false });
  await expect(reserve(first)).rejects.toEqual(refused);
  expect(stocks()).toEqual([10, 10]);
  await reserve(second);
  expect(stocks()).toEqual([8, 9]);
});

test('after a release the same execution cannot reserve again, but the next attempt can', async () => {
  const { reserve, release, stocks } = start();
  await reserve(first);
  await release(first);
  await expect(reserve(first)).rejects.toEqual(refused);
  await reserve(second);
  expect(stocks()).toEqual([8, 9]);
  await release(second);
  for (const execution of [first, second]) await expect(reserve(execution)).rejects.toEqual(refused);
  expect(stocks()).toEqual([10, 10]);
});

test('does not release the stock of another execution', async () => {
  const { reserve, release, stocks, reservation } = start();
  await reserve(first);
  expect(await release(second)).toEqual({ released: false });
  expect(stocks()).toEqual([8, 9]);
  expect(reservation()).toMatchObject({
    execution: { S: first },
    state: { S: 'HELD' },
    released: { SS: [second] },
  });
  await expect(reserve(second)).rejects.toEqual(refused);
});

test('the stock of a product that was delisted meanwhile is released too', async () => {
  const { reserve, release, dynamodb, stock } = start();
  await reserve(first);
  await dynamodb.call('deleteItem', { TableName: TABLES.inventory, Key: { sku: { S: 'TEA' } } });
  await release(first);
  expect(stock('TEA')).toBe(1);
});

describe('starts over after', () => {
  test.each(['conflict', 'throttled'] as const)('a %s of the transaction', async (kind) => {
    const { reserve, release, dynamodb, stocks } = start();
    await reserve(first);
    dynamodb.fail({ 'dynamodb:transactWriteItems': times(3, fails(kind)) });
    expect(await release(first)).toEqual({ released: true });
    expect(stocks()).toEqual([10, 10]);
  });

  test.each(['conflict', 'throttled'] as const)('a %s of the mark', async (kind) => {
    const { release, reserve, dynamodb } = start();
    dynamodb.fail({ 'dynamodb:updateItem': times(3, fails(kind)) });
    await release(first);
    await expect(reserve(first)).rejects.toEqual(refused);
  });

  test('a lost reply, and releases once', async () => {
    const { reserve, release, dynamodb, stocks } = start();
    await reserve(first);
    dynamodb.fail({ 'dynamodb:transactWriteItems': [replyLost] });
    await release(first);
    expect(stocks()).toEqual([10, 10]);
  });

  test('a reservation of the same execution between read and mark', async () => {
    const { reserve, release, stocks, justBefore } = withRace();
    justBefore('updateItem', () => reserve(first));
    expect(await release(first)).toEqual({ released: true });
    expect(stocks()).toEqual([10, 10]);
  });

  test('a release of the same execution between read and transaction', async () => {
    const { reserve, release, stocks, justBefore } = withRace();
    await reserve(first);
    justBefore('transactWriteItems', () => release(first));
    expect(await release(first)).toEqual({ released: false });
    expect(stocks()).toEqual([10, 10]);
  });
});

test.each([
  ['a conflict that does not end', fails('conflict'), /TemporaryFailure/],
  ['a missing permission', [fails('denied')], /AccessDenied/],
] as const)('%s is CompensationFailed and names the cause', async (_case, fault, cause) => {
  const { reserve, release, dynamodb, stocks } = start();
  await reserve(first);
  dynamodb.fail({ 'dynamodb:transactWriteItems': fault });
  await expect(release(first)).rejects.toMatchObject({
    name: 'CompensationFailed',
    message: expect.stringMatching(cause),
  });
  expect(stocks()).toEqual([8, 9]);
});

test('no stock is lost by reservations and releases of two attempts, in any order', async () => {
  const attempts = [first, second];
  for (const seed of Array.from({ length: 200 }, (_, index) => index)) {
    const { reserve, release, stocks, reservation } = start();
    const steps = Array.from(
      { length: 6 },
      (_, index) => (seed * 7919 + index * 104_729 + seed ** index) % 4,
    );
    await Promise.all(
      steps.map((step) => {
        const execution = attempts[step % 2] ?? first;
        return step < 2 ? reserve(execution).catch(() => {}) : release(execution);
      }),
    );
    expect(stocks()).toEqual(reservation()?.state?.S === 'HELD' ? [8, 9] : [10, 10]);
  }
});

/** As `start`; other work can be run just before the next call of an action. */
function withRace() {
  const world = start();
  const send = world.dynamodb.client.send.bind(world.dynamodb.client) as (
    command: object,
  ) => Promise<unknown>;
  const races = new Map<string, () => Promise<unknown>>();
  Object.assign(world.dynamodb.client, {
    send: async (command: object) => {
      const action = command.constructor.name.toLowerCase().replace(/command$/, '');
      const race = races.get(action);
      races.delete(action);
      await race?.();
      return send(command);
    },
  });
  return {
    ...world,
    justBefore: (action: string, race: () => Promise<unknown>) => races.set(action.toLowerCase(), race),
  };
}
