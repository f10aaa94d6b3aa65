/** Answers, stops and redrives in any order, at any moment, with slow functions and lost calls: the books always balance. */
import fc from 'fast-check';
import { type Fault, fails } from '../../tools/doubles/faults';
import { type OrderShop, openShop } from '../../tools/world/order-shop';
import { DONE, LARGE, UNDONE } from '../support/reviews';

const STATES = [
  'ValidateOrder',
  'ChargeCard',
  'ReserveInventory',
  'ReviewPayment',
  'GetCustomer',
  'RequestReview',
  'CreateShipment',
  'CapturePayment',
  'CancelShipment',
  'ReleaseInventory',
  'ReversePayment',
];

/** Takes so many seconds before and after the work; what is stopped meanwhile still happens. */
const slow =
  ([before, after]: readonly [number, number]): Fault =>
  async (work, call) => {
    await call.clock.sleep(before);
    const result = await work();
    await call.clock.sleep(after);
    return result;
  };

const seconds = fc.integer({ min: 0, max: 4 });
const delays = fc
  .record(Object.fromEntries(STATES.map((state) => [state, fc.tuple(seconds, seconds)])))
  .map((byState) =>
    Object.fromEntries(Object.entries(byState).map(([state, delay]) => [state, slow(delay)])),
  );

/** Sometimes a step that does its work and reports failure for good. */
const broken = fc.option(fc.constantFrom('CreateShipment', 'CapturePayment'), { freq: 4, nil: undefined });

const breaking =
  (delayed: Fault): Fault =>
  async (work, call) => {
    await delayed(work, call);
    throw await call.error('Broken');
  };

const step = fc.record({
  // Mostly while functions run. Never so long that a stopped order could not be redriven any more (14 days).
  after: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 36 * 3600 }) },
  ),
  what: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('approve', 'stop', 'redrive') },
    { weight: 1, arbitrary: fc.constantFrom('reject', 'loseAnswer', 'expire') },
  ),
});

test('whatever happens, money is taken at most once, and only for what ships', async () => {
  const outcomes = new Set<string | undefined>();
  await fc.assert(
    fc.asyncProperty(delays, broken, fc.array(step, { maxLength: 9 }), async (faults, failing, steps) => {
      const shop = openShop();
      const work = faults[failing ?? ''];
      const order = shop.start(LARGE, {
        faults: { ...faults, ...(failing && work && { [failing]: breaking(work) }) },
      });
      for (const { after, what } of steps) {
        await shop.clock.advance(after);
        if (what === 'approve') await shop.answer('APPROVED').catch(() => {});
        if (what === 'reject') await shop.answer('REJECTED').catch(() => {});
        if (what === 'loseAnswer') shop.fail({ 'states:sendTaskSuccess': [fails('timeout')] });
        if (what === 'expire') shop.world.letAuthorisationsExpire();
        if (what === 'stop' && order.status === 'RUNNING') order.stop();
        if (what === 'redrive' && !order.notRedrivable) order.redrive();
        expect(capturesOf(shop)).toBeLessThanOrEqual(1);
      }
      let run = await shop.finish(order);
      // As the runbook has it: who was stopped is redriven.
      while (run.status === 'ABORTED' || run.status === 'TIMED_OUT') run = await shop.redrive(run);

      expect(run.endedAt === 'OrderFailed' ? run.error : run.status).toMatch(/^(SUCCEEDED|Broken)$/);
      expect(await shop.books()).toEqual(run.outcome === 'SHIPPED' ? DONE : UNDONE);
      outcomes.add(run.outcome ?? run.error);
    }),
    { numRuns: 100 },
  );
  // Or it would show little.
  expect([...outcomes]).toEqual(expect.arrayContaining(['SHIPPED', 'REVIEW_REJECTED', 'Broken']));
}, 30_000);

const capturesOf = ({ world }: OrderShop): number =>
  world.stripe.ledger.payments.filter(({ captured }) => captured > 0).length;
