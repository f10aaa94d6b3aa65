/** The ways to pay for an order, and what a notice says about a refused payment. */
import Stripe from 'stripe';
import { fails } from '../../tools/doubles/faults';
import { createStripeDouble } from '../../tools/doubles/stripe';
import { openShop } from '../../tools/world/order-shop';
import { TOPICS } from '../../tools/world/order-world';
import { startClock } from '../../tools/world/world';

const AMOUNT = 3399;

const notices = (shop: ReturnType<typeof openShop>) => shop.world.topics.messages(TOPICS.paymentFailure);

/** A PaymentIntent that the shop created for an order, after the customer has authenticated. */
async function confirmedPayment(shop: ReturnType<typeof openShop>, orderId = 'A-1001'): Promise<string> {
  const { stripe } = shop.world;
  const client = new Stripe(stripe.secretKey, {
    httpClient: stripe.httpClient(),
    maxNetworkRetries: 0,
    telemetry: false,
  });
  const { id } = await client.paymentIntents.create({
    amount: AMOUNT,
    currency: 'usd',
    payment_method: 'pm_card_threeDSecure2Required',
    capture_method: 'manual',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { orderId },
  });
  await client.paymentIntents.confirm(id);
  stripe.authenticate(id, { succeeds: true });
  return id;
}

describe('an order that is paid by a payment which its customer has confirmed', () => {
  test('ships, with 3-D Secure', async () => {
    const shop = openShop();
    const paymentIntentId = await confirmedPayment(shop);
    const order = await shop.run({ paymentIntentId });
    expect(order.output).toMatchObject({ outcome: 'SHIPPED', amount: AMOUNT, paymentIntentId });
    expect(order.transitions).toBe(9);
    expect(await shop.books()).toMatchObject({ held: 0, taken: AMOUNT, shipped: ['order-A-1001'] });
  });

  test('releases the money when ChargeCard never got to it', async () => {
    const shop = openShop();
    const paymentIntentId = await confirmedPayment(shop);
    const order = await shop.run({ paymentIntentId }, { faults: { ChargeCard: fails('Broken') } });
    expect(order).toMatchObject({ status: 'FAILED', endedAt: 'OrderFailed' });
    expect(await shop.books()).toMatchObject({ held: 0, taken: 0, shipped: [] });
  });

  test('releases the money when the stock is short', async () => {
    const shop = openShop({ MUG: 0, TEA: 0 });
    const order = await shop.run({ paymentIntentId: await confirmedPayment(shop) });
    expect(order.outcome).toBe('OUT_OF_STOCK');
    expect(await shop.books()).toMatchObject({ held: 0, taken: 0 });
  });

  test('is not changed by a second attempt with the same payment', async () => {
    const shop = openShop();
    const paymentIntentId = await confirmedPayment(shop);
    await shop.run({ paymentIntentId });
    const again = await shop.run({ paymentIntentId }, { attempt: 2 });
    expect(again.outcome).toBe('ALREADY_PROCESSED');
    expect(await shop.books()).toMatchObject({ held: 0, taken: AMOUNT, shipped: ['order-A-1001'] });
  });

  test('cannot use a payment of another order', async () => {
    const shop = openShop();
    const paymentIntentId = await confirmedPayment(shop);
    const thief = await shop.run({ paymentIntentId, orderId: 'B-1' });
    expect(thief.output).toMatchObject({ outcome: 'PAYMENT_DECLINED', declineCode: 'payment_not_usable' });
    expect((await shop.run({ paymentIntentId })).outcome).toBe('SHIPPED');
    expect(await shop.books()).toMatchObject({ held: 0, taken: AMOUNT, shipped: ['order-A-1001'] });
  });
});

describe('the code of a decline is for the shop, not for the customer', () => {
  test.each([
    ['pm_card_visa_chargeDeclinedStolenCard', 'stolen_card'],
    ['pm_card_visa_chargeDeclinedLostCard', 'lost_card'],
    ['pm_card_radarBlock', 'fraudulent'],
  ])('%s', async (paymentMethodId, declineCode) => {
    const shop = openShop();
    const order = await shop.run({ paymentMethodId });
    const refusal = { outcome: 'PAYMENT_DECLINED', reason: 'Your card was declined.' };
    expect(order.output).toEqual({ orderId: 'A-1001', ...refusal, declineCode, notified: true });
    expect(notices(shop)).toEqual([expect.objectContaining(refusal)]);
    expect(JSON.stringify(notices(shop))).not.toContain(declineCode);
  });

  test('also when the notice could not be sent', async () => {
    const shop = openShop();
    shop.fail({ 'sns:publish': fails('unavailable') });
    const order = await shop.run({ paymentMethodId: 'pm_card_visa_chargeDeclinedStolenCard' });
    expect(order.output).toMatchObject({ declineCode: 'stolen_card', notified: false });
  });

  test('of an authorisation that expired before its capture', async () => {
    const shop = openShop();
    const expire = async (work: () => Promise<unknown>) => {
      shop.world.letAuthorisationsExpire();
      return work();
    };
    const order = await shop.run({}, { faults: { CapturePayment: expire } });
    expect(order.output).toEqual({
      orderId: 'A-1001',
      outcome: 'PAYMENT_DECLINED',
      reason: 'The authorisation has expired or was cancelled.',
      declineCode: 'authorisation_gone',
      notified: true,
    });
  });

  test('other outcomes have none', async () => {
    const order = await openShop({ MUG: 0, TEA: 0 }).run();
    expect(order.output).not.toHaveProperty('declineCode');
  });
});

test('an amount that only Stripe finds too small is a decline, not a failure', async () => {
  const clock = startClock();
  // The account settles in another currency than the stage says.
  const stripe = createStripeDouble({ settlementCurrency: 'czk', now: () => clock.now().getTime() });
  const shop = openShop({ MUG: 1 }, { clock, stripe });
  const order = await shop.run({ items: [{ sku: 'MUG', quantity: 1, unitPrice: 50 }] });
  expect(order.output).toMatchObject({ outcome: 'PAYMENT_DECLINED', declineCode: 'amount_too_small' });
  expect(await shop.books()).toEqual({ held: 0, taken: 0, stock: { MUG: 1 }, shipped: [] });
});
