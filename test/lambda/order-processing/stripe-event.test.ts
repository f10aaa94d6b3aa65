import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Stripe from 'stripe';
import { fails, passes } from '../../../tools/doubles/faults';
import { createStripeDouble, type StripeEvent } from '../../../tools/doubles/stripe';
import { createOrderWorld, TABLES, TOPICS } from '../../../tools/world/order-world';
import { validOrder } from '../../../tools/world/orders';

const execution = 'order-A-1001.1772355600000';
const executionArn = 'arn:aws:states:us-east-1:123456789012:execution:shop:order-A-1001';
const orderId = 'A-1001';

function start() {
  const time = { now: Date.parse('2026-11-20T10:00:00Z') };
  const events: StripeEvent[] = [];
  const double = createStripeDouble({ now: () => time.now, onEvent: (event) => events.push(event) });
  const world = createOrderWorld({ now: () => new Date(time.now), stripe: double });
  const { functions, dynamodb, topics } = world;
  const held = { orderId: { S: orderId }, execution: { S: execution }, state: { S: 'HELD' } };
  dynamodb.seed(TABLES.reservations, held);
  const order = (paymentMethodId: string) => ({
    order: validOrder({ paymentMethodId }),
    execution,
    executionArn,
  });
  return {
    ...world,
    /** What a person does in Stripe's dashboard. */
    dashboard: new Stripe(double.secretKey, { httpClient: double.httpClient(), telemetry: false }),
    charge: (paymentMethodId = 'pm_card_visa') => functions['charge-card'](order(paymentMethodId)),
    capture: () => functions['capture-payment']({ orderId, execution }),
    reverse: (payment?: { paymentIntentId: string }) =>
      functions['reverse-payment']({ orderId, execution, payment }),
    record: () => dynamodb.get(TABLES.payments, execution),
    intentId: () => String(double.ledger.payments[0]?.id),
    hear: (event: unknown) => functions['stripe-event']({ detail: event }),
    told: () => topics.texts(TOPICS.alarms),
    /** Lets time pass. Returns the events since the last call. */
    pass(seconds: number): StripeEvent[] {
      time.now += seconds * 1000;
      double.catchUp();
      return events.splice(0);
    },
  };
}

/** An event that the double does not send by itself. */
const eventOf = (type: string, object: object, id = 'evt_1') => ({ id, type, data: { object } });

async function shipped(shop: ReturnType<typeof start>, paymentMethodId: string): Promise<StripeEvent[]> {
  await shop.charge(paymentMethodId);
  await shop.capture();
  return shop.pass(0);
}

/** The event that the refund of a captured payment has failed. */
async function refundFailure(shop: ReturnType<typeof start>): Promise<StripeEvent> {
  await shipped(shop, 'pm_card_refundFail');
  await shop.reverse();
  const [event] = shop.pass(10);
  if (event?.type !== 'refund.failed') throw new Error(`Not a failed refund: ${event?.type}`);
  return event;
}

const idOf = (event: StripeEvent) => String(Object(event.data.object).id);

test('a failed refund is on the record, and a person is told what became of the money', async () => {
  const shop = start();
  const event = await refundFailure(shop);
  const before = shop.record();
  expect(await shop.hear(event)).toEqual({ noted: true });
  const ids = { SS: [idOf(event)] };
  expect(shop.record()).toEqual({
    ...before,
    failedRefunds: ids,
    told: ids,
    updatedAt: { S: '2026-11-20T10:00:10.000Z' },
  });
  expect(shop.told()).toEqual([
    `prod: order A-1001 (execution order-A-1001): the refund ${idOf(event)} of 3399 usd (minor units) did not arrive ` +
      '(expired_or_canceled_card). Stripe has given the money back to us, not to the customer. ' +
      'Runbook: https://runbook.example#stripe-refund-failed',
  ]);
});

test('a dispute is on the record, and a person is told until when to answer', async () => {
  const shop = start();
  const [event, ...others] = await shipped(shop, 'pm_card_createDispute');
  expect(others).toEqual([]);
  if (!event) throw new Error('No dispute');
  await shop.hear(event);
  expect(shop.record()).toMatchObject({ disputes: { SS: [idOf(event)] } });
  expect(shop.told()).toEqual([
    `prod: order A-1001 (execution order-A-1001): the customer disputes 3399 usd (minor units) (${idOf(event)}, ` +
      'fraudulent). Answer by 2026-11-29T10:00:00.000Z, or it is lost. ' +
      'Runbook: https://runbook.example#stripe-disputed',
  ]);
});

