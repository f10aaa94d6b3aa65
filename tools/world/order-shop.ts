/** Runs orders through the real definitions with the real functions, in virtual time. */
import { answerReview, type ReviewDecision } from '../../client/review';
import { nameOfIdentity } from '../../contracts/identity';
import { type FaultPlan, Faults } from '../doubles/faults';
import type { VirtualClock } from '../simulator/clock';
import { createOrderWorld, type OrderWorldOptions, REVIEW_SECONDS, TABLES } from './order-world';
import { type OrderChanges, orderInput } from './orders';
import { openWorld, type Run, startClock, type WorldOptions } from './world';

export type OrderShop = ReturnType<typeof openShop>;

export interface ShopOptions extends Pick<OrderWorldOptions, 'deployment' | 'stripe'>, Partial<WorldOptions> {
  /** The clock of another world, for worlds that share their time. @default a new one */
  clock?: VirtualClock;
}

/** Opens a world with 10 MUG and 10 TEA in stock. Its orders share a clock. */
export function openShop(
  stock: Record<string, number> = { MUG: 10, TEA: 10 },
  { clock = startClock(), faults = new Faults(), deployment, stripe, ...more }: ShopOptions = {},
) {
  const place = { faults, ...(deployment && { deployment }) };
  const world = createOrderWorld({ ...place, now: () => clock.now(), ...(stripe && { stripe }) });
  world.seedStock(stock);
  const { dynamodb, topics, topicArns } = world;

  const { start: startMachine, ...running } = openWorld({
    machines: {
      'order-processing': {
        ReservationsTable: TABLES.reservations,
        InventoryTable: TABLES.inventory,
        OrderConfirmationTopic: topicArns.orderConfirmation,
        PaymentFailureTopic: topicArns.paymentFailure,
        ValidationFailureTopic: topicArns.validationFailure,
        ReviewTimeoutSeconds: String(REVIEW_SECONDS),
      },
      'payment-review': { CustomersTable: TABLES.customers, ReviewTimeoutSeconds: String(REVIEW_SECONDS) },
      ...more.machines,
    },
    functions: { ...world.functions, ...more.functions },
    services: { dynamodb, sns: topics, ...more.services },
    clock,
    isBroken: () => world.stripe.faults.list().length > 0,
    ...place,
  });

  /** Starts an order without waiting for it. */
  function start(
    order: OrderChanges | unknown[] | string = {},
    settings: { attempt?: number; name?: string; faults?: FaultPlan } = {},
  ) {
    const input = Array.isArray(order) || typeof order === 'string' ? order : orderInput(order);
    const { attempt = 1 } = settings;
    const orderId = typeof input === 'object' && 'orderId' in input ? input.orderId : 'unknown';
    const name = settings.name ?? `order-${orderId}${attempt > 1 ? `_${attempt}` : ''}`;
    return startMachine('order-processing', name, input, settings.faults);
  }

  const run = async (...args: Parameters<typeof start>): Promise<Run> => running.finish(start(...args));

  /** Answers a review, as a reviewer does at the command line. */
  const answer = (decision: ReviewDecision, execution = 'order-A-1001', by = 'ann') =>
    answerReview(
      execution,
      { decision, by },
      {
        reviewsTable: TABLES.reviews,
        dynamodb: dynamodb.client,
        sfn: running.stepFunctions.client,
        now: () => clock.now(),
      },
    );

  /** The state of money, stock and shipments, in one line for `toEqual`. */
  async function books() {
    await running.settle();
    await world.fulfil();
    return {
      held: world.stripe.ledger.held(),
      taken: world.stripe.ledger.taken(),
      stock: Object.fromEntries(Object.keys(stock).map((sku) => [sku, world.stock(sku)])),
      shipped: world.fulfilment.shipments().map(({ execution }) => nameOfIdentity(execution)),
    };
  }

  return { ...running, startMachine, world, start, run, answer, books };
}
