/** Notices to customers: each learns how the order ended, and only once. */

import { allStatesOf } from '../../lib/workflow/language/machines';
import { type Fault, fails, killedAfterwards } from '../../tools/doubles/faults';
import { definitionNames, inlinedDefinition } from '../../tools/world/definitions';
import { openShop } from '../../tools/world/order-shop';
import { TOPICS } from '../../tools/world/order-world';

const told = (shop: ReturnType<typeof openShop>) => shop.world.topics.messages(TOPICS.paymentFailure);

describe('an order that FAILED and is undone', () => {
  test('tells its customer once that nothing was charged', async () => {
    const shop = openShop();
    const order = await shop.run({}, { faults: { CreateShipment: fails('Broken') } });
    expect(order).toMatchObject({ status: 'FAILED', error: 'Broken', endedAt: 'OrderFailed' });
    expect(told(shop)).toEqual([
      {
        noticeId: expect.stringMatching(/^order-A-1001\.\d+\/FAILED$/),
        orderId: 'A-1001',
        customerId: 'C-7',
        email: 'ada@example.com',
        outcome: 'FAILED',
        reason: 'Your order was not placed and nothing was charged. Please order again.',
      },
    ]);
  });

  test('after the money was taken: says that it was refunded', async () => {
    const shop = openShop();
    const broken = [killedAfterwards, ...Array.from({ length: 6 }, () => fails('Broken'))];
    await shop.run({}, { faults: { CapturePayment: broken } });
    expect(told(shop)).toEqual([expect.objectContaining({ reason: expect.stringMatching(/was refunded/) })]);
    expect(await shop.books()).toMatchObject({ taken: 0, held: 0, shipped: [] });
  });

  test('tells its customer also when nothing could be validated', async () => {
    const shop = openShop();
    await shop.run({}, { faults: { ValidateOrder: fails('Broken') } });
    expect(told(shop)).toEqual([expect.objectContaining({ email: 'ada@example.com', outcome: 'FAILED' })]);
  });

  test.each([[[]], ['text']])('ends FAILED also when its input is %j', async (input) => {
    const shop = openShop();
    const order = await shop.run(input, { faults: { ValidateOrder: fails('Broken') } });
    expect(order).toMatchObject({ status: 'FAILED', error: 'Broken', endedAt: 'OrderFailed' });
  });

  test('ends in the same way when the topic is unavailable', async () => {
    const shop = openShop();
    shop.fail({ 'sns:publish': fails('unavailable') });
    const order = await shop.run({}, { faults: { CreateShipment: fails('Broken') } });
    expect(order).toMatchObject({ status: 'FAILED', error: 'Broken', endedAt: 'OrderFailed' });
  });
});

describe('a notice that is delivered twice can be distinguished from two notices', () => {
  test.each([
    ['orderConfirmation', {}, 'SHIPPED', 'NotifyCustomer'],
    [
      'paymentFailure',
      { paymentMethodId: 'pm_card_chargeDeclined' },
      'PAYMENT_DECLINED',
      'NotifyPaymentFailure',
    ],
    ['validationFailure', { email: 'nobody' }, 'REJECTED', 'NotifyValidationFailure'],
  ] as const)('%s', async (topic, order, outcome, state) => {
    const shop = openShop();
    await shop.run(order, { faults: { [state]: [killedAfterwards] } });
    const messages = shop.world.topics.messages(TOPICS[topic]) as { noticeId: string }[];
    expect(messages.map(({ noticeId }) => noticeId)).toEqual([
      expect.stringMatching(new RegExp(`^order-A-1001\\.\\d+/${outcome}$`)),
      messages[0]?.noticeId,
    ]);
  });
});

const publishing = definitionNames.flatMap((name) =>
  allStatesOf(JSON.parse(inlinedDefinition(name)))
    .filter(({ state }) => state.Resource === 'arn:aws:states:::sns:publish')
    // What operators get is text for a person, who sees that it is the same.
    .filter(({ state }) => Object(state.Arguments).TopicArn !== '${AlarmTopic}')
    .map(({ name: task, state }) => [`${name}: ${task}`, JSON.stringify(state.Arguments)] as const),
);

test.each(publishing)('%s publishes with an id', (_task, task) => {
  expect(task).toContain('noticeId');
});

test('after an outage of Stripe of three hours all money is released', async () => {
  const shop = openShop({ MUG: 10, TEA: 0 });
  const back = shop.clock.now().getTime() + 3 * 3600_000;
  const down: Fault = async (work, call) => {
    if (call.clock.now().getTime() < back) throw await call.error('CompensationFailed');
    return work();
  };
  expect((await shop.run({}, { faults: { ReversePayment: down } })).outcome).toBe('OUT_OF_STOCK');
  expect(shop.clock.now().getTime()).toBeGreaterThan(back);
  expect(await shop.books()).toMatchObject({ held: 0, taken: 0 });
});