test('of a dispute that cannot be answered, a person is told that too', async () => {
  const shop = start();
  await shipped(shop, 'pm_card_visa');
  const evidence_details = { due_by: null };
  const dispute = { id: 'dp_1', payment_intent: shop.intentId(), evidence_details };
  await shop.hear(eventOf('charge.dispute.created', dispute));
  expect(shop.told()).toEqual([expect.stringContaining('No answer is due.')]);
});

test.each([
  ['lost', 'disputesLost'],
  ['won', 'disputesWon'],
  ['warning_closed', 'disputesWon'],
])('a dispute that is closed as %s is on the record as %s; there is nothing to do', async (status, list) => {
  const shop = start();
  await shipped(shop, 'pm_card_visa');
  const dispute = { id: 'dp_1', payment_intent: shop.intentId(), status };
  await shop.hear(eventOf('charge.dispute.closed', dispute));
  expect(shop.record()).toMatchObject({ [list]: { SS: ['dp_1'] } });
  expect(shop.told()).toEqual([]);
});

test('events in the wrong order leave the same record, and a person is told all the same', async () => {
  const inOrder = async (reversed: boolean) => {
    const shop = start();
    const [opened] = await shipped(shop, 'pm_card_createDispute');
    if (!opened) throw new Error('No dispute');
    const closed = eventOf('charge.dispute.closed', { ...opened.data.object, id: 'dp_1', status: 'lost' });
    const events = [eventOf('charge.dispute.created', { ...opened.data.object, id: 'dp_1' }), closed];
    for (const event of reversed ? events.reverse() : events) await shop.hear(event);
    const { paymentIntentId: _, ...record } = shop.record() ?? {};
    return { record, told: shop.told() };
  };
  expect(await inOrder(true)).toEqual(await inOrder(false));
  expect((await inOrder(true)).told).toHaveLength(1);
});

test.each([
  ['an event that comes twice', (event: StripeEvent) => event],
  // https://docs.stripe.com/webhooks#handle-duplicate-events
  ['a second event of the same change', (event: StripeEvent) => ({ ...event, id: 'evt_2' })],
])('%s is told once', async (_case, again) => {
  const shop = start();
  const event = await refundFailure(shop);
  await shop.hear(event);
  const before = shop.record();
  expect(await shop.hear(again(event))).toEqual({ noted: true });
  expect(shop.record()).toEqual(before);
  expect(shop.told()).toHaveLength(1);
});

test('two refunds that fail one after the other are told one by one', async () => {
  const shop = start();
  const first = await refundFailure(shop);
  await shop.reverse();
  const [second] = shop.pass(10);
  if (!second) throw new Error('The second refund did not fail');
  for (const event of [first, second, first]) await shop.hear(event);
  expect(shop.record()?.failedRefunds).toEqual({ SS: [first, second].map(idOf) });
  expect(shop.told()).toHaveLength(2);
});

test('a message that the topic does not take is sent by the next try', async () => {
  const shop = start();
  const event = await refundFailure(shop);
  shop.topics.fail({ 'sns:publish': [fails('unavailable')] });
  await expect(shop.hear(event)).rejects.toMatchObject({ name: 'TemporaryFailure' });
  expect(shop.record()).toMatchObject({ failedRefunds: { SS: [idOf(event)] } });
  expect(shop.record()?.told).toBeUndefined();
  await shop.hear(event);
  expect(shop.told()).toHaveLength(1);
});

test('when nobody knows whether a person was told, a person is told again', async () => {
  const shop = start();
  const event = await refundFailure(shop);
  shop.dynamodb.fail({ 'dynamodb:updateItem payments': [passes, fails('unavailable')] });
  await expect(shop.hear(event)).rejects.toMatchObject({ name: 'TemporaryFailure' });
  await shop.hear(event);
  await shop.hear(event);
  expect(shop.told()).toHaveLength(2);
});

test('as long as Stripe cannot say whose an intent is, the event is tried again', async () => {
  const shop = start();
  const event = await refundFailure(shop);
  shop.stripe.faults.add({ on: 'GET /v1/payment_intents/*', kind: 'server_error' });
  await expect(shop.hear(event)).rejects.toMatchObject({ name: 'TemporaryFailure' });
  await shop.hear(event);
  expect(shop.told()).toHaveLength(1);
});

test('an order of 100 days ago is found', async () => {
  const shop = start();
  const [event] = await shipped(shop, 'pm_card_createDispute');
  shop.pass(100 * 86_400);
  expect(await shop.hear(event)).toEqual({ noted: true });
});

