import { fails, replyLost } from '../../../tools/doubles/faults';
import { createOrderWorld, TABLES } from '../../../tools/world/order-world';
import { validOrder } from '../../../tools/world/orders';

const execution = 'order-A-1001.1772355600000';
const executionArn = 'arn:aws:states:us-east-1:123456789012:execution:shop:order-A-1001';
const orderId = 'A-1001';
const CREATE = 'POST /v1/payment_intents';
const CONFIRM = 'POST /v1/payment_intents/*/confirm';

function start(paymentMethodId = 'pm_card_visa', wait = async () => {}) {
  const time = { now: Date.parse('2026-11-20T10:00:00Z') };
  const world = createOrderWorld({ now: () => new Date(time.now), wait });
  const { functions } = world;
  const held = { orderId: { S: orderId }, execution: { S: execution }, state: { S: 'HELD' } };
  world.dynamodb.seed(TABLES.reservations, held);
  return {
    ...world,
    ledger: world.stripe.ledger,
    charge: () =>
      functions['charge-card']({ order: validOrder({ paymentMethodId }), execution, executionArn }),
    capture: () => functions['capture-payment']({ orderId, execution }),
    reverse: () => functions['reverse-payment']({ orderId, execution }),
    record: () => world.dynamodb.get(TABLES.payments, execution),
    pass: (days: number) => {
      time.now += days * 24 * 3600_000;
    },
  };
}

const failsAs = (name: string, message?: RegExp) =>
  expect.objectContaining({ name, ...(message && { message: expect.stringMatching(message) }) });

describe('ChargeCard', () => {
  test('authorises the amount, takes nothing, and records the intent under the execution', async () => {
    const { charge, ledger, record } = start();
    const result = await charge();
    const [payment, ...others] = ledger.payments;
    expect(others).toEqual([]);
    expect(payment).toMatchObject({ status: 'requires_capture', amount: 3399, currency: 'usd', captured: 0 });
    expect(payment?.metadata).toEqual({ orderId, execution, executionArn });
    expect(result).toEqual({
      success: true,
      paymentIntentId: payment?.id,
      amount: 3399,
      currency: 'usd',
      review: false,
    });
    expect(record()).toMatchObject({
      paymentIntentId: { S: payment?.id },
      amount: { N: '3399' },
      orderId: { S: orderId },
    });
  });

  test.each([
    ['below the threshold', 'usd', 99_999, false],
    ['at the threshold', 'usd', 100_000, true],
    ['above it', 'usd', 100_001, true],
    ['in a currency without a threshold', 'chf', 5_00, true],
  ])('%s: %s %d, review %s', async (_case, currency, unitPrice, review) => {
    const { functions } = createOrderWorld();
    const order = validOrder({ currency, items: [{ sku: 'MUG', quantity: 1, unitPrice }] });
    expect(await functions['charge-card']({ order, execution })).toMatchObject({ review });
  });

  test('called again, it finds its own authorisation', async () => {
    const { charge, ledger } = start();
    expect(await charge()).toEqual(await charge());
    expect(ledger.held()).toBe(3399);
  });

  test.each([
    ['a 500 before Stripe did anything', CONFIRM, { kind: 'server_error' }],
    ['a 500 that Stripe replays for its key', CONFIRM, { kind: 'server_error', kept: true }],
    ['a creation with a 500 that Stripe replays', CREATE, { kind: 'server_error', kept: true }],
    ['a creation that was done and answered 500', CREATE, { kind: 'server_error', afterWork: true }],
    ['an authorisation whose answer was lost', CONFIRM, { kind: 'hang', afterWork: true }],
    [
      'an authorisation that answered 500, replayed',
      CONFIRM,
      { kind: 'server_error', afterWork: true, kept: true },
    ],
    ['a lock timeout', CONFIRM, { kind: 'lock_timeout' }],
    ['a key in use', CONFIRM, { kind: 'key_in_use' }],
    ['no connection', CREATE, { kind: 'unavailable' }],
  ] as const)('after %s the next try holds the amount once', async (_case, on, fault) => {
    const { charge, stripe, ledger } = start();
    stripe.faults.add({ on, ...fault });
    await expect(charge()).rejects.toEqual(failsAs('TemporaryFailure'));
    await charge();
    expect(ledger.held()).toBe(3399);
    expect(ledger.payments.filter(({ authorised }) => authorised > 0)).toHaveLength(1);
  });

  test('a record whose reply was lost is found by the next try', async () => {
    const { charge, dynamodb, ledger } = start();
    dynamodb.fail({ 'dynamodb:updateItem': [replyLost] });
    await expect(charge()).rejects.toEqual(failsAs('TemporaryFailure'));
    await charge();
    expect(ledger.payments).toHaveLength(1);
  });

  test('too many requests are RateLimited', async () => {
    const { charge, stripe } = start();
    stripe.faults.add({ on: CONFIRM, kind: 'rate_limit' });
    await expect(charge()).rejects.toEqual(failsAs('RateLimited'));
  });

  test.each([
    ['pm_card_chargeDeclinedInsufficientFunds', /insufficient funds/],
    ['pm_card_authenticationRequired', /3-D Secure|confirm/],
    ['pm_card_noSuchMethod', /./],
  ])('%s is PaymentDeclined, now and at every later try', async (method, reason) => {
    const { charge, ledger } = start(method);
    for (let tries = 0; tries < 2; tries++)
      await expect(charge()).rejects.toEqual(failsAs('PaymentDeclined', reason));
    expect(ledger.held()).toBe(0);
  });

  test('a decline whose reply was lost is found by the next try, and not repeated', async () => {
    const { charge, stripe, ledger } = start('pm_card_chargeDeclined');
    stripe.faults.add({ on: CONFIRM, kind: 'hang', afterWork: true });
    await expect(charge()).rejects.toEqual(failsAs('TemporaryFailure'));
    await expect(charge()).rejects.toEqual(failsAs('PaymentDeclined', /declined/));
    expect(ledger.requests.filter(({ path }) => path.endsWith('/confirm'))).toHaveLength(1);
  });

  test('a method that another order used up is PaymentDeclined', async () => {
    const { charge, functions } = start('pm_1Qxyz');
    await functions['charge-card']({
      order: validOrder({ paymentMethodId: 'pm_1Qxyz', orderId: 'B-1' }),
      execution: 'order-B-1',
    });
    await expect(charge()).rejects.toEqual(failsAs('PaymentDeclined', /cannot be used/));
  });

  test('a payment in `processing` is read again, not confirmed again', async () => {
    const { charge, stripe, ledger, pass } = start();
    stripe.faults.add({ on: CONFIRM, kind: 'processing', seconds: 60 });
    await expect(charge()).rejects.toEqual(failsAs('TemporaryFailure', /processing/));
    await expect(charge()).rejects.toEqual(failsAs('TemporaryFailure', /processing/));
    pass(1);
    await charge();
    expect(ledger.requests.filter(({ path }) => path.endsWith('/confirm'))).toHaveLength(1);
  });

  test('two tries at once hold the amount once', async () => {
    const { charge, ledger } = start();
    const results = await Promise.allSettled([charge(), charge(), charge()]);
    expect(ledger.held()).toBe(3399);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toEqual(failsAs('TemporaryFailure'));
    }
    expect(await charge()).toMatchObject({ success: true });
    expect(ledger.held()).toBe(3399);
  });

  test('without a key it fails as StripeKeyMissing', async () => {
    const { charge, secrets } = start();
    secrets.stripeKey = undefined;
    await expect(charge()).rejects.toEqual(failsAs('StripeKeyMissing', /create-secret/));
  });

  test('a throttled table is RateLimited, and nothing is charged', async () => {
    const { charge, dynamodb, ledger } = start();
    dynamodb.fail({ [`dynamodb:* ${TABLES.payments}`]: [fails('throttled')] });
    await expect(charge()).rejects.toEqual(failsAs('RateLimited'));
    expect(ledger.payments).toEqual([]);
  });
});

