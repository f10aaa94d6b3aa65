/**
 * Rules for what is counted of executions: the patterns of the templates, over the logs of simulated executions. (Part of
 * stacks.test.ts.)
 */
import { allStatesOf } from '../../../lib/workflow/language/machines';
import { fails, times } from '../../../tools/doubles/faults';
import { definitionNames, inlinedDefinition } from '../../../tools/world/definitions';
import { type OrderShop, openShop } from '../../../tools/world/order-shop';
import { type Signups, signupInput } from '../../../tools/world/signups';
import type { Run } from '../../../tools/world/world';
import { loggedWithoutData, matches } from '../../support/log-patterns';
import { LARGE, reviewing } from '../../support/reviews';
import { openSignups } from '../../support/signups';
import { resourcesOf, type Templates } from '../../support/template';

interface Filter {
  /** `<workflow>/<outcome>` */
  readonly metric: string;
  readonly pattern: string;
}

const filtersIn = (templates: Templates): Filter[] =>
  Object.values(templates)
    .flatMap((template) => resourcesOf(template, 'AWS::Logs::MetricFilter'))
    .map(({ Properties: { FilterPattern, MetricTransformations } }) => {
      const [transformation] = MetricTransformations as { MetricName: string }[];
      return { metric: String(transformation?.MetricName), pattern: String(FilterPattern) };
    });

/** How often each outcome is counted, without those that are not: `{ 'order-processing/Shipped': 1 }`. */
type Counted = Record<string, number>;
type World = Pick<ReturnType<typeof openShop>, 'stepFunctions'>;

/** What is counted of all executions of a world. Each state machine has a log of its own. */
const countedIn = ({ stepFunctions }: World, filters: readonly Filter[]): Counted => {
  const counts: Counted = {};
  for (const { execution, machine } of stepFunctions.executions()) {
    const events = execution.events.map((event) => loggedWithoutData(event, 'arn:of:it'));
    for (const { metric, pattern } of filters) {
      if (!metric.startsWith(`${machine.name}/`)) continue;
      const count = events.filter((event) => matches(pattern, event)).length;
      if (count > 0) counts[metric] = (counts[metric] ?? 0) + count;
    }
  }
  return counts;
};

const orders = Object.entries({
  SHIPPED: {
    run: (shop: OrderShop) => shop.run(),
    counted: { Shipped: 1 },
  },
  'SHIPPED, and nobody told': {
    run: (shop: OrderShop) => shop.run({}, { faults: { NotifyCustomer: fails('Sns.X') } }),
    counted: { Shipped: 1, NotTold: 1 },
  },
  'SHIPPED, approved': {
    run: async (shop: OrderShop) => {
      const { order, answer, finish } = await reviewing({}, shop);
      await answer('APPROVED');
      return finish(order);
    },
    counted: { Shipped: 1, Reviewed: 1 },
  },
  REJECTED: {
    run: (shop: OrderShop) => shop.run({ email: 'nobody' }),
    counted: { Rejected: 1 },
  },
  PAYMENT_DECLINED: {
    run: (shop: OrderShop) => shop.run({ paymentMethodId: 'pm_card_chargeDeclined' }),
    counted: { NotPaid: 1, NotPlaced: 1, Undone: 1 },
  },
  OUT_OF_STOCK: {
    run: (shop: OrderShop) => shop.run({ items: [{ sku: 'MUG', quantity: 11, unitPrice: 100 }] }),
    counted: { NotPlaced: 1, Undone: 1 },
  },
  TRY_AGAIN: {
    run: (shop: OrderShop) => shop.run({}, { faults: { ReserveInventory: fails('conflict') } }),
    counted: { Contended: 19, NotPlaced: 1, Undone: 1 },
  },
  REVIEW_REJECTED: {
    run: (shop: OrderShop) => shop.run(LARGE),
    counted: { Reviewed: 1, NotPlaced: 1, Undone: 1, 'payment-review/NotAnswered': 1 },
  },
  ALREADY_PROCESSED: {
    run: async (shop: OrderShop) => {
      await shop.run();
      return shop.run({}, { attempt: 2 });
    },
    counted: { Shipped: 1, Undone: 1 },
  },
  FAILED: {
    run: (shop: OrderShop) => shop.run({}, { faults: { CapturePayment: fails('Error') } }),
    counted: { Undone: 1 },
  },
  'FAILED, half-way and redriven': {
    run: async (shop: OrderShop) => {
      const faults = { CapturePayment: fails('Error'), ReleaseInventory: times(13, fails('Error')) };
      const stopped = await shop.run({}, { faults });
      expect(stopped.endedAt).toBe('ReleaseInventory');
      return shop.redrive(stopped);
    },
    counted: { Undone: 1 },
  },
});

