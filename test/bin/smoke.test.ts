/** The smoke test, over the real definitions and functions of a stage in virtual time. */
import { createColors } from 'picocolors';
import type { Cloud } from '../../bin/cli/cloud';
import { Interrupted, type Io } from '../../bin/cli/io';
import { SKU, whyNothingShips } from '../../bin/smoke/orders';
import { smoke } from '../../bin/smoke/program';
import { type StageName, stages } from '../../lib/stages';
import { fails, late } from '../../tools/doubles/faults';
import { type OrderShop, openShop } from '../../tools/world/order-shop';
import { TABLES } from '../../tools/world/order-world';

const missing = async () => {
  throw new Error('the test gave no such client');
};

const cloudOf = (shop: OrderShop, stage: StageName): Cloud => ({
  stage,
  place: `stage ${stage} of the test`,
  sfn: shop.stepFunctions.client,
  clients: {
    dynamodb: async () => shop.world.dynamodb.client,
    lambda: async () => shop.lambda.client,
    events: missing,
    functions: missing,
    kms: missing,
    logs: missing,
    s3: missing,
    secrets: missing,
    sts: missing,
  },
  functionLogs: missing,
  resources: missing,
  status: missing,
  output: async (_stack, name) =>
    name === 'InventoryTableName' ? TABLES.inventory : shop.arnOf('order-processing'),
});

/** Runs the command; each of its pauses is a second of the world's. */
async function run(shop: OrderShop, line: string, sleep?: Io['sleep']) {
  const seen = { out: '', err: '' };
  const write = (stream: 'out' | 'err') => (text: string) => {
    seen[stream] += `${text}\n`;
  };
  const began = Date.now();
  const now = jest.spyOn(Date, 'now').mockImplementation(() => began + shop.clock.now().getTime() - start);
  const start = shop.clock.now().getTime();
  const io: Io = {
    out: write('out'),
    raw: () => {},
    err: write('err'),
    terminal: () => undefined,
    colours: createColors(false),
    read: missing,
    confirm: async () => false,
    sleep: sleep ?? (() => shop.clock.advance(1)),
    interruptible: (work) => work(new AbortController().signal),
  };
  try {
    const exitCode = await smoke(line.split(' '), io, async (stage) => cloudOf(shop, stage));
    return { exitCode, ...seen };
  } finally {
    now.mockRestore();
  }
}

const stockOf = (shop: OrderShop) => shop.world.stock(SKU);

test('in a stage in test mode one order is rejected and one ships: no parcel leaves, and no stock is used up', async () => {
  const shop = openShop();
  const { exitCode, out } = await run(shop, '--stage dev');
  expect(out).toMatch(/✔ .*REJECTED +REJECTED/);
  expect(out).toMatch(/✔ .*SHIPPED +SHIPPED/);
  expect(out).toContain('a payment of 1.00 USD in Stripe’s test mode');
  expect(exitCode).toBe(0);
  expect(await shop.books()).toMatchObject({ taken: 100, held: 0, shipped: [] });
  expect(stockOf(shop)).toBe(0);
  expect(shop.stepFunctions.executions().map(({ execution }) => execution.transitions)).toEqual([3, 9]);
});

test('it can run again and again', async () => {
  const shop = openShop();
  for (const _ of [1, 2, 3]) expect(await run(shop, '--stage dev')).toMatchObject({ exitCode: 0 });
  expect(stockOf(shop)).toBe(0);
  expect(shop.stepFunctions.executions()).toHaveLength(6);
});

test('nothing ships where cards are real, nor with --no-ship', async () => {
  for (const line of ['--stage prod', '--stage dev --no-ship']) {
    const shop = openShop();
    const { exitCode, out, err } = await run(shop, line);
    expect(exitCode).toBe(0);
    expect(out).not.toContain('SHIPPED');
    expect(err).toContain(
      line.includes('prod') ? 'No order ships: prod charges real cards' : 'No order ships: --no-ship',
    );
    expect(shop.stepFunctions.executions()).toHaveLength(1);
    expect(await shop.books()).toMatchObject({ taken: 0, shipped: [] });
  }
});

