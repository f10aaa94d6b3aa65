/** The other ways to pay: with a payment that the customer has confirmed, and with a saved card. */
import Stripe from 'stripe';
import { type FaultPlan, Faults, fails, passes, replyLost } from '../../../tools/doubles/faults';
import { createOrderWorld, TABLES } from '../../../tools/world/order-world';
import { type OrderChanges, validOrder } from '../../../tools/world/orders';

const AMOUNT = 3399;

function openTill() {
  const faults = new Faults();
  const world = createOrderWorld({ faults });
  const shop = new Stripe(world.stripe.secretKey, {
    httpClient: world.stripe.httpClient(),
    maxNetworkRetries: 0,
    telemetry: false,
  });
  const executionOf = (orderId: string, attempt: number) => `order-${orderId}_${attempt}.1772355600000`;
  const {
    'charge-card': chargeCard,
    'capture-payment': capturePayment,
    'reverse-payment': reverse,
  } = world.functions;

  return {
    ...world,
    faults,
    ledger: world.stripe.ledger,
    shop,
    /** A PaymentIntent that the shop creates for an order and its page confirms. */
    async confirmed(changes: Partial<Stripe.PaymentIntentCreateParams> = {}): Promise<string> {
      const { id } = await shop.paymentIntents.create({
        amount: AMOUNT,
        currency: 'usd',
        payment_method: 'pm_card_visa',
        capture_method: 'manual',
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        metadata: { orderId: 'A-1001' },
        ...changes,
      });
      await shop.paymentIntents.confirm(id);
      return id;
    },
    charge: (changes: OrderChanges, attempt = 1) => {
      const order = validOrder(changes);
      const execution = executionOf(order.orderId, attempt);
      return chargeCard({ order, execution, executionArn: `arn:${execution}` });
    },
    capture: (orderId = 'A-1001', attempt = 1) => {
      const execution = executionOf(orderId, attempt);
      const hold = { orderId: { S: orderId }, execution: { S: execution }, state: { S: 'HELD' } };
      world.dynamodb.seed(TABLES.reservations, hold);
      return capturePayment({ orderId, execution });
    },
    reverse: ({ orderId = 'A-1001', paymentIntentId }: OrderChanges = {}, attempt = 1) =>
      reverse({
        orderId,
        execution: executionOf(orderId, attempt),
        payment: { ...(paymentIntentId && { paymentIntentId }) },
      }),
    statusOf: async (id: string) => (await shop.paymentIntents.retrieve(id)).status,
  };
}

const failsAs = (name: string) => expect.objectContaining({ name });

/** Lambda's report of a PaymentDeclined, whose message is JSON within JSON. */
const declinedAs = (declineCode: string) =>
  expect.objectContaining({
    name: 'PaymentDeclined',
    message: expect.stringContaining(`"${declineCode}\\"`),
  });