const signups = Object.entries({
  ONBOARDED: {
    run: (world: Signups) => world.run(),
    counted: { Onboarded: 1 },
  },
  REJECTED: {
    run: (world: Signups) => world.run(signupInput({ email: 'nobody' })),
    counted: { Rejected: 1 },
  },
  'REJECTED, and nobody told': {
    run: (world: Signups) =>
      world.run(signupInput({ email: 'nobody' }), { faults: { NotifyInvalidSignup: fails('Sns.X') } }),
    counted: { Rejected: 1, NotTold: 1 },
  },
  FAILED: {
    run: (world: Signups) => world.run(signupInput(), { faults: { CreateAPIKey: fails('Error') } }),
    counted: { Undone: 1 },
  },
});

/** By the metric's full name; a name without a workflow is the given one's. */
const metricsOf = (workflow: string, counted: Counted): Counted =>
  Object.fromEntries(
    Object.entries(counted).map(([name, count]) => [
      name.includes('/') ? name : `${workflow}/${name}`,
      count,
    ]),
  );

export const outcomeRules = (templates: Templates): void => {
  const filters = filtersIn(templates);

  const check = (workflow: string, ending: string, run: Run, world: World, counted: Counted) => {
    expect(run.outcome ?? run.status).toBe(ending.split(',')[0]);
    expect(countedIn(world, filters)).toEqual(metricsOf(workflow, counted));
  };

  describe('what is counted of executions, from logs without data', () => {
    afterEach(() => jest.restoreAllMocks());

    test.each(orders)('an order that ends %s', async (ending, { run, counted }) => {
      const shop = openShop();
      check('order-processing', ending, await run(shop), shop, counted);
    });

    test.each(signups)('a signup that ends %s', async (ending, { run, counted }) => {
      const world = openSignups();
      check('saas-onboarding', ending, await run(world), world, counted);
    });

    test('is seen here, all of orders, reviews and signups', () => {
      const shown = /^(order-processing|payment-review|saas-onboarding)\//;
      const counted = filters.map(({ metric }) => metric).filter((metric) => shown.test(metric));
      const seen = [
        ...orders.map(([, order]) => metricsOf('order-processing', order.counted)),
        ...signups.map(([, signup]) => metricsOf('saas-onboarding', signup.counted)),
      ].flatMap(Object.keys);
      expect([...new Set(seen)].sort()).toEqual(counted.sort());
    });

    test('is an alarm where an execution ends well and somebody must hear of it', () => {
      const ends = { EndedWithoutNotice: 'NotTold', NoAnswer: 'NotAnswered' };
      const quiet = definitionNames.flatMap((definition) =>
        Object.entries(ends).flatMap(([state, outcome]) =>
          inlinedDefinition(definition).includes(`"Next": "${state}"`) ? `${definition}/${outcome}` : [],
        ),
      );
      const alarmed = Object.values(templates)
        .flatMap((template) => resourcesOf(template, 'AWS::CloudWatch::Alarm'))
        .map(({ Properties: { MetricName } }) => String(MetricName))
        .filter((metric) => metric.includes('/Not'));
      expect(alarmed.sort()).toEqual(quiet.sort());
    });

    test('are states of the definition, entered as what they are', () => {
      expect(filters.length).toBeGreaterThan(0);
      for (const { metric, pattern } of filters) {
        const [workflow = ''] = metric.split('/');
        const entered = allStatesOf(JSON.parse(inlinedDefinition(workflow))).map(({ name, state }) => ({
          type: `${state.Type}StateEntered`,
          details: { name },
        }));
        expect({ metric, states: entered.filter((event) => matches(pattern, event)).length }).toEqual({
          metric,
          states: 1,
        });
      }
    });
  });
};