describe('a call of ChargeCard that comes late', () => {
  test('after the reversal charges nothing', async () => {
    const { charge, reverse, ledger } = start();
    expect(await reverse()).toEqual({ reversal: 'NOTHING' });
    await expect(charge()).rejects.toEqual(failsAs('Error', /reversed/));
    expect(ledger.payments).toEqual([]);
  });

  test.each([CREATE, CONFIRM])('overtaken by the reversal at %s, holds nothing', async (on) => {
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    let proceed = () => {};
    const wait = () => {
      arrive();
      return new Promise<void>((resolve) => {
        proceed = resolve;
      });
    };
    const { charge, reverse, stripe, ledger } = start('pm_card_visa', wait);
    stripe.faults.add({ on, kind: 'slow', seconds: 5 });
    const late = charge();
    await arrived;
    await reverse();
    proceed();
    await expect(late).rejects.toEqual(failsAs(on === CREATE ? 'Error' : 'TemporaryFailure'));
    await expect(charge()).rejects.toEqual(failsAs('Error', /reversed/));
    expect(ledger.held()).toBe(0);
  });
});

describe('CapturePayment', () => {
  test('captures the money once', async () => {
    const { charge, capture, ledger, counted } = start();
    await charge();
    expect(await capture()).toEqual(await capture());
    expect(ledger.taken()).toBe(3399);
    expect(ledger.held()).toBe(0);
    expect(counted).toEqual([{ what: 'Captured', amount: 3399, currency: 'usd' }]);
  });

  test.each([
    ['lost its answer', { kind: 'hang', afterWork: true }, 0],
    ['answered a 500 that is replayed', { kind: 'server_error', kept: true }, 1],
    [
      'captured, but answered a 500 that is replayed',
      { kind: 'server_error', kept: true, afterWork: true },
      0,
    ],
  ] as const)(
    'a capture that %s is done at the next try, and never counted twice',
    async (_case, fault, times) => {
      const { charge, capture, stripe, ledger, counted } = start();
      await charge();
      stripe.faults.add({ on: 'POST /v1/payment_intents/*/capture', ...fault });
      await expect(capture()).rejects.toEqual(failsAs('TemporaryFailure'));
      await capture();
      await capture();
      expect(ledger.taken()).toBe(3399);
      expect(counted).toHaveLength(times);
    },
  );

  test('an authorisation that has expired is PaymentDeclined', async () => {
    const { charge, capture, pass } = start();
    await charge();
    pass(15);
    await expect(capture()).rejects.toEqual(failsAs('PaymentDeclined', /expired/));
  });

  test('nothing authorised, or reversed, is a technical failure', async () => {
    const { charge, capture, reverse } = start();
    await expect(capture()).rejects.toEqual(failsAs('Error', /no payment/));
    await charge();
    await reverse();
    await expect(capture()).rejects.toEqual(failsAs('Error', /reversed/));
  });
});