describe('an order with a confirmed payment', () => {
  test('is charged with it, and creates no other', async () => {
    const till = openTill();
    const paymentIntentId = await till.confirmed();
    const charged = await till.charge({ paymentIntentId });
    expect(charged).toMatchObject({ success: true, paymentIntentId, amount: AMOUNT });
    expect(await till.charge({ paymentIntentId })).toEqual(charged);
    await till.capture();
    expect([till.ledger.held(), till.ledger.taken()]).toEqual([0, AMOUNT]);
    expect(till.ledger.payments).toHaveLength(1);
  });

  test('is charged after 3-D Secure', async () => {
    const till = openTill();
    const paymentIntentId = await till.confirmed({ payment_method: 'pm_card_threeDSecure2Required' });
    till.stripe.authenticate(paymentIntentId, { succeeds: true });
    await till.charge({ paymentIntentId });
    await till.capture();
    expect(till.ledger.taken()).toBe(AMOUNT);
  });

  test.each<[string, Partial<Stripe.PaymentIntentCreateParams>, string]>([
    ['waits for 3-D Secure', { payment_method: 'pm_card_threeDSecure2Required' }, 'authentication_required'],
    ['is of another amount', { amount: AMOUNT - 1 }, 'payment_not_usable'],
    ['is in another currency', { currency: 'eur' }, 'payment_not_usable'],
    [
      'takes the money by itself, later',
      { capture_method: 'automatic', payment_method: 'pm_card_threeDSecure2Required' },
      'payment_not_usable',
    ],
  ])('that %s is declined, and holds nothing once it is undone', async (_case, changes, code) => {
    const till = openTill();
    const paymentIntentId = await till.confirmed(changes);
    await expect(till.charge({ paymentIntentId })).rejects.toEqual(declinedAs(code));
    await expect(till.charge({ paymentIntentId })).rejects.toEqual(declinedAs(code));
    expect(await till.reverse({ paymentIntentId })).toEqual({ reversal: 'CANCELED' });
    expect(await till.statusOf(paymentIntentId)).toBe('canceled');
    expect(till.ledger.held()).toBe(0);
  });

  test('that was never confirmed is declined, and not confirmed for its customer', async () => {
    const till = openTill();
    const { id } = await till.shop.paymentIntents.create({
      amount: AMOUNT,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      capture_method: 'manual',
      metadata: { orderId: 'A-1001' },
    });
    await expect(till.charge({ paymentIntentId: id })).rejects.toEqual(declinedAs('payment_not_confirmed'));
    expect(await till.statusOf(id)).toBe('requires_confirmation');
    await till.reverse({ paymentIntentId: id });
    expect(await till.statusOf(id)).toBe('canceled');
  });

  test('whose card was declined, or whose holder failed the challenge, is declined', async () => {
    const till = openTill();
    const paymentIntentId = await till.confirmed({ payment_method: 'pm_card_threeDSecure2Required' });
    till.stripe.authenticate(paymentIntentId, { succeeds: false });
    const refused = declinedAs('payment_intent_authentication_failure');
    await expect(till.charge({ paymentIntentId })).rejects.toEqual(refused);
    const { id } = await till.shop.paymentIntents.create({
      amount: AMOUNT,
      currency: 'usd',
      capture_method: 'manual',
      metadata: { orderId: 'A-1001' },
    });
    await expect(till.charge({ paymentIntentId: id }, 2)).rejects.toEqual(
      declinedAs('payment_not_confirmed'),
    );
  });

  test('that has expired is declined', async () => {
    const till = openTill();
    const paymentIntentId = await till.confirmed();
    till.letAuthorisationsExpire();
    await expect(till.charge({ paymentIntentId })).rejects.toEqual(declinedAs('authorisation_gone'));
    expect(await till.reverse({ paymentIntentId })).toEqual({ reversal: 'CANCELED' });
  });

  test('that does not exist is declined, and there is nothing to undo', async () => {
    const till = openTill();
    await expect(till.charge({ paymentIntentId: 'pi_none' })).rejects.toEqual(
      declinedAs('payment_not_usable'),
    );
    expect(await till.reverse({ paymentIntentId: 'pi_none' })).toEqual({ reversal: 'NOTHING' });
  });

  test.each<[string, FaultPlan]>([
    ['an outage of Stripe', { 'stripe:GET /v1/payment_intents/*': [fails('unavailable')] }],
    ['a claim whose answer was lost', { 'dynamodb:updateItem payments': [replyLost] }],
    ['a record whose answer was lost', { 'dynamodb:updateItem payments': [passes, replyLost] }],
    ['a claim without a record', { 'dynamodb:updateItem payments': [passes, fails('unavailable')] }],
  ])('after %s the next try charges it', async (_case, plan) => {
    const till = openTill();
    const paymentIntentId = await till.confirmed();
    till.faults.add(plan);
    await expect(till.charge({ paymentIntentId })).rejects.toEqual(failsAs('TemporaryFailure'));
    expect(await till.charge({ paymentIntentId })).toMatchObject({ paymentIntentId });
    till.faults.clear();
    await till.reverse({ paymentIntentId });
    expect(till.ledger.held()).toBe(0);
  });

  test('is released even if ChargeCard never ran', async () => {
    const till = openTill();
    const paymentIntentId = await till.confirmed();
    till.stripe.faults.add({ on: 'GET /v1/payment_intents/*', kind: 'unavailable' });
    await expect(till.charge({ paymentIntentId })).rejects.toEqual(failsAs('TemporaryFailure'));
    expect(till.ledger.held()).toBe(AMOUNT);
    expect(await till.reverse({ paymentIntentId })).toEqual({ reversal: 'CANCELED' });
    expect(await till.reverse({ paymentIntentId })).toEqual({ reversal: 'CANCELED' });
    expect(till.ledger.held()).toBe(0);
    await expect(till.charge({ paymentIntentId })).rejects.toEqual(failsAs('Error'));
  });

  test('is not released while Stripe does not respond', async () => {
    const till = openTill();
    const paymentIntentId = await till.confirmed();
    till.stripe.faults.add({ on: 'GET /v1/payment_intents/*', kind: 'unavailable' });
    await expect(till.reverse({ paymentIntentId })).rejects.toEqual(failsAs('CompensationFailed'));
    expect(await till.reverse({ paymentIntentId })).toEqual({ reversal: 'CANCELED' });
  });
});

