/** Answers, stops and redrives in any order and at any time, with slow functions and lost calls: no money or stock is lost. */
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

/** Waits this many seconds before and after the work, which is done even if the execution is stopped meanwhile. */
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

/** Sometimes a state that does its work but always reports a failure. */
const broken = fc.option(fc.constantFrom('CreateShipment', 'CapturePayment'), { freq: 4, nil: undefined });

const breaking =
  (delayed: Fault): Fault =>
  async (work, call) => {
    await delayed(work, call);
    throw await call.error('Broken');
  };

const step = fc.record({
  // Mostly while functions run, and always within the 14 days in which a stopped order can be redriven.
  after: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 36 * 3600 }) },
  ),
  what: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('approve', 'stop', 'redrive') },
    { weight: 1, arbitrary: fc.constantFrom('reject', 'loseAnswer', 'expire') },
  ),
});

const prompt = Object.fromEntries(STATES.map((state) => [state, slow([0, 0])]));
const approved = { after: 20, what: 'approve' } as const;

test('money is captured at most once, and only for orders that ship', async () => {
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
      // A stopped execution is redriven, as the runbook says.
      while (run.status === 'ABORTED' || run.status === 'TIMED_OUT') run = await shop.redrive(run);

      expect(run.endedAt === 'OrderFailed' ? run.error : run.status).toMatch(/^(SUCCEEDED|Broken)$/);
      expect(await shop.books()).toEqual(run.outcome === 'SHIPPED' ? DONE : UNDONE);
      outcomes.add(run.outcome ?? run.error);
    }),
    {
      numRuns: 50,
      // Chance alone would leave SHIPPED out once in twenty times.
      examples: [
        [prompt, undefined, [approved]],
        [prompt, undefined, [{ after: 20, what: 'reject' }]],
        [prompt, 'CreateShipment', [approved]],
      ],
    },
  );
  // The property is of little use unless all these outcomes occur.
  expect([...outcomes]).toEqual(expect.arrayContaining(['SHIPPED', 'REVIEW_REJECTED', 'Broken']));
});

const capturesOf = ({ world }: OrderShop): number =>
  world.stripe.ledger.payments.filter(({ captured }) => captured > 0).length;
