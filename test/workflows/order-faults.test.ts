/** No money, stock or parcel is lost, whatever fails, hangs, comes twice, late or not at all. */
import { executionIdentity } from '../../contracts/identity';
import {
  fails,
  killedAfterwards,
  late,
  passes,
  repliesLate,
  replyLost,
  times,
  twice,
  worksButFails,
} from '../../tools/doubles/faults';
import { openShop } from '../../tools/world/order-shop';
import { TABLES, TOPICS } from '../../tools/world/order-world';
import { orderInput, validOrder } from '../../tools/world/orders';
import { LARGE } from '../support/reviews';

const AMOUNT = 2 * 1250 + 899;
const DONE = { held: 0, taken: AMOUNT, stock: { MUG: 8, TEA: 9 }, shipped: ['order-A-1001'] };
const UNDONE = { held: 0, taken: 0, stock: { MUG: 10, TEA: 10 }, shipped: [] };

describe('Stripe', () => {
  test.each([
    ['create', 'POST /v1/payment_intents'],
    ['confirm', 'POST /v1/payment_intents/*/confirm'],
    ['capture', 'POST /v1/payment_intents/*/capture'],
  ])('answers 500 to %s before it did anything, then works', async (_, on) => {
    const shop = openShop();
    shop.world.stripe.faults.add({ on, kind: 'server_error' });
    expect((await shop.run()).outcome).toBe('SHIPPED');
    expect(await shop.books()).toEqual(DONE);
  });

  test.each([
    ['create', 'POST /v1/payment_intents'],
    ['confirm', 'POST /v1/payment_intents/*/confirm'],
    ['capture', 'POST /v1/payment_intents/*/capture'],
  ])('answers 500 to %s and would replay it for that key', async (_, on) => {
    const shop = openShop();
    shop.world.stripe.faults.add({ on, kind: 'server_error', kept: true });
    expect((await shop.run()).outcome).toBe('SHIPPED');
    expect(await shop.books()).toEqual(DONE);
  });

  test.each([
    ['authorised', 'POST /v1/payment_intents/*/confirm'],
    ['captured', 'POST /v1/payment_intents/*/capture'],
  ])('%s, but its reply is lost', async (_, on) => {
    const shop = openShop();
    shop.world.stripe.faults.add({ on, kind: 'server_error', afterWork: true, kept: true });
    expect((await shop.run()).outcome).toBe('SHIPPED');
    expect(await shop.books()).toEqual(DONE);
  });

  test('limits the rate for a while', async () => {
    const shop = openShop();
    shop.world.stripe.faults.add({ on: 'POST /v1/payment_intents', kind: 'rate_limit', times: 6 });
    expect((await shop.run()).outcome).toBe('SHIPPED');
  });

  test('has no key: StripeKeyMissing, undone', async () => {
    const shop = openShop();
    shop.world.secrets.stripeKey = undefined;
    const order = await shop.run({}, { faults: { ReversePayment: passes } });
    expect(order.status).toBe('FAILED');
    expect(JSON.stringify(order.execution.events)).toContain('StripeKeyMissing');
    expect(await shop.books()).toEqual(UNDONE);
  });
});

describe('a function is killed after its work', () => {
  test.each(['ValidateOrder', 'ChargeCard', 'CreateShipment', 'CapturePayment'])(
    '%s: the order ships once',
    async (state) => {
      const shop = openShop();
      expect((await shop.run({}, { faults: { [state]: [killedAfterwards] } })).outcome).toBe('SHIPPED');
      expect(await shop.books()).toEqual(DONE);
    },
  );

  test.each(['CancelShipment', 'ReleaseInventory', 'ReversePayment'])(
    '%s: the order is undone once',
    async (state) => {
      const shop = openShop();
      const order = await shop.run(
        {},
        { faults: { CapturePayment: fails('Broken'), [state]: [killedAfterwards, killedAfterwards] } },
      );
      expect(order.endedAt).toBe('OrderFailed');
      expect(await shop.books()).toEqual(UNDONE);
    },
  );
});

test.each(['ValidateOrder', 'ChargeCard', 'CreateShipment', 'CapturePayment'])(
  'too many calls of a function at first, %s: the order ships once',
  async (state) => {
    const shop = openShop();
    expect((await shop.run({}, { faults: { [state]: times(8, fails('throttled')) } })).outcome).toBe(
      'SHIPPED',
    );
    expect(await shop.books()).toEqual(DONE);
  },
);

