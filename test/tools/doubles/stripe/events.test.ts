/** What happens at Stripe by itself, and what it reports of it. */
import { STRIPE_VERSION } from '../../../../lambda/shared/stripe-version';
import type { StripeEvent } from '../../../../tools/doubles/stripe';
import { authorised, errorOf, order, startStripe } from './support';

function start() {
  const events: StripeEvent[] = [];
  return { ...startStripe({ onEvent: (event) => events.push(event) }), events };
}

async function captured({ stripe }: ReturnType<typeof start>, card: string): Promise<string> {
  const { id } = await stripe.paymentIntents.create(order(card));
  await stripe.paymentIntents.confirm(id);
  await stripe.paymentIntents.capture(id);
  return id;
}

test('an event carries the object as it was then, as the official client reads it', async () => {
  const shop = start();
  const id = await authorised(shop.stripe);
  await shop.stripe.paymentIntents.cancel(id);
  const [event, ...others] = shop.events;
  expect(others).toEqual([]);
  const envelope = { 'detail-type': event?.type, source: 'aws.partner/stripe.com/ed_1', detail: event };
  expect(shop.stripe.webhooks.constructEventWithoutVerification(JSON.stringify(envelope))).toEqual({
    id: expect.stringMatching(/^evt_/),
    object: 'event',
    api_version: STRIPE_VERSION,
    created: Date.UTC(2026, 0, 1) / 1000,
    data: { object: await shop.stripe.paymentIntents.retrieve(id) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type: 'payment_intent.canceled',
  });
});

// https://docs.stripe.com/testing#refunds
test('a refund to pm_card_refundFail succeeds, and fails later: the money is taken again', async () => {
  const shop = start();
  const id = await captured(shop, 'pm_card_refundFail');
  const refund = await shop.stripe.refunds.create({ payment_intent: id });
  expect(refund).toMatchObject({ status: 'succeeded' });
  shop.double.catchUp();
  expect(shop.events).toEqual([]);

  shop.pass(10);
  shop.double.catchUp();
  expect(shop.ledger.taken()).toBe(1999);
  const failed = await shop.stripe.refunds.retrieve(refund.id);
  expect(failed).toMatchObject({ status: 'failed', failure_reason: 'expired_or_canceled_card' });
  shop.double.catchUp();
  expect(shop.events).toMatchObject([{ type: 'refund.failed', data: { object: { id: refund.id } } }]);
  expect(await shop.stripe.refunds.create({ payment_intent: id })).toMatchObject({ status: 'succeeded' });
});

test('a request sees the failure of a refund although nobody waited for it', async () => {
  const shop = start();
  const id = await captured(shop, 'pm_card_refundFail');
  await shop.stripe.refunds.create({ payment_intent: id });
  shop.pass(10);
  expect((await shop.stripe.refunds.list({ payment_intent: id })).data).toMatchObject([{ status: 'failed' }]);
});

test('a payment with pm_card_createDispute is disputed once its money was taken', async () => {
  const shop = start();
  const { id } = await shop.stripe.paymentIntents.create(order('pm_card_createDispute'));
  await shop.stripe.paymentIntents.confirm(id);
  shop.double.catchUp();
  expect(shop.events).toEqual([]);
  await shop.stripe.paymentIntents.capture(id);
  for (let times = 0; times < 2; times++) shop.double.catchUp();
  expect(shop.events).toMatchObject([
    {
      type: 'charge.dispute.created',
      data: { object: { object: 'dispute', payment_intent: id, amount: 1999, status: 'needs_response' } },
    },
  ]);
});

test('a dispute that is given up is lost, once', async () => {
  const shop = start();
  await captured(shop, 'pm_card_createDispute');
  shop.double.catchUp();
  const id = String(Object(shop.events[0]?.data.object).id);
  expect(await shop.stripe.disputes.close(id)).toMatchObject({ status: 'lost' });
  expect(await errorOf(shop.stripe.disputes.close(id))).toMatchObject({ statusCode: 400 });
  expect(await shop.stripe.disputes.retrieve(id)).toMatchObject({ status: 'lost' });
  expect(await errorOf(shop.stripe.disputes.retrieve('dp_none'))).toMatchObject({ statusCode: 404 });
  expect(shop.events.map(({ type, data }) => [type, Object(data.object).status])).toEqual([
    ['charge.dispute.created', 'needs_response'],
    ['charge.dispute.closed', 'lost'],
  ]);
});

test('an authorisation that expires is reported once', async () => {
  const shop = start();
  const id = await authorised(shop.stripe);
  shop.pass(8 * 86_400);
  for (let times = 0; times < 2; times++) shop.double.catchUp();
  expect(shop.events).toMatchObject([{ type: 'payment_intent.canceled', data: { object: { id } } }]);
});

test('an ordinary payment and its refund are no news', async () => {
  const shop = start();
  const id = await captured(shop, 'pm_card_visa');
  await shop.stripe.refunds.create({ payment_intent: id });
  shop.pass(30 * 86_400);
  shop.double.catchUp();
  expect(shop.events).toEqual([]);
  expect(shop.ledger.taken()).toBe(0);
});
