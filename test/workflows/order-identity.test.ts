/** Reused names: an execution's name is free after 90 days, while its payment and reservation are still stored. */
import { executionIdentity } from '../../contracts/identity';
import { type Fault, fails, late, times } from '../../tools/doubles/faults';
import { openShop } from '../../tools/world/order-shop';
import { TABLES, TOPICS } from '../../tools/world/order-world';
import { DONE, reviewing, UNDONE } from '../support/reviews';

const AMOUNT = 2 * 1250 + 899;
const DAYS_91 = 91 * 86_400;

async function shippedLongAgo() {
  const shop = openShop();
  expect((await shop.run()).outcome).toBe('SHIPPED');
  const before = await shop.books();
  await shop.clock.advance(DAYS_91);
  return { shop, before };
}

test('an identity is a name and a start, as the definitions make it', async () => {
  const shop = openShop();
  const startedAt = shop.clock.now();
  await shop.run();
  expect(shop.world.fulfilment.shipments()).toEqual([]);
  await shop.world.fulfil();
  const [shipment] = shop.world.fulfilment.shipments();
  expect(shipment?.execution).toBe(executionIdentity('order-A-1001', startedAt));
});

describe('the same name, 91 days after it shipped', () => {
  test('ships and charges nothing: ALREADY_PROCESSED', async () => {
    const { shop, before } = await shippedLongAgo();
    expect((await shop.run()).outcome).toBe('ALREADY_PROCESSED');
    expect(await shop.books()).toEqual(before);
  });

  test('with other items ships none of them', async () => {
    const { shop, before } = await shippedLongAgo();
    const items = [{ sku: 'MUG', quantity: 5, unitPrice: 100 }];
    expect((await shop.run({ items })).outcome).toBe('ALREADY_PROCESSED');
    expect(await shop.books()).toEqual(before);
  });

  test.each(['ChargeCard', 'ReserveInventory'])(
    'and %s fails: nothing of the first is undone',
    async (state) => {
      const { shop, before } = await shippedLongAgo();
      const run = await shop.run({}, { faults: { [state]: fails('Broken') } });
      expect(run.status).toBe('FAILED');
      expect(await shop.books()).toEqual(before);
    },
  );
});

test('the same name, 91 days after it was declined, is an order like any other', async () => {
  const shop = openShop();
  expect((await shop.run({ paymentMethodId: 'pm_card_chargeDeclined' })).outcome).toBe('PAYMENT_DECLINED');
  await shop.clock.advance(DAYS_91);
  expect((await shop.run()).outcome).toBe('SHIPPED');
  expect(await shop.books()).toMatchObject({ held: 0, taken: AMOUNT });
});

test('the same name, 91 days after it was stopped with stock in its hands, takes none of that for its own', async () => {
  const shop = openShop();
  const stopped: Fault = async (_work, call) => {
    shop.stepFunctions.find('order-A-1001')?.stop();
    await call.clock.sleep(60);
    throw await call.error('timeout');
  };
  expect((await shop.run({}, { faults: { CreateShipment: stopped } })).status).toBe('ABORTED');
  await shop.clock.advance(DAYS_91);
  const before = await shop.books();
  expect(before.stock).toEqual({ MUG: 8, TEA: 9 });
  expect((await shop.run()).outcome).toBe('ALREADY_PROCESSED');
  expect(await shop.books()).toEqual(before);
});

test('the same name, 91 days after it was rejected in a review, is reviewed anew', async () => {
  const { order, ...shop } = await reviewing();
  await shop.answer('REJECTED');
  expect((await shop.finish(order)).outcome).toBe('REVIEW_REJECTED');
  expect(await shop.books()).toEqual(UNDONE);
  await shop.clock.advance(DAYS_91);
  const { order: again } = await reviewing({}, shop);
  await shop.answer('APPROVED');
  expect((await shop.finish(again)).outcome).toBe('SHIPPED');
  expect(await shop.books()).toEqual(DONE);
});

test('two starts of a name reserve under two tokens: DynamoDB does not take the second for a retry', async () => {
  const shop = openShop({ MUG: 0, TEA: 0 });
  const tokens: unknown[] = [];
  const noted: Fault = (work, call) => {
    tokens.push(Object(call.arguments).ClientRequestToken);
    return work();
  };
  await shop.run({}, { faults: { ReserveInventory: noted } });
  await shop.clock.advance(DAYS_91);
  await shop.run({}, { faults: { ReserveInventory: noted } });
  expect(tokens).toEqual([expect.stringMatching(/^[0-9a-f]{36}$/), expect.stringMatching(/^[0-9a-f]{36}$/)]);
  expect(new Set(tokens).size).toBe(2);
});

test('the reservation of a shipped order is marked as shipped', async () => {
  const shop = openShop();
  await shop.run();
  expect(shop.world.dynamodb.get(TABLES.reservations, 'A-1001')).toMatchObject({ state: { S: 'SHIPPED' } });
});

describe('another attempt', () => {
  test('with a bad card, after the order has shipped: ALREADY_PROCESSED, and no news about a payment', async () => {
    const shop = openShop();
    await shop.run();
    const again = await shop.run({ paymentMethodId: 'pm_card_chargeDeclined' }, { attempt: 2 });
    expect(again.output).toEqual({
      orderId: 'A-1001',
      outcome: 'ALREADY_PROCESSED',
      reason: 'Another execution has shipped this order',
    });
    expect(shop.world.topics.messages(TOPICS.paymentFailure)).toEqual([]);
  });

  test('while a declined one still releases its stock: it waits, and ships', async () => {
    const shop = openShop();
    const declined = { paymentMethodId: 'pm_card_chargeDeclined' };
    const first = shop.start(declined, { faults: { ReleaseInventory: late(9) } });
    await shop.clock.advance(2);
    expect((await shop.run({}, { attempt: 2 })).outcome).toBe('SHIPPED');
    expect((await shop.finish(first)).outcome).toBe('PAYMENT_DECLINED');
    expect(await shop.books()).toMatchObject({ held: 0, taken: AMOUNT, stock: { MUG: 8, TEA: 9 } });
  });

  test('whose rounds are used up as the other gives its stock back: TRY_AGAIN, because nobody ships the order', async () => {
    const shop = openShop();
    const other = { orderId: { S: 'A-1001' }, execution: { S: 'order-A-1001.1' } };
    shop.world.dynamodb.seed(TABLES.reservations, { ...other, state: { S: 'HELD' } });
    const released: Fault = async (work) => {
      const mark = { state: { S: 'RELEASED' }, released: { SS: ['order-A-1001.1'] } };
      shop.world.dynamodb.seed(TABLES.reservations, { ...other, ...mark });
      return work();
    };
    const faults = { ReserveInventory: times(7, fails('conflict')), FindReservation: released };
    expect((await shop.run({}, { attempt: 2, faults })).outcome).toBe('TRY_AGAIN');
    expect(await shop.books()).toMatchObject({ held: 0, stock: { MUG: 10, TEA: 10 } });
    expect((await shop.run({}, { attempt: 3 })).outcome).toBe('SHIPPED');
  });
});