describe('an expression that cannot be evaluated is not tried again', () => {
  const unevaluable = [fails('States.QueryEvaluationError')];
  const declined = { paymentMethodId: 'pm_card_chargeDeclined' };

  test.each([
    ['NotifyValidationFailure', { email: '' }, {}, 'EndedWithoutNotice'],
    ['NotifyCustomer', {}, {}, 'EndedWithoutNotice'],
    ['NotifyPaymentFailure', declined, {}, 'EndedWithoutNotice'],
    ['NotifyOrderFailed', {}, { CreateShipment: fails('Broken') }, 'OrderFailed'],
  ])('by %s: nobody is told, the outcome stands', async (state, order, faults, endedAt) => {
    const shop = openShop();
    const run = await shop.run(order, { faults: { ...faults, [state]: unevaluable } });
    expect(run.endedAt).toBe(endedAt);
    expect(Object.values(TOPICS).flatMap((topic) => shop.world.topics.messages(topic))).toEqual([]);
  });

  test.each(['CancelShipment', 'ReleaseInventory', 'ReversePayment'])(
    'by %s: the order fails there, and a redrive undoes it',
    async (state) => {
      const shop = openShop();
      const stuck = await shop.run({}, { faults: { CapturePayment: fails('Broken'), [state]: unevaluable } });
      expect(stuck).toMatchObject({ error: 'States.QueryEvaluationError', endedAt: state });
      expect((await shop.redrive(stuck)).endedAt).toBe('OrderFailed');
      expect(await shop.books()).toEqual(UNDONE);
    },
  );
});

describe('more than 256 KB', () => {
  const error = 'States.DataLimitExceeded';

  test('to validate: REJECTED, with the size that is allowed', async () => {
    const shop = openShop();
    const largest = 256 * 1024 - Buffer.byteLength(JSON.stringify(orderInput({ paymentMethodId: '' })));
    const order = await shop.run({ paymentMethodId: 'x'.repeat(largest) });
    expect(order.output).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ path: '', message: expect.stringMatching(/200 KB/) }],
      notified: true,
    });
    expect(await shop.books()).toEqual(UNDONE);
  });

  const why = worksButFails('Broken', 'x'.repeat(140_000));

  test.each([
    ['CreateShipment', {}, { CreateShipment: [worksButFails(error)] }],
    ['CapturePayment', {}, { CapturePayment: [worksButFails(error)] }],
    ['ReviewPayment', LARGE, { ReviewPayment: [fails(error)] }],
    // What two branches say together, of why they failed.
    ['ProcessPaymentAndReserveInventory', {}, { ChargeCard: [why], ReserveInventory: [why] }],
  ])('at %s: FAILED, undone', async (state, input, faults) => {
    const shop = openShop();
    const order = await shop.run(input, { faults });
    expect(order).toMatchObject({ error, endedAt: 'OrderFailed' });
    expect(JSON.parse(order.cause ?? '')).toMatchObject({ undone: true, state });
    expect(await shop.books()).toEqual(UNDONE);
  });

  test('at NotifyCustomer: shipped and paid all the same', async () => {
    const shop = openShop();
    const order = await shop.run({}, { faults: { NotifyCustomer: fails(error) } });
    expect(order.output).toMatchObject({ outcome: 'SHIPPED', notified: false });
    expect(await shop.books()).toEqual(DONE);
  });
});

test('a decline whose reason cannot be read cuts off the other branch: FAILED, undone', async () => {
  const shop = openShop();
  const order = await shop.run(
    {},
    {
      faults: {
        ChargeCard: [worksButFails('PaymentDeclined', 'no JSON')],
        ReserveInventory: [repliesLate(5)],
      },
    },
  );
  expect(order).toMatchObject({ error: 'States.QueryEvaluationError', endedAt: 'OrderFailed' });
  expect(JSON.parse(order.cause ?? '')).toMatchObject({ state: 'ProcessPaymentAndReserveInventory' });
  expect(await shop.books()).toEqual(UNDONE);
});