test('nor where each payment is reviewed', () => {
  const { dev } = stages;
  expect(whyNothingShips(dev)).toBeUndefined();
  expect(whyNothingShips({ ...dev, review: { ...dev.review, thresholds: { usd: 100 } } })).toContain(
    'reviews each payment',
  );
  expect(whyNothingShips({ ...dev, review: { ...dev.review, thresholds: {} } })).toContain('in usd');
});

test('an order that does not ship is red, and gives its piece back', async () => {
  const shop = openShop();
  shop.fail({ 'sqs:sendMessage': [fails('denied')] });
  const { exitCode, out, err } = await run(shop, '--stage dev');
  expect(exitCode).toBe(1);
  expect(out).toMatch(/✘ .*SHIPPED +FAILED/);
  expect(err).toMatch(/Look closer: npm run workflows -- history order-smoke-[\w-]+-ships --stage dev/);
  expect(stockOf(shop)).toBe(0);
  expect(await shop.books()).toMatchObject({ taken: 0, held: 0, shipped: [] });
});

test('an order that takes too long is red, and what is left of it is said', async () => {
  const shop = openShop();
  shop.fail({ 'stripe:*': [late(20), late(20), late(20), late(20), late(20), late(20)] });
  const { exitCode, out } = await run(shop, '--stage dev --timeout 10');
  expect(exitCode).toBe(1);
  expect(out).toContain('still running after 10 s');
  expect(out).toMatch(/the execution order-smoke-\S+, which is not over/);
});

test('an order that ships, but whose shipment cannot be cancelled, is red', async () => {
  const shop = openShop();
  shop.fail({
    'sqs:sendMessage': Array.from({ length: 3 }, (_, index) =>
      index === 0 ? (work) => work() : fails('denied'),
    ),
  });
  const { exitCode, out } = await run(shop, '--stage dev');
  expect(exitCode).toBe(1);
  expect(out).toContain('SHIPPED, but its shipment is not cancelled: CompensationFailed');
  expect(out).toContain('a PICK, to “SMOKE TEST: DO NOT SHIP”');
});

test('who is not told counts: an order that ships is red then, and its shipment is cancelled all the same', async () => {
  const shop = openShop();
  shop.fail({ 'sns:publish *order-confirmation': fails('denied') });
  const { exitCode, out } = await run(shop, '--stage dev');
  expect(exitCode).toBe(1);
  expect(out).toContain('SHIPPED, but its topic was not told');
  expect(await shop.books()).toMatchObject({ shipped: [] });
});

test('a call that AWS refuses is red, and the next order is sent all the same', async () => {
  const shop = openShop();
  shop.fail({ 'states:startExecution': [fails('denied')] });
  const { exitCode, out } = await run(shop, '--stage dev');
  expect(exitCode).toBe(1);
  expect(out).toMatch(/✘ .*REJECTED +AccessDeniedException/);
  expect(out).toMatch(/✔ .*SHIPPED +SHIPPED/);
});

test('stock that cannot be brought in is red', async () => {
  const shop = openShop();
  shop.fail({ 'dynamodb:updateItem inventory': [fails('denied')] });
  const { exitCode, out } = await run(shop, '--stage dev');
  expect(exitCode).toBe(1);
  expect(out).toContain(`no piece of ${SKU} could be brought into stock: AccessDeniedException`);
  expect(shop.stepFunctions.executions()).toHaveLength(1);
});

test('Ctrl-C says what goes on', async () => {
  const shop = openShop();
  const { exitCode, err } = await run(shop, '--stage dev', async () => {
    throw new Interrupted();
  });
  expect(exitCode).toBe(130);
  expect(err).toMatch(/order-smoke-\S+-ships goes on by itself/);
});

test('without a stage, or with one that is none, it says which there are', async () => {
  const shop = openShop();
  expect(await run(shop, '')).toMatchObject({ exitCode: 2 });
  const { exitCode, err } = await run(shop, '--stage production');
  expect(exitCode).toBe(2);
  expect(err).toContain('Allowed choices are local, dev, staging, prod');
});
