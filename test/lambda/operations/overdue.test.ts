/** Which executions are overdue: those that run for too long, and wait for nobody. */
import type { SFNClient } from '@aws-sdk/client-sfn';
import { createCountOverdue } from '../../../lambda/operations/overdue';
import { fails, late } from '../../../tools/doubles/faults';
import { openShop } from '../../../tools/world/order-shop';
import { LARGE } from '../../support/reviews';

const TEN_MINUTES = 600;

function openWatchedShop() {
  const shop = openShop();
  const reported: unknown[] = [];
  const watched = {
    'order-processing': {
      machine: shop.arnOf('order-processing'),
      afterSeconds: TEN_MINUTES,
      waitsFor: shop.arnOf('payment-review'),
    },
    'payment-review': { machine: shop.arnOf('payment-review'), afterSeconds: 86_400 },
  };
  const count = createCountOverdue({
    sfn: shop.stepFunctions.client,
    watched,
    now: () => shop.clock.now(),
    report: (...args) => reported.push(args),
  });
  return { ...shop, count, reported };
}

test('an order that hangs for ten minutes, and no other', async () => {
  const { start, run, clock, count, reported } = openWatchedShop();
  await run({ orderId: 'A-1' });
  start(
    { orderId: 'A-2' },
    { faults: { ReversePayment: fails('TemporaryFailure'), CreateShipment: fails('Error') } },
  );
  await clock.advance(TEN_MINUTES - 1);
  start({ orderId: 'A-3' }, { faults: { CreateShipment: late(20) } });
  expect(await count()).toEqual({ 'order-processing': 0, 'payment-review': 0 });
  await clock.advance(1);
  expect(await count()).toEqual({ 'order-processing': 1, 'payment-review': 0 });
  expect(reported).toEqual([['order-processing', 1, ['order-A-2']]]);
});

test('an order that waits for its review is not, but its review is, after its own time', async () => {
  const { start, clock, count } = openWatchedShop();
  start(LARGE);
  await clock.advance(86_399);
  expect(await count()).toEqual({ 'order-processing': 0, 'payment-review': 0 });
  await clock.advance(1);
  expect(await count()).toEqual({ 'order-processing': 0, 'payment-review': 1 });
});

test('a redriven order begins anew', async () => {
  const { run, clock, count } = openWatchedShop();
  const down = { CreateShipment: fails('Error'), ReversePayment: fails('Error') };
  const { execution } = await run({}, { faults: down });
  await clock.advance(86_400);
  execution.redrive();
  await clock.advance(TEN_MINUTES - 1);
  expect(execution.status).toBe('RUNNING');
  expect(await count()).toMatchObject({ 'order-processing': 0 });
  await clock.advance(1);
  expect(await count()).toMatchObject({ 'order-processing': 1 });
});

test('all pages are counted, and the twenty oldest named', async () => {
  const startDate = new Date('2026-01-01T00:00:00Z');
  const page = (from: number) =>
    Array.from({ length: 15 }, (_, index) => ({ name: `import-${from + index}`, startDate }));
  const pages = [
    { executions: page(0), nextToken: 'more' },
    { executions: page(15), nextToken: undefined },
  ];
  const reported: [string, number, readonly string[]][] = [];
  const count = createCountOverdue({
    sfn: { send: async () => pages.shift() } as unknown as SFNClient,
    watched: { 'bulk-orders': { machine: 'arn', afterSeconds: 60 } },
    now: () => new Date('2026-01-01T00:01:00Z'),
    report: (...args) => reported.push(args),
  });
  expect(await count()).toEqual({ 'bulk-orders': 30 });
  const [[, , names = []] = []] = reported;
  expect([names.length, names[0], names.at(-1)]).toEqual([20, 'import-10', 'import-29']);
});
