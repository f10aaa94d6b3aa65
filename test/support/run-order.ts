/** Runs orders through the real definition with the real functions, in virtual time, in a world that remembers. */
import { answerReview, type ReviewDecision } from '../../client/review';
import { nameOfIdentity } from '../../contracts/identity';
import type { OrderInput } from '../../contracts/types';
import { VirtualClock } from '../../tools/simulator/clock';
import type { Execution, TaskCall } from '../../tools/simulator/types';
import { definitionOf } from './definitions';
import { createOrderWorld, REVIEW_SECONDS, TABLES, TOPICS } from './order-world';
import { orderInput } from './orders';
import { type FaultPlan, faultInjector, integration } from './task-faults';
import { createStepFunctions } from './virtual-step-functions';

const PLACEHOLDERS = {
  ReservationsTable: TABLES.reservations,
  InventoryTable: TABLES.inventory,
  CustomersTable: TABLES.customers,
  OrderConfirmationTopic: TOPICS.orderConfirmation,
  PaymentFailureTopic: TOPICS.paymentFailure,
  ValidationFailureTopic: TOPICS.validationFailure,
  PaymentReviewArn: 'payment-review',
  ReviewTimeoutSeconds: String(REVIEW_SECONDS),
};

const DEFINITIONS = {
  'order-processing': definitionOf('order-processing', PLACEHOLDERS),
  'payment-review': definitionOf('payment-review', PLACEHOLDERS),
};

/** `charge-card`, as the world calls a function, to `ChargeCardArn`, as the definition does here. */
const placeholder = (name: string) =>
  `${name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Arn`;

export interface OrderRun {
  readonly execution: Execution;
  status: string;
  /** Of the output, when there is one. */
  outcome: string | undefined;
  output: Record<string, unknown>;
  error: string | undefined;
  cause: string | undefined;
  /** The states entered, in order. */
  states: string[];
  /** The last state entered: where a failed execution failed. */
  endedAt: string | undefined;
  transitions: number;
}

export type OrderShop = ReturnType<typeof openShop>;

/** A world with stock (10 of MUG, 10 of TEA) in which orders run on one clock. */
export function openShop(stock: Record<string, number> = { MUG: 10, TEA: 10 }) {
  const clock = new VirtualClock(new Date('2026-03-01T09:00:00Z'));
  const world = createOrderWorld({ now: () => clock.now() });
  world.seedStock(stock);

  const functions = new Map(Object.entries(world.functions).map(([name, run]) => [placeholder(name), run]));

  const work = async (call: TaskCall): Promise<unknown> => {
    const parameters = call.arguments as Record<string, unknown>;
    const service = call.resource.replace('arn:aws:states:::', '');
    switch (service) {
      case 'lambda:invoke': {
        const run = functions.get(String(parameters.FunctionName));
        if (!run) throw new Error(`No function ${parameters.FunctionName}`);
        return { Payload: await run(parameters.Payload), StatusCode: 200 };
      }
      case 'sns:publish':
        return integration('SNS', () =>
          world.topics.publish(parameters as unknown as Parameters<typeof world.topics.publish>[0]),
        );
      case 'aws-sdk:dynamodb:transactWriteItems':
        return integration('DynamoDb', () => world.dynamodb.call('transactWriteItems', parameters));
      case 'dynamodb:getItem':
        return integration('DynamoDB', () => world.dynamodb.call('getItem', parameters));
      default:
        throw new Error(`No double for ${call.resource}`);
    }
  };

  const stepFunctions = createStepFunctions({ clock, definitions: DEFINITIONS, work });

  /** Starts an order without waiting for it. */
  function start(
    order: Partial<OrderInput> | unknown[] | string = {},
    settings: { attempt?: number; name?: string; faults?: FaultPlan } = {},
  ) {
    const input = Array.isArray(order) || typeof order === 'string' ? order : orderInput(order);
    const { attempt = 1, faults = {} } = settings;
    const orderId = typeof input === 'object' && 'orderId' in input ? input.orderId : 'unknown';
    const name = settings.name ?? `order-${orderId}${attempt > 1 ? `_${attempt}` : ''}`;
    return stepFunctions.start('order-processing', name, input, faultInjector(faults));
  }

  async function finish(execution: Execution): Promise<OrderRun> {
    const { status, output, error, cause } = await clock.run(execution.done());
    const states = execution.events.flatMap(({ stateEnteredEventDetails: entered }) =>
      entered ? [String(entered.name)] : [],
    );
    const result = (output ?? {}) as Record<string, unknown>;
    return {
      execution,
      status,
      outcome: result.outcome as string | undefined,
      output: result,
      error,
      cause,
      states,
      endedAt: states.at(-1),
      transitions: execution.transitions,
    };
  }

  /** What an operator does with a failed, aborted or timed-out order. */
  async function redrive(run: OrderRun): Promise<OrderRun> {
    run.execution.redrive();
    return finish(run.execution);
  }

  const run = async (...args: Parameters<typeof start>) => finish(start(...args));

  /** What a reviewer does at the command line. */
  const answer = (decision: ReviewDecision, execution = 'order-A-1001', by = 'ann') =>
    answerReview(
      execution,
      { decision, by },
      {
        reviewsTable: TABLES.reviews,
        dynamodb: world.dynamodb.client,
        sfn: stepFunctions.client,
        now: () => clock.now(),
      },
    );

  /** Lets what is cut off run out, then everything in flight arrive. */
  async function settle() {
    await clock.drain(15 * 60);
    await world.fulfil();
  }

  /** What the world looks like afterwards, in one line for `toEqual`. */
  async function books() {
    await settle();
    return {
      held: world.stripe.ledger.held(),
      taken: world.stripe.ledger.taken(),
      stock: Object.fromEntries(Object.keys(stock).map((sku) => [sku, world.stock(sku)])),
      shipped: world.fulfilment.shipments().map(({ execution }) => nameOfIdentity(execution)),
    };
  }

  return { world, clock, stepFunctions, start, finish, run, answer, redrive, books };
}
