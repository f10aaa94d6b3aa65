/** Several worlds at once: deployments that share a clock and a Stripe account only. */
import { fails, repliesLate } from '../../../tools/doubles/faults';
import { type OrderShop, openShop } from '../../../tools/world/order-shop';
import { openSignups } from '../../support/signups';

afterEach(() => jest.restoreAllMocks());

const elsewhere = { account: '210987654321', region: 'eu-west-1' };

test('two deployments share a Stripe account, but not stock, topics, executions and names', async () => {
  const one = openShop();
  const other = openShop(undefined, {
    deployment: elsewhere,
    clock: one.clock,
    stripe: one.world.stripe,
  });
  const first = one.start();
  const second = other.start();
  expect([await one.finish(first), await other.finish(second)]).toMatchObject([
    { outcome: 'SHIPPED' },
    { outcome: 'SHIPPED' },
  ]);
  expect(second.name).toBe(first.name);
  expect([first.arn, second.arn]).toEqual([
    'arn:aws:states:us-east-1:123456789012:execution:order-processing:order-A-1001',
    'arn:aws:states:eu-west-1:210987654321:execution:order-processing:order-A-1001',
  ]);
  expect(other.world.topics.messages(other.world.topicArns.orderConfirmation)).toHaveLength(1);
  const amount = 2 * 1250 + 899;
  expect([await one.books(), await other.books()]).toMatchObject([
    { stock: { MUG: 8, TEA: 9 }, taken: 2 * amount, shipped: ['order-A-1001'] },
    { stock: { MUG: 8, TEA: 9 }, taken: 2 * amount, shipped: ['order-A-1001'] },
  ]);
});

test('faults of one deployment do not affect the other, not even at Stripe', async () => {
  const one = openShop();
  const other = openShop(undefined, {
    deployment: elsewhere,
    clock: one.clock,
    stripe: one.world.stripe,
  });
  other.fail({ 'stripe:POST /v1/payment_intents': fails('unavailable') });
  expect((await other.run()).status).toBe('FAILED');
  expect((await one.run()).outcome).toBe('SHIPPED');
});

test('signups of two deployments share an account at Stripe', async () => {
  const one = openSignups();
  const other = openSignups({ deployment: elsewhere, clock: one.clock, stripe: one.stripe });
  expect([(await one.run()).outcome, (await other.run()).outcome]).toEqual(['ONBOARDED', 'ONBOARDED']);
  expect(one.stripe.ledger.customers).toHaveLength(2);
  expect(one.tenantTables.names()).toHaveLength(1);
});

test.each<[string, (shop: OrderShop) => void]>([
  ['by the plan', ({ fail }) => fail({ 'stripe:POST /v1/payment_intents/*/confirm': [repliesLate(3)] })],
  [
    'by Stripe’s own fault',
    ({ world }) =>
      world.stripe.faults.add({ on: 'POST /v1/payment_intents/*/confirm', kind: 'slow', seconds: 3 }),
  ],
])('a call of Stripe that is slow %s takes the time of the function that waits', async (_how, slow) => {
  const shop = openShop();
  slow(shop);
  const { execution, outcome } = await shop.run();
  expect(outcome).toBe('SHIPPED');
  expect((Number(execution.stopDate) - Number(execution.startDate)) / 1000).toBe(3);
});