describe('a cancelled authorisation', () => {
  test('is no news when the order was undone', async () => {
    const shop = start();
    await shop.charge();
    await shop.reverse();
    const before = shop.record();
    const [event] = shop.pass(0);
    expect(event?.type).toBe('payment_intent.canceled');
    expect(await shop.hear(event)).toEqual({ noted: false });
    expect(shop.record()).toEqual(before);
  });

  test('of an order under way is on its record; the order finds out by itself', async () => {
    const shop = start();
    await shop.charge();
    await shop.dashboard.paymentIntents.cancel(shop.intentId());
    const [event] = shop.pass(0);
    expect(await shop.hear(event)).toEqual({ noted: true });
    expect(shop.record()).toMatchObject({ canceledIntents: { SS: [shop.intentId()] } });
    expect(shop.told()).toEqual([]);
    await expect(shop.capture()).rejects.toMatchObject({ name: 'PaymentDeclined' });
  });

  test('that expired is reported by Stripe itself', async () => {
    const shop = start();
    await shop.charge();
    const [event] = shop.pass(8 * 86_400);
    expect(event?.type).toBe('payment_intent.canceled');
    expect(await shop.hear(event)).toEqual({ noted: true });
  });
});

test('a refund that was cancelled in the dashboard did not arrive either; any other change is no news', async () => {
  const shop = start();
  await shipped(shop, 'pm_card_visa');
  const refund = { id: 're_1', payment_intent: shop.intentId(), amount: 3399, currency: 'usd' };
  expect(await shop.hear(eventOf('refund.updated', { ...refund, status: 'succeeded' }))).toEqual({
    noted: false,
  });
  await shop.hear(eventOf('refund.updated', { ...refund, status: 'canceled' }));
  expect(shop.record()).toMatchObject({ failedRefunds: { SS: ['re_1'] } });
  expect(shop.told()).toEqual([expect.stringContaining('did not arrive (canceled)')]);
});

test.each([
  ['that ChargeCard has taken', true],
  ['that only the reversal has claimed', false],
])("an intent that the order brought along, %s, is its execution's", async (_case, charged) => {
  const shop = start();
  const { id } = await shop.dashboard.paymentIntents.create({
    amount: 3399,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    capture_method: 'manual',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { orderId },
  });
  await shop.dashboard.paymentIntents.confirm(id);
  const order = validOrder({ paymentIntentId: id });
  if (charged) await shop.functions['charge-card']({ order, execution, executionArn });
  else await shop.reverse({ paymentIntentId: id });
  const refund = { id: 're_1', payment_intent: id, status: 'failed', amount: 3399, currency: 'usd' };
  expect(await shop.hear(eventOf('refund.failed', refund))).toEqual({ noted: true });
  expect(shop.record()).toMatchObject({ failedRefunds: { SS: ['re_1'] } });
});

describe("what is somebody else's is left alone", () => {
  const others = {
    'an intent of another project': {},
    "an intent of another deployment's order": { execution: 'order-A-1001.1', executionArn },
    // Nobody else has this identity, but nothing that another deployment says may change our record.
    'an intent that another deployment claims to be ours': { execution, executionArn },
  };
  test.each(Object.entries(others))('%s', async (_case, metadata) => {
    const shop = start();
    await shop.charge();
    const before = shop.record();
    const intent = await shop.dashboard.paymentIntents.create({ amount: 500, currency: 'usd', metadata });
    const about = { payment_intent: intent.id, amount: 500, currency: 'usd' };
    const events = [
      eventOf('refund.failed', { ...about, id: 're_1', status: 'failed' }),
      eventOf('charge.dispute.created', { ...about, id: 'dp_1', evidence_details: { due_by: null } }),
      eventOf('payment_intent.canceled', intent),
    ];
    for (const event of events) expect(await shop.hear(event)).toEqual({ noted: false });
    expect(shop.record()).toEqual(before);
    expect(shop.dynamodb.get(TABLES.payments, 'order-A-1001.1')).toBeUndefined();
    expect(shop.told()).toEqual([]);
  });

  test.each([
    ['an intent that this account does not have', { payment_intent: 'pi_of_another_account' }],
    ['a charge without an intent', { payment_intent: null }],
  ])('%s', async (_case, about) => {
    const shop = start();
    const refund = { id: 're_1', status: 'failed', ...about };
    expect(await shop.hear(eventOf('refund.failed', refund))).toEqual({ noted: false });
  });
});

test('every message leads to a section of the runbook', () => {
  const source = readFileSync(join(__dirname, '../../../lambda/order-processing/stripe-events.ts'), 'utf8');
  const anchors = Array.from(source.matchAll(/runbook: '([\w-]+)'/g), ([, anchor]) => `## ${anchor}`);
  const runbook = readFileSync(join(__dirname, '../../../docs/runbook.md'), 'utf8').split('\n');
  expect(anchors).toHaveLength(2);
  for (const anchor of anchors) expect(runbook).toContain(anchor);
});
