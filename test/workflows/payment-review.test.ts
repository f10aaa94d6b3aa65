/** Large payments, which wait for a review: which orders, what reviewers see, and the effect of each answer. */
import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { fails } from '../../tools/doubles/faults';
import { type OrderShop, openShop } from '../../tools/world/order-shop';
import { REVIEW_SECONDS, REVIEWED_FROM, TABLES, TOPICS } from '../../tools/world/order-world';
import { AMOUNT, DONE, HOUR, LARGE, reviewing, UNDONE, WAITING } from '../support/reviews';

describe('who is asked', () => {
  test('nobody below the threshold: 9 transitions, as ever', async () => {
    const shop = openShop();
    const items = [{ sku: 'MUG', quantity: 1, unitPrice: REVIEWED_FROM - 1 }];
    const order = await shop.run({ items });
    expect(order).toMatchObject({ outcome: 'SHIPPED', transitions: 9 });
    expect(shop.world.topics.messages(TOPICS.reviewers)).toEqual([]);
  });

  test.each([
    ['at the threshold', { items: [{ sku: 'MUG', quantity: 1, unitPrice: REVIEWED_FROM }] }],
    [
      'in a currency that has none',
      { currency: 'CHF', items: [{ sku: 'MUG', quantity: 1, unitPrice: 500 }] },
    ],
  ])('the reviewers %s', async (_case, order) => {
    const shop = openShop();
    const waiting = shop.start(order);
    await shop.clock.advance(HOUR);
    expect(waiting.status).toBe('RUNNING');
    expect(shop.world.topics.messages(TOPICS.reviewers)).toHaveLength(1);
    await shop.answer('APPROVED');
    expect((await shop.finish(waiting)).outcome).toBe('SHIPPED');
  });

  test('two of them, where the amount needs two', async () => {
    const shop = openShop();
    const waiting = shop.start({ items: [{ sku: 'MUG', quantity: 1, unitPrice: 1_000_000 }] });
    await shop.clock.advance(HOUR);
    await shop.answer('APPROVED');
    await shop.answer('APPROVED');
    await shop.clock.advance(HOUR);
    expect(waiting.status).toBe('RUNNING');
    await shop.answer('APPROVED', 'order-A-1001', 'bob');
    expect((await shop.finish(waiting)).outcome).toBe('SHIPPED');
  });

  test('nobody for an order that is undone', async () => {
    const shop = openShop({ MUG: 1, TEA: 10 });
    expect((await shop.run(LARGE)).outcome).toBe('OUT_OF_STOCK');
    expect(shop.world.topics.messages(TOPICS.reviewers)).toEqual([]);
  });
});

describe('what reviewers see', () => {
  const customer = {
    customerId: { S: 'C-7' },
    company: { S: 'Analytical Engines' },
    plan: { S: 'pro' },
    createdAt: { S: '2025-11-02T08:00:00.000Z' },
  };

  test('the order, who it is from, and until when to answer', async () => {
    const shop = openShop();
    shop.world.dynamodb.seed(TABLES.customers, customer);
    await reviewing({}, shop);
    expect(shop.world.topics.messages(TOPICS.reviewers)).toEqual([
      {
        noticeId: expect.stringMatching(/^order-A-1001\.\d+\/REVIEW_0$/),
        orderId: 'A-1001',
        execution: 'order-A-1001',
        amount: AMOUNT,
        reviewers: 1,
        currency: 'usd',
        customer: {
          known: true,
          company: 'Analytical Engines',
          plan: 'pro',
          customerSince: '2025-11-02T08:00:00.000Z',
        },
        expiresAt: '2026-03-05T09:00:00.000Z',
        approve: 'npm run workflows -- review approve order-A-1001 --stage prod',
        reject: 'npm run workflows -- review reject order-A-1001 --stage prod',
      },
    ]);
  });

  test.each([
    ['is on no record', () => {}],
    [
      'cannot be read',
      (shop: OrderShop) => shop.fail({ [`dynamodb:getItem ${TABLES.customers}`]: fails('denied') }),
    ],
    [
      'cannot be read for a long while',
      (shop: OrderShop) => shop.fail({ [`dynamodb:getItem ${TABLES.customers}`]: fails('throttled') }),
    ],
  ])('a customer who %s is shown as unknown, and the review goes on', async (_case, breakSomething) => {
    const shop = openShop();
    breakSomething(shop);
    const { order } = await reviewing({}, shop);
    expect(shop.world.topics.messages(TOPICS.reviewers)).toEqual([
      expect.objectContaining({ customer: { known: false } }),
    ]);
    await shop.answer('APPROVED');
    expect((await shop.finish(order)).outcome).toBe('SHIPPED');
  });

  test('the task token is in the record and in the review’s own history, and nowhere else', async () => {
    const shop = await reviewing();
    const token = shop.world.dynamodb.get(TABLES.reviews, 'order-A-1001')?.taskToken?.S ?? '';
    expect(token).toMatch(/^AQC/);
    await shop.answer('APPROVED');
    const { output, execution } = await shop.finish(shop.order);
    const told = Object.values(TOPICS).flatMap((topic) => shop.world.topics.messages(topic));
    expect(told.length).toBeGreaterThan(0);
    for (const place of [told, output, execution.events, shop.world.queue.messages()]) {
      expect(JSON.stringify(place)).not.toContain(token);
    }
  });
});