describe('ReversePayment', () => {
  test('voids an authorisation, and returns the same when called again', async () => {
    const { charge, reverse, ledger, counted } = start();
    await charge();
    expect(await reverse()).toEqual({ reversal: 'CANCELED' });
    expect(await reverse()).toEqual({ reversal: 'CANCELED' });
    expect(ledger.held()).toBe(0);
    expect(counted).toEqual([]);
  });

  test('refunds a captured payment once', async () => {
    const { charge, capture, reverse, ledger, counted } = start();
    await charge();
    await capture();
    expect(await reverse()).toEqual({ reversal: 'REFUNDED' });
    expect(await reverse()).toEqual({ reversal: 'REFUNDED' });
    expect(ledger.taken()).toBe(0);
    expect(counted.slice(1)).toEqual([{ what: 'Refunded', amount: 3399, currency: 'usd' }]);
    expect(
      ledger.requests.filter(({ method, path }) => method === 'POST' && path === '/v1/refunds'),
    ).toHaveLength(1);
  });

  test.each([15, 1])('a refund whose answer was lost is found %d days later', async (days) => {
    const { charge, capture, reverse, ledger, stripe, pass } = start();
    await charge();
    await capture();
    stripe.faults.add({ on: 'POST /v1/refunds', kind: 'server_error', kept: true, afterWork: true });
    await expect(reverse()).rejects.toEqual(failsAs('CompensationFailed'));
    pass(days);
    expect(await reverse()).toEqual({ reversal: 'REFUNDED' });
    expect(ledger.taken()).toBe(0);
  });

  test('cancels a declined intent, so that no late confirm can charge it', async () => {
    const { charge, reverse, ledger } = start('pm_card_chargeDeclined');
    await expect(charge()).rejects.toEqual(failsAs('PaymentDeclined'));
    expect(await reverse()).toEqual({ reversal: 'CANCELED' });
    expect(ledger.payments[0]?.status).toBe('canceled');
  });

  test('waits for a payment that is processing, and then voids it', async () => {
    const { charge, reverse, stripe, pass, ledger } = start();
    stripe.faults.add({ on: CONFIRM, kind: 'processing', seconds: 60 });
    await expect(charge()).rejects.toEqual(failsAs('TemporaryFailure'));
    await expect(reverse()).rejects.toEqual(failsAs('CompensationFailed', /processing/));
    pass(1);
    expect(await reverse()).toEqual({ reversal: 'CANCELED' });
    expect(ledger.held()).toBe(0);
  });

  test('undoes the last try of the charge although its reply was lost', async () => {
    const { charge, reverse, stripe, ledger } = start();
    stripe.faults.add({ on: CONFIRM, kind: 'hang', afterWork: true });
    await expect(charge()).rejects.toEqual(failsAs('TemporaryFailure'));
    expect(ledger.held()).toBe(3399);
    await reverse();
    expect(ledger.held()).toBe(0);
  });

  test('any failure is CompensationFailed with its cause', async () => {
    const { charge, reverse, stripe, dynamodb } = start();
    await charge();
    stripe.faults.add({ on: 'POST /v1/payment_intents/*/cancel', kind: 'rate_limit' });
    await expect(reverse()).rejects.toEqual(
      failsAs('CompensationFailed', /order-A-1001.* failed: RateLimited/),
    );
    dynamodb.fail({ 'dynamodb:*': [fails('denied')] });
    await expect(reverse()).rejects.toEqual(failsAs('CompensationFailed', /AccessDenied/));
    await reverse();
  });
});

test('a second attempt of the order pays with an intent of its own', async () => {
  const { charge, reverse, functions, ledger } = start('pm_card_chargeDeclined');
  await expect(charge()).rejects.toEqual(failsAs('PaymentDeclined'));
  await reverse();
  await functions['charge-card']({ order: validOrder(), execution: `${execution}_2` });
  expect(ledger.held()).toBe(3399);
});
