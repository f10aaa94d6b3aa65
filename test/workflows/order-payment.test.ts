/** The ways to pay for an order, and what is said of a payment that is refused. */
import { fails } from '../../tools/doubles/faults';
import { openShop } from '../../tools/world/order-shop';
import { TOPICS } from '../../tools/world/order-world';

const notices = (shop: ReturnType<typeof openShop>) => shop.world.topics.messages(TOPICS.paymentFailure);

describe('the code of a decline is for the shop, not for who holds the card', () => {
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

  test('nor when nobody could be told', async () => {
    const shop = openShop();
    shop.fail({ 'sns:publish': fails('unavailable') });
    const order = await shop.run({ paymentMethodId: 'pm_card_visa_chargeDeclinedStolenCard' });
    expect(order.output).toMatchObject({ declineCode: 'stolen_card', notified: false });
  });

  test('of an authorisation that ended before it was captured', async () => {
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
