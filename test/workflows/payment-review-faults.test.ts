/** Reviews with faults: the review fails, cannot start, or its order is stopped. */

import { type Fault, fails, killedAfterwards, times } from '../../tools/doubles/faults';
import { type OrderShop, openShop } from '../../tools/world/order-shop';
import { TABLES, TOPICS } from '../../tools/world/order-world';
import { DAY, DONE, HOUR, LARGE, reviewing, UNDONE, WAITING } from '../support/reviews';

describe('RequestReview', () => {
  const token = (shop: OrderShop) => shop.world.dynamodb.get(TABLES.reviews, 'order-A-1001')?.taskToken?.S;

  test('is killed after its work: the next try’s token replaces the first, and the answer goes to it', async () => {
    const shop = openShop();
    const tokens: unknown[] = [];
    const killed: Fault = (work, call) =>
      killedAfterwards(work, call).finally(() => tokens.push(token(shop)));
    const { order } = await reviewing({ faults: { RequestReview: [killed] } }, shop);
    expect(tokens).toEqual([expect.stringMatching(/^AQC/)]);
    expect(tokens).not.toContain(token(shop));
    await shop.answer('APPROVED');
    expect((await shop.finish(order)).outcome).toBe('SHIPPED');
    expect(await shop.books()).toEqual(DONE);
  });

  test('arrives after its own retry: the retry’s token stays, and the answer reaches the order', async () => {
    const shop = openShop();
    const delayed: Fault = async (work, call) => {
      void call.clock.sleep(60).then(work);
      throw await call.error('timeout');
    };
    const { order } = await reviewing({ faults: { RequestReview: [delayed] } }, shop);
    const ofRetry = token(shop);
    await shop.clock.advance(120);
    expect(token(shop)).toBe(ofRetry);
    await shop.answer('APPROVED');
    expect((await shop.finish(order)).outcome).toBe('SHIPPED');
  });

  test.each([
    ['throws', fails('TypeError'), 'TypeError'],
    ['is always throttled', fails('RateLimited'), 'RateLimited'],
    ['may not be called', fails('Lambda.AWSLambdaException'), 'Lambda.AWSLambdaException'],
  ])('%s: the review fails, the order is undone and FAILED, and says why', async (_case, fault, error) => {
    const shop = openShop();
    const order = await shop.run(LARGE, { faults: { RequestReview: fault } });
    expect(order).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed', endedAt: 'OrderFailed' });
    const { orderId, state, cause } = JSON.parse(order.cause ?? '');
    expect({ orderId, state }).toEqual({ orderId: 'A-1001', state: 'ReviewPayment' });
    expect(JSON.parse(cause)).toMatchObject({
      Name: 'order-A-1001-review-0',
      Status: 'FAILED',
      Error: error,
    });
    expect(await shop.books()).toEqual(UNDONE);
  });

  test('cannot tell the reviewers: undone and FAILED', async () => {
    const shop = openShop();
    shop.fail({ [`sns:publish ${TOPICS.reviewers}`]: fails('denied') });
    expect(await shop.run(LARGE)).toMatchObject({ status: 'FAILED', endedAt: 'OrderFailed' });
    expect(await shop.books()).toEqual(UNDONE);
  });
});

describe('the review cannot start', () => {
  test('for a moment: it starts later', async () => {
    const { order, ...shop } = await reviewing({ faults: { ReviewPayment: times(3, fails('throttled')) } });
    await shop.answer('APPROVED');
    expect((await shop.finish(order)).outcome).toBe('SHIPPED');
  });

  test('at all: undone and FAILED', async () => {
    const shop = openShop();
    const order = await shop.run(LARGE, { faults: { ReviewPayment: fails('throttled') } });
    expect(order).toMatchObject({
      status: 'FAILED',
      error: 'StepFunctions.ThrottlingException',
      endedAt: 'OrderFailed',
    });
    expect(await shop.books()).toEqual(UNDONE);
  });
});

describe('an order that is stopped while it waits', () => {
  test('stops its review, and undoes nothing', async () => {
    const shop = await reviewing();
    shop.order.stop();
    const stopped = await shop.finish(shop.order);
    expect(stopped.status).toBe('ABORTED');
    expect(shop.stepFunctions.find('order-A-1001-review-0')?.status).toBe('ABORTED');
    expect(await shop.books()).toEqual(WAITING);
    await expect(shop.answer('REJECTED')).rejects.toMatchObject({ reason: 'OVER' });
  });

  test('goes on after a redrive, with a review of its own', async () => {
    const shop = await reviewing();
    shop.order.stop();
    const stopped = await shop.finish(shop.order);
    await shop.clock.advance(DAY);
    stopped.execution.redrive();
    await shop.clock.advance(HOUR);
    expect(shop.stepFunctions.find('order-A-1001-review-1')?.status).toBe('RUNNING');
    expect(shop.world.topics.messages(TOPICS.reviewers)).toHaveLength(2);
    await shop.answer('APPROVED');
    expect((await shop.finish(shop.order)).outcome).toBe('SHIPPED');
    expect(await shop.books()).toEqual(DONE);
  });

  test('keeps an answer that came too late for the first review: it goes to the second', async () => {
    const shop = await reviewing();
    shop.order.stop();
    await shop.finish(shop.order);
    await expect(shop.answer('APPROVED')).rejects.toMatchObject({ reason: 'OVER' });
    shop.order.redrive();
    await shop.clock.advance(HOUR);
    await shop.answer('APPROVED', 'order-A-1001', 'bob');
    expect((await shop.finish(shop.order)).outcome).toBe('SHIPPED');
  });

  test('is redriven after the authorisation’s life: PAYMENT_DECLINED, even if approved', async () => {
    const shop = await reviewing();
    shop.order.stop();
    await shop.finish(shop.order);
    await shop.clock.advance(10 * DAY);
    shop.order.redrive();
    await shop.clock.advance(HOUR);
    await shop.answer('APPROVED');
    expect((await shop.finish(shop.order)).outcome).toBe('PAYMENT_DECLINED');
    expect(await shop.books()).toEqual(UNDONE);
  });
});