describe('the reservation', () => {
  test('conflicts with another order’s, then works', async () => {
    const shop = openShop();
    expect((await shop.run({}, { faults: { ReserveInventory: times(5, fails('conflict')) } })).outcome).toBe(
      'SHIPPED',
    );
    expect(await shop.books()).toEqual(DONE);
  });

  test('conflicts for ever: the customer is told to try again, everything is undone, no alarm', async () => {
    const shop = openShop();
    const order = await shop.run({}, { faults: { ReserveInventory: fails('conflict') } });
    expect(order).toMatchObject({ status: 'SUCCEEDED', outcome: 'TRY_AGAIN' });
    expect(order.output.reason).toMatch(/too many people/i);
    expect(order.states.filter((state) => state === 'ReserveInventory')).toHaveLength(20);
    // Twenty waits of at most 3 s, as once, are over in a minute; those that grow are not.
    const { startDate, stopDate } = order.execution;
    expect((Number(stopDate) - Number(startDate)) / 1000).toBeGreaterThan(90);
    expect(await shop.books()).toEqual(UNDONE);
  });

  test('succeeded, but its reply was lost: the token makes the second try a repetition of the first', async () => {
    const shop = openShop();
    const order = await shop.run({}, { faults: { ReserveInventory: [replyLost] } });
    expect(order.outcome).toBe('SHIPPED');
    expect(order.states.filter((state) => state === 'ReserveInventory')).toHaveLength(1);
    expect(await shop.books()).toEqual(DONE);
  });

  test('worked, its order was stopped, and the token has expired at the redrive: its own record tells', async () => {
    const shop = openShop();
    const order = shop.start({}, { faults: { ReserveInventory: [repliesLate(5)] } });
    await shop.clock.advance(3);
    order.stop();
    const redriven = await shop.redrive({ execution: order }, { after: 11 * 60 });
    expect(redriven.outcome).toBe('SHIPPED');
    expect(redriven.states).toContain('InventoryReserved');
    expect(await shop.books()).toEqual(DONE);
  });

  test.each(['throttled', 'denied'] as const)(
    'of another attempt is found, once it can be read (%s at first)',
    async (failure) => {
      const shop = openShop();
      await shop.run();
      const faults = { FindReservation: times(3, fails(failure)) };
      expect((await shop.run({}, { attempt: 2, faults })).outcome).toBe('ALREADY_PROCESSED');
      expect(await shop.books()).toEqual(DONE);
    },
  );

  test('of another attempt cannot be read: FAILED, and that attempt is undone', async () => {
    const shop = openShop();
    await shop.run();
    const order = await shop.run({}, { attempt: 2, faults: { FindReservation: fails('denied') } });
    expect(order).toMatchObject({ status: 'FAILED', endedAt: 'OrderFailed' });
    expect(JSON.parse(order.cause ?? '')).toMatchObject({ undone: true, state: 'FindReservation' });
    expect(await shop.books()).toEqual(DONE);
  });

  test('is cancelled for a reason of no other kind: FAILED with what DynamoDB said, undone', async () => {
    const shop = openShop();
    const said =
      'Transaction cancelled, please refer cancellation reasons [None, ItemCollectionSizeLimitExceeded]';
    const cancelled = fails('DynamoDb.TransactionCanceledException', said);
    const order = await shop.run({}, { faults: { ReserveInventory: [cancelled] } });
    expect(order).toMatchObject({ error: 'DynamoDb.TransactionCanceledException', endedAt: 'OrderFailed' });
    expect(JSON.parse(order.cause ?? '')).toMatchObject({ state: 'ReserveInventory', cause: said });
    expect(await shop.books()).toEqual(UNDONE);
  });

  test('of this very execution was released before: it does not count as held', async () => {
    const shop = openShop();
    const identity = executionIdentity('order-A-1001', shop.clock.now());
    shop.world.dynamodb.seed(TABLES.reservations, {
      orderId: { S: 'A-1001' },
      execution: { S: identity },
      state: { S: 'RELEASED' },
      released: { SS: [identity] },
    });
    expect((await shop.run()).outcome).toBe('ALREADY_PROCESSED');
    expect(await shop.books()).toEqual(UNDONE);
  });

  test('is denied: FAILED with the name and the state, undone', async () => {
    const shop = openShop();
    const order = await shop.run({}, { faults: { ReserveInventory: fails('denied') } });
    expect(order).toMatchObject({
      status: 'FAILED',
      error: 'DynamoDb.DynamoDbException',
      endedAt: 'OrderFailed',
    });
    expect(JSON.parse(order.cause ?? '')).toMatchObject({ orderId: 'A-1001', state: 'ReserveInventory' });
    expect(await shop.books()).toEqual(UNDONE);
  });
});

describe('a call that comes late, after compensation', () => {
  test('a charge finds the payment reversed', async () => {
    const shop = openShop();
    const order = await shop.run({}, { faults: { ChargeCard: times(12, late(600)) } });
    expect(order).toMatchObject({ status: 'FAILED', error: 'States.Timeout', endedAt: 'OrderFailed' });
    expect(await shop.books()).toEqual(UNDONE);
    expect(shop.world.stripe.ledger.payments.every(({ authorised }) => authorised === 0)).toBe(true);
  });

  test('a reservation finds its execution released', async () => {
    const shop = openShop();
    const order = await shop.run({}, { faults: { ReserveInventory: times(12, late(600)) } });
    expect(order).toMatchObject({ status: 'FAILED', error: 'States.Timeout', endedAt: 'OrderFailed' });
    expect(await shop.books()).toEqual(UNDONE);
  });

  test('a pick request loses against the cancellation', async () => {
    const shop = openShop();
    const order = await shop.run({}, { faults: { CreateShipment: times(12, late(600)) } });
    expect(order.endedAt).toBe('OrderFailed');
    expect(await shop.books()).toEqual(UNDONE);
  });

  test('a capture finds the payment gone', async () => {
    const shop = openShop();
    const order = await shop.run({}, { faults: { CapturePayment: times(12, late(600)) } });
    expect(order.endedAt).toBe('OrderFailed');
    expect(await shop.books()).toEqual(UNDONE);
  });
});

