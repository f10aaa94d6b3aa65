/** Order processing: the happy path, the business outcomes, the input. */

import { fails, late } from '../../tools/doubles/faults';
import { openShop } from '../../tools/world/order-shop';
import { TABLES, TOPICS } from '../../tools/world/order-world';
import { orderInput } from '../../tools/world/orders';

const AMOUNT = 2 * 1250 + 899;
const ALL_IN_STOCK = { MUG: 10, TEA: 10 };

test('an order ships and is paid: 8 states, 9 billed transitions', async () => {
  const shop = openShop();
  const order = await shop.run();
  expect(order.output).toEqual({
    orderId: 'A-1001',
    outcome: 'SHIPPED',
    amount: AMOUNT,
    currency: 'usd',
    paymentIntentId: expect.stringMatching(/^pi_/),
    notified: true,
  });
  expect(order.states).toEqual([
    'ValidateOrder',
    'ProcessPaymentAndReserveInventory',
    'ChargeCard',
    'ReserveInventory',
    'CheckPaymentSuccess',
    'CreateShipment',
    'CapturePayment',
    'NotifyCustomer',
  ]);
  expect(order.transitions).toBe(9);
  expect(await shop.books()).toEqual({
    held: 0,
    taken: AMOUNT,
    stock: { MUG: 8, TEA: 9 },
    shipped: ['order-A-1001'],
  });
  expect(shop.world.topics.messages(TOPICS.orderConfirmation)).toEqual([
    expect.objectContaining({
      orderId: 'A-1001',
      outcome: 'SHIPPED',
      email: 'ada@example.com',
      amount: AMOUNT,
    }),
  ]);
});

test('a bad order is rejected with every problem, and touches nothing', async () => {
  const shop = openShop();
  const order = await shop.run({ email: 'nobody', items: [{ sku: 'MUG', quantity: 0, unitPrice: 1250 }] });
  expect(order.output).toMatchObject({ orderId: 'A-1001', outcome: 'REJECTED', notified: true });
  expect(order.output.problems).toEqual([
    { path: 'email', message: expect.any(String) },
    { path: 'items[0].quantity', message: expect.any(String) },
  ]);
  expect(order.states).toEqual(['ValidateOrder', 'NotifyValidationFailure']);
  expect(shop.world.topics.messages(TOPICS.validationFailure)).toHaveLength(1);
  expect(await shop.books()).toEqual({ held: 0, taken: 0, stock: ALL_IN_STOCK, shipped: [] });
});

test.each([
  ['an array', []],
  ['a string', 'order'],
])('%s as the whole input is rejected', async (_, input) => {
  const order = await openShop().run(input);
  expect(order).toMatchObject({ status: 'SUCCEEDED', outcome: 'REJECTED' });
});

test('a start under a name that is not the order’s is rejected', async () => {
  const shop = openShop();
  const order = await shop.run({}, { name: 'order-OTHER' });
  expect(order.outcome).toBe('REJECTED');
  expect(JSON.stringify(order.output.problems)).toContain('order-A-1001');
  expect(await shop.books()).toMatchObject({ taken: 0, shipped: [] });
});

test.each([
  ['is declined', 'pm_card_chargeDeclined', /declined/],
  ['needs 3-D Secure', 'pm_card_authenticationRequired', /authenti/],
])('a card that %s: PAYMENT_DECLINED, and the stock is released', async (_, paymentMethodId, reason) => {
  const shop = openShop();
  const order = await shop.run({ paymentMethodId });
  expect(order.output).toMatchObject({
    outcome: 'PAYMENT_DECLINED',
    reason: expect.stringMatching(reason),
    notified: true,
  });
  expect(order.states.slice(-4)).toEqual([
    'ReleaseInventory',
    'ReversePayment',
    'CheckOutcome',
    'NotifyPaymentFailure',
  ]);
  expect(await shop.books()).toEqual({ held: 0, taken: 0, stock: ALL_IN_STOCK, shipped: [] });
  expect(shop.world.topics.messages(TOPICS.paymentFailure)).toEqual([
    expect.objectContaining({ orderId: 'A-1001', outcome: 'PAYMENT_DECLINED' }),
  ]);
});

test('a method that paid for another order already: PAYMENT_DECLINED', async () => {
  const shop = openShop();
  const once = 'pm_1PAIDbefore';
  expect((await shop.run({ paymentMethodId: once })).outcome).toBe('SHIPPED');
  expect((await shop.run({ orderId: 'A-1002', paymentMethodId: once })).outcome).toBe('PAYMENT_DECLINED');
  expect(await shop.books()).toMatchObject({ held: 0, taken: AMOUNT, shipped: ['order-A-1001'] });
});