describe('the answer', () => {
  test('yes: the order ships', async () => {
    const shop = await reviewing();
    expect(await shop.books()).toEqual(WAITING);
    await shop.answer('APPROVED');
    const order = await shop.finish(shop.order);
    expect(order.output).toMatchObject({ outcome: 'SHIPPED', amount: AMOUNT });
    expect(order.states).toEqual([
      'ValidateOrder',
      'ProcessPaymentAndReserveInventory',
      'ChargeCard',
      'ReserveInventory',
      'CheckPaymentSuccess',
      'ReviewPayment',
      'CheckReview',
      'CreateShipment',
      'CapturePayment',
      'NotifyCustomer',
    ]);
    expect(await shop.books()).toEqual(DONE);
    expect(shop.stepFunctions.find('order-A-1001-review-0')).toMatchObject({
      result: { status: 'SUCCEEDED', output: { decision: 'APPROVED' } },
      transitions: 3,
    });
  });

  test('no: REVIEW_REJECTED, all is undone', async () => {
    const shop = await reviewing();
    await shop.answer('REJECTED');
    const order = await shop.finish(shop.order);
    expect(order.output).toEqual({
      orderId: 'A-1001',
      outcome: 'REVIEW_REJECTED',
      reason: 'The payment was rejected in a review',
      notified: true,
    });
    expect(await shop.books()).toEqual(UNDONE);
    expect(shop.world.topics.messages(TOPICS.paymentFailure)).toEqual([
      expect.objectContaining({ orderId: 'A-1001', outcome: 'REVIEW_REJECTED' }),
    ]);
  });

  test('none: REVIEW_REJECTED when the time is up, all is undone', async () => {
    const shop = openShop();
    const order = await shop.run(LARGE);
    expect(order.output).toMatchObject({
      outcome: 'REVIEW_REJECTED',
      reason: 'Nobody reviewed the payment in time',
    });
    const { startDate, stopDate } = order.execution;
    expect((Number(stopDate) - Number(startDate)) / 1000).toBe(REVIEW_SECONDS);
    expect(await shop.books()).toEqual(UNDONE);
  });

  test('yes, but the authorisation has expired meanwhile: PAYMENT_DECLINED, nothing ships', async () => {
    const shop = await reviewing();
    shop.world.letAuthorisationsExpire();
    await shop.answer('APPROVED');
    expect((await shop.finish(shop.order)).outcome).toBe('PAYMENT_DECLINED');
    expect(await shop.books()).toEqual(UNDONE);
  });

  test('something else than yes or no, sent past the command line, is a no', async () => {
    const shop = await reviewing();
    const taskToken = shop.world.dynamodb.get(TABLES.reviews, 'order-A-1001')?.taskToken?.S;
    await shop.stepFunctions.client.send(new SendTaskSuccessCommand({ taskToken, output: '"yes"' }));
    expect((await shop.finish(shop.order)).outcome).toBe('REVIEW_REJECTED');
  });
});

describe('answers that are repeated, late, or never delivered', () => {
  test('the same answer twice counts once', async () => {
    const shop = await reviewing();
    await shop.answer('APPROVED');
    expect(await shop.answer('APPROVED', 'order-A-1001', 'bob')).toMatchObject({
      answer: { decision: 'APPROVED', by: 'ann', delivered: true },
    });
    expect((await shop.finish(shop.order)).outcome).toBe('SHIPPED');
    expect(await shop.books()).toEqual(DONE);
  });

  test.each([
    ['APPROVED', 'REJECTED', 'SHIPPED'],
    ['REJECTED', 'APPROVED', 'REVIEW_REJECTED'],
  ] as const)('%s, then %s: the first counts, the second is told so', async (first, second, outcome) => {
    const shop = await reviewing();
    await shop.answer(first);
    await expect(shop.answer(second, 'order-A-1001', 'bob')).rejects.toMatchObject({
      name: 'ReviewRefused',
      message: expect.stringContaining(`${first} by ann`),
    });
    expect((await shop.finish(shop.order)).outcome).toBe(outcome);
  });

  test('yes and no at the same moment: one of them counts', async () => {
    const shop = await reviewing();
    const answers = await Promise.allSettled([shop.answer('APPROVED'), shop.answer('REJECTED')]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { outcome } = await shop.finish(shop.order);
    expect(outcome).toBe(answers[0]?.status === 'fulfilled' ? 'SHIPPED' : 'REVIEW_REJECTED');
  });

  test('a yes after the deadline changes nothing, and the reviewer is told', async () => {
    const shop = openShop();
    await shop.run(LARGE);
    await expect(shop.answer('APPROVED')).rejects.toMatchObject({ name: 'ReviewRefused', reason: 'OVER' });
    expect(await shop.books()).toEqual(UNDONE);
  });

  test('recorded but not delivered: the order still waits, and the same command sends it', async () => {
    const shop = await reviewing();
    shop.fail({ 'states:sendTaskSuccess': [fails('timeout')] });
    await expect(shop.answer('APPROVED')).rejects.toThrow('Request timed out');
    await shop.clock.advance(HOUR);
    expect(shop.order.status).toBe('RUNNING');
    await expect(shop.answer('REJECTED')).rejects.toMatchObject({ reason: 'DECIDED_OTHERWISE' });
    await shop.answer('APPROVED');
    expect((await shop.finish(shop.order)).outcome).toBe('SHIPPED');
    expect(await shop.books()).toEqual(DONE);
  });

  test('recorded and never delivered: undone when the time is up', async () => {
    const shop = await reviewing();
    shop.fail({ 'states:sendTaskSuccess': [fails('timeout')] });
    await expect(shop.answer('APPROVED')).rejects.toThrow('Request timed out');
    expect((await shop.finish(shop.order)).outcome).toBe('REVIEW_REJECTED');
    expect(await shop.books()).toEqual(UNDONE);
  });

  test('of another order: there is no such review', async () => {
    const shop = await reviewing();
    await expect(shop.answer('APPROVED', 'order-OTHER')).rejects.toMatchObject({ reason: 'UNKNOWN' });
  });
});