describe('a payment that is not the execution’s is declined and left unchanged', () => {
  type Till = ReturnType<typeof openTill>;

  test.each<[string, (till: Till) => Promise<string>, OrderChanges]>([
    ['of another order', (till) => till.confirmed({ metadata: { orderId: 'B-1' } }), {}],
    ['of no order', (till) => till.confirmed({ metadata: {} }), {}],
    [
      'that another attempt has claimed',
      async (till) => {
        const paymentIntentId = await till.confirmed();
        await till.charge({ paymentIntentId }, 9);
        return paymentIntentId;
      },
      {},
    ],
    [
      'that another attempt has claimed and captured',
      async (till) => {
        const paymentIntentId = await till.confirmed();
        await till.charge({ paymentIntentId }, 9);
        await till.capture('A-1001', 9);
        return paymentIntentId;
      },
      {},
    ],
    [
      'that another attempt made of a card',
      async (till) => String(Object(await till.charge({}, 9)).paymentIntentId),
      {},
    ],
    [
      'that another order’s attempt made of a card',
      async (till) => String(Object(await till.charge({ orderId: 'B-1' }, 9)).paymentIntentId),
      {},
    ],
    [
      'that was captured elsewhere',
      async (till) => {
        const id = await till.confirmed();
        await till.shop.paymentIntents.capture(id);
        return id;
      },
      {},
    ],
  ])('%s', async (_case, prepare) => {
    const till = openTill();
    const paymentIntentId = await prepare(till);
    const before = await till.shop.paymentIntents.retrieve(paymentIntentId);
    await expect(till.charge({ paymentIntentId })).rejects.toEqual(declinedAs('payment_not_usable'));
    expect(await till.reverse({ paymentIntentId })).toEqual({ reversal: 'NOTHING' });
    expect(await till.shop.paymentIntents.retrieve(paymentIntentId)).toEqual(before);
  });

  test('of two attempts at once, one claims it', async () => {
    const till = openTill();
    const paymentIntentId = await till.confirmed();
    const results = await Promise.allSettled([
      till.charge({ paymentIntentId }, 1),
      till.charge({ paymentIntentId }, 2),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('a saved card', () => {
  async function save(till: ReturnType<typeof openTill>, method = 'pm_card_visa') {
    const { id: stripeCustomerId } = await till.shop.customers.create({});
    const { id } = await till.shop.paymentMethods.attach(method, { customer: stripeCustomerId });
    return { stripeCustomerId, paymentMethodId: id };
  }

  test('pays for any number of its customer’s orders', async () => {
    const till = openTill();
    const card = await save(till);
    await till.charge({ ...card, orderId: 'A-1' });
    await till.charge({ ...card, orderId: 'A-2' });
    expect(till.ledger.held()).toBe(2 * AMOUNT);
  });

  test.each<[string, (card: { stripeCustomerId: string; paymentMethodId: string }) => OrderChanges]>([
    ['without its customer', ({ paymentMethodId }) => ({ paymentMethodId })],
    ['of another customer', (card) => ({ ...card, stripeCustomerId: 'cus_none' })],
  ])('%s is declined, not a failure', async (_case, change) => {
    const till = openTill();
    const card = await save(till);
    await expect(till.charge(change(card))).rejects.toEqual(failsAs('PaymentDeclined'));
    expect(till.ledger.held()).toBe(0);
  });

  test('that needs authentication is declined, at this and every later try', async () => {
    const till = openTill();
    const card = await save(till, 'pm_card_authenticationRequired');
    for (let tries = 0; tries < 2; tries++) {
      await expect(till.charge(card)).rejects.toEqual(declinedAs('authentication_required'));
    }
    expect(await till.reverse()).toEqual({ reversal: 'CANCELED' });
  });
});

test.each([
  ['amount', { items: [{ sku: 'MUG', quantity: 1, unitPrice: AMOUNT + 1 }] }],
  ['currency', { currency: 'eur' }],
])('a recorded payment of another %s than the order’s is not taken for its own', async (_case, changes) => {
  const till = openTill();
  await till.charge({});
  await expect(till.charge(changes)).rejects.toEqual(failsAs('Error'));
  await till.reverse();
  expect(till.ledger.held()).toBe(0);
});