describe('fulfilment', () => {
  test('has the pick request, but CreateShipment reports a failure: it is cancelled', async () => {
    const shop = openShop();
    const order = await shop.run({}, { faults: { CreateShipment: worksButFails('Broken') } });
    expect(order).toMatchObject({ status: 'FAILED', error: 'Broken', endedAt: 'OrderFailed' });
    expect(await shop.books()).toEqual(UNDONE);
  });

  test('gets the PICK back from the dead-letter queue after its CANCEL: nothing ships', async () => {
    const shop = openShop();
    await shop.run({}, { faults: { CapturePayment: fails('Broken') } });
    const [pick] = shop.world.queue.messages();
    expect(pick?.body).toContain('PICK');
    await shop.books();
    shop.world.fulfilment.receive(pick?.body ?? '');
    expect(shop.world.fulfilment.shipments()).toEqual([]);
  });
});

describe('the payment', () => {
  test('cannot be captured: shipment, stock and authorisation are undone, in that order', async () => {
    const shop = openShop();
    const order = await shop.run({}, { faults: { CapturePayment: fails('Broken') } });
    expect(order.states.slice(-6)).toEqual([
      'CancelShipment',
      'ReleaseInventory',
      'ReversePayment',
      'CheckOutcome',
      'NotifyOrderFailed',
      'OrderFailed',
    ]);
    expect(await shop.books()).toEqual(UNDONE);
  });

  test('was captured although the function reports a failure: it is refunded', async () => {
    const shop = openShop();
    await shop.run({}, { faults: { CapturePayment: worksButFails('Broken') } });
    expect(await shop.books()).toEqual(UNDONE);
    expect(shop.world.stripe.ledger.payments).toEqual([
      expect.objectContaining({ captured: AMOUNT, refunded: AMOUNT }),
    ]);
  });

  test('cannot be reversed three times, then can', async () => {
    const shop = openShop();
    const order = await shop.run(
      {},
      { faults: { CreateShipment: fails('Broken'), ReversePayment: times(3, fails('CompensationFailed')) } },
    );
    expect(order.endedAt).toBe('OrderFailed');
    expect(await shop.books()).toEqual(UNDONE);
  });

  test('cannot be reversed for good: FAILED at ReversePayment, everything else undone; a redrive finishes it', async () => {
    const shop = openShop();
    shop.world.stripe.faults.add({
      on: 'POST /v1/payment_intents/*/cancel',
      kind: 'server_error',
      times: 'always',
    });
    const order = await shop.run({}, { faults: { CreateShipment: fails('Broken') } });
    expect(order).toMatchObject({ status: 'FAILED', error: 'CompensationFailed', endedAt: 'ReversePayment' });
    expect(await shop.books()).toEqual({ ...UNDONE, held: AMOUNT });

    shop.world.stripe.faults.clear();
    const redriven = await shop.redrive(order);
    expect(redriven).toMatchObject({ status: 'FAILED', error: 'Broken', endedAt: 'OrderFailed' });
    expect(await shop.books()).toEqual(UNDONE);
  });
});

describe('a topic is unavailable', () => {
  test.each([
    ['order-confirmation', TOPICS.orderConfirmation, {}, 'SHIPPED'],
    [
      'payment-failure',
      TOPICS.paymentFailure,
      { paymentMethodId: 'pm_card_chargeDeclined' },
      'PAYMENT_DECLINED',
    ],
    ['validation-failure', TOPICS.validationFailure, { email: '' }, 'REJECTED'],
  ])('%s: the outcome stands, notified: false', async (_, topic, order, outcome) => {
    const shop = openShop();
    shop.fail({ [`sns:publish ${topic}`]: fails('unavailable') });
    const run = await shop.run(order);
    expect(run).toMatchObject({ status: 'SUCCEEDED', outcome, endedAt: 'EndedWithoutNotice' });
    expect(run.output).toMatchObject({ orderId: 'A-1001', notified: false });
  });
});

describe('a step runs again 15 days later', () => {
  test.each(['ChargeCard', 'CapturePayment'])('%s takes no second money', async (state) => {
    const shop = openShop();
    const identity = executionIdentity('order-A-1001', shop.clock.now());
    await shop.run({}, { faults: { [state]: twice(1) } });
    const before = await shop.books();
    await shop.clock.advance(15 * 86_400);
    const repeat = shop.world.functions[state === 'ChargeCard' ? 'charge-card' : 'capture-payment'];
    await repeat({ order: validOrder(), orderId: 'A-1001', execution: identity });
    expect(await shop.books()).toEqual(before);
  });
});