test('short stock: the authorisation is voided, and the customer learns what is missing', async () => {
  const shop = openShop({ MUG: 10, TEA: 0 });
  const order = await shop.run();
  expect(order.output).toMatchObject({ outcome: 'OUT_OF_STOCK', reason: 'Not enough stock of TEA' });
  expect(await shop.books()).toEqual({ held: 0, taken: 0, stock: { MUG: 10, TEA: 0 }, shipped: [] });
  expect(shop.world.stripe.ledger.payments).toEqual([
    expect.objectContaining({ authorised: AMOUNT, voided: AMOUNT }),
  ]);
});

test('two orders for the last unit: one gets it, the other is not charged', async () => {
  const shop = openShop({ MUG: 1 });
  const items = [{ sku: 'MUG', quantity: 1, unitPrice: 500 }];
  const both = [shop.start({ orderId: 'A-1', items }), shop.start({ orderId: 'A-2', items })];
  const runs = await Promise.all(both.map(shop.finish));
  expect(runs.map(({ outcome }) => outcome).sort()).toEqual(['OUT_OF_STOCK', 'SHIPPED']);
  expect(await shop.books()).toMatchObject({ held: 0, taken: 500, stock: { MUG: 0 } });
});

test('with a declined card and short stock: PAYMENT_DECLINED', async () => {
  const shop = openShop({ MUG: 0, TEA: 0 });
  expect((await shop.run({ paymentMethodId: 'pm_card_chargeDeclined' })).outcome).toBe('PAYMENT_DECLINED');
});

describe('another attempt', () => {
  test('after a decline: it ships, unaffected by the first', async () => {
    const shop = openShop();
    await shop.run({ paymentMethodId: 'pm_card_chargeDeclined' });
    expect((await shop.run({}, { attempt: 2 })).outcome).toBe('SHIPPED');
    expect(await shop.books()).toEqual({
      held: 0,
      taken: AMOUNT,
      stock: { MUG: 8, TEA: 9 },
      shipped: ['order-A-1001_2'],
    });
  });

  test('while the first still runs: ALREADY_PROCESSED, and its own authorisation is voided', async () => {
    const shop = openShop();
    const first = shop.start({}, { faults: { CreateShipment: late(20) } });
    await shop.clock.advance(5);
    const second = await shop.run({}, { attempt: 2 });
    expect(second.outcome).toBe('ALREADY_PROCESSED');
    expect((await shop.finish(first)).outcome).toBe('SHIPPED');
    expect(await shop.books()).toMatchObject({ held: 0, taken: AMOUNT, shipped: ['order-A-1001'] });
  });

  test('after the order has shipped: ALREADY_PROCESSED, nothing changes', async () => {
    const shop = openShop();
    await shop.run();
    const before = await shop.books();
    expect((await shop.run({}, { attempt: 2 })).outcome).toBe('ALREADY_PROCESSED');
    expect(await shop.books()).toEqual(before);
  });

  test('of a released order does not allow a late reservation of the first', async () => {
    const shop = openShop();
    await shop.run({ paymentMethodId: 'pm_card_chargeDeclined' });
    await shop.run({ paymentMethodId: 'pm_card_chargeDeclined' }, { attempt: 2 });
    expect(shop.world.dynamodb.get(TABLES.reservations, 'A-1001')).toMatchObject({
      state: { S: 'RELEASED' },
      released: {
        SS: [expect.stringMatching(/^order-A-1001\.\d+$/), expect.stringMatching(/^order-A-1001_2\.\d+$/)],
      },
    });
  });
});

test('no email, address or card in an execution’s name, and none in what a failure says', async () => {
  const shop = openShop();
  const order = await shop.run({}, { faults: { CreateShipment: () => Promise.reject(new Error('no')) } });
  const { email, paymentMethodId } = orderInput();
  expect(order.status).toBe('FAILED');
  expect(order.cause).not.toContain(email);
  expect(order.cause).not.toContain(paymentMethodId);
});

describe("an order whose prices are not the shop's", () => {
  test('is REJECTED before anything is charged or reserved', async () => {
    const shop = openShop();
    shop.world.seedPrices('MUG', { usd: 1499 });
    const order = await shop.run({});
    expect(order.output).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ path: 'items', message: 'MUG costs 1499 in usd, and the order says 1250' }],
    });
    expect(await shop.books()).toMatchObject({ held: 0, taken: 0, shipped: [] });
  });

  test('is not taken at its word while the prices cannot be read', async () => {
    const shop = openShop();
    shop.fail({ 'dynamodb:batchGetItem inventory': fails('unavailable') });
    expect(await shop.run({})).toMatchObject({ status: 'FAILED', endedAt: 'OrderFailed' });
    expect(await shop.books()).toMatchObject({ held: 0, taken: 0, shipped: [] });
  });
});
