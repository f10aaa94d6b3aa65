/** Reused names: an execution's name is free after 90 days, while its payment and reservation are still stored. */
import { executionIdentity } from '../../contracts/identity';
import { fails, late } from '../../tools/doubles/faults';
import { openShop } from '../../tools/world/order-shop';
import { TABLES, TOPICS } from '../../tools/world/order-world';

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
});
