/** Scenarios of orders. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import Stripe from 'stripe';
import { caller } from '../doubles/caller';
import { DEPLOYMENT } from '../world/deployment';
import { type OrderShop, openShop } from '../world/order-shop';
import { TABLES } from '../world/order-world';
import { type OrderChanges, orderInput } from '../world/orders';
import type { OrderFacts } from './facts';
import { orderInvariants } from './invariants';
import { type Attempt, check, identityOf, type Opening, type Role, type Scenario, type Site } from './site';

interface OrderScenario extends Omit<Scenario, 'open' | 'workflows' | 'strikes'> {
  strikes?: readonly string[];
  stock?: Record<string, number>;
  /** The order, except for the last attempt, whose card is good. */
  order?: OrderChanges | ((shop: OrderShop) => Promise<OrderChanges>);
  /** What reviewers say. @default nothing */
  review?: 'APPROVED' | 'REJECTED';
  /** Items of the last attempt too. */
  items?: OrderChanges['items'];
  /** What happened before, while nothing struck. */
  before?: (site: Site) => Promise<void>;
}

const ORDER = 'A-1001';
const LARGE = [{ sku: 'MUG', quantity: 2, unitPrice: 60_000 }];

export type Tamper = (shop: OrderShop) => void;

async function openOrders(
  { stock = { MUG: 10, TEA: 10 }, order = {}, review, items, outcome, strikes, before }: OrderScenario,
  { striker, beside }: Opening,
  tamper?: Tamper,
): Promise<Site> {
  const deployment = beside?.deployment ?? DEPLOYMENT;
  const shop = openShop(stock, {
    deployment,
    ...(beside && { clock: beside.site.clock, stripe: beside.site.stripe }),
  });
  const { world, clock, stepFunctions } = shop;
  const contents = { orderId: ORDER, ...(items && { items }) };
  const changes = { ...contents, ...(typeof order === 'function' ? await order(shop) : order) };
  const attempts: Attempt[] = [];
  const added: Record<string, number> = {};
  const range = { lowest: 0, highest: 0 };
  tamper?.(shop);
  if (!beside) striker.expire = world.letAuthorisationsExpire;

  function restock(): void {
    for (const sku of Object.keys(stock)) {
      added[sku] = 100;
      world.seedStock({ [sku]: world.stock(sku) + 100 });
    }
  }

  striker.afterCall = () => {
    for (const [sku, count] of Object.entries(stock)) {
      const now = world.stock(sku);
      range.lowest = Math.min(range.lowest, now);
      range.highest = Math.max(range.highest, now - count - (added[sku] ?? 0));
    }
  };

  const answered = new Set<unknown>();
  const approved = new Set<string>();
  /** Reviewers answer what they are told, and again when it did not arrive. */
  async function people(): Promise<void> {
    for (const message of world.topics.messages(world.topicArns.reviewers)) {
      const { execution } = Object(message);
      const told = world.topics.messages(world.topicArns.reviewers).length;
      const key = `${execution}/${told}`;
      if (answered.has(key)) continue;
      await answer(execution).then(
        () => answered.add(key),
        () => {},
      );
    }
  }

  /** A person's command can fail, hang and be killed, as a function can. Time passes only while it waits. */
  async function answer(execution: string): Promise<void> {
    if (!review) return;
    let sleeping = 0;
    const sleep = async (seconds: number) => {
      sleeping++;
      await clock.sleep(seconds);
      sleeping--;
    };
    let isOver = false;
    const answering = new Promise<void>((resolve, reject) => {
      const command = {
        clock: { now: () => clock.now(), sleep },
        kill: () => reject(new Error('The command was killed')),
      };
      caller.run(command, () => shop.answer(review, execution)).then(() => resolve(), reject);
    }).finally(() => {
      isOver = true;
    });
    answering.catch(() => {});
    while (!isOver) {
      await nextTurn();
      if (sleeping > 0) await clock.advance(1);
    }
    await answering;
    const waiting = attempts.findLast((each) => each.execution.name === execution);
    if (waiting && review === 'APPROVED') approved.add(identityOf(waiting));
  }

  function start(attempt: number, role: Role, states = {}): Attempt {
    if (role === 'last') restock();
    const name = `order-${ORDER}${attempt > 1 ? `_${attempt}` : ''}`;
    const input = orderInput(role === 'last' ? contents : changes);
    const arn = shop.arnOf('order-processing');
    const execution = stepFunctions.start(arn, name, input, states);
    const started = { role, execution };
    attempts.push(started);
    return started;
  }

  const site: Site = {
    clock,
    stripe: world.stripe,
    attempts,
    executions: () => stepFunctions.executions().map(({ execution }) => execution),
    start,
    ...(review && { people }),
    async violations(hits) {
      await world.fulfil();
      const records = world.dynamodb.items(TABLES.payments);
      const claims = new Map(records.map((item) => [item.execution?.S, item.claimedBy?.S]));
      const arn = shop.arnOf('order-processing').replace(':stateMachine:', ':execution:');
      const facts: OrderFacts = {
        attempts,
        expected: { struck: outcome, spared: strikes ? 'SHIPPED' : outcome },
        hits,
        approved,
        stock: Object.entries(stock).map(([sku, count]) => ({
          sku,
          left: world.stock(sku),
          initial: count + (added[sku] ?? 0),
        })),
        range,
        payments: world.stripe.ledger.payments.flatMap(({ metadata, ...payment }) => {
          const isMade = metadata.executionArn?.startsWith(`${arn}:`);
          const owner = isMade ? metadata.execution : claims.get(payment.id);
          return owner === undefined ? [] : [{ ...payment, owner }];
        }),
        shipments: world.fulfilment.shipments(),
        notices: {
          confirmed: world.topics.messages(world.topicArns.orderConfirmation),
          failed: world.topics.messages(world.topicArns.paymentFailure),
          invalid: world.topics.messages(world.topicArns.validationFailure),
        },
        histories: stepFunctions.executions().map(({ execution }) => execution),
        secrets: [world.stripe.secretKey],
      };
      return check(orderInvariants, facts);
    },
  };
  await before?.(site);
  shop.fail({ '*:*': striker.service });
  return site;
}

/** Its parcel has left. */
async function shipped({ clock, start }: Site): Promise<void> {
  await clock.run(start(1, 'before').execution.done());
}

/** Money that the customer's bank has agreed to hold, on the shop's page. */
async function confirmedPayment({ world: { stripe } }: OrderShop): Promise<OrderChanges> {
  const { paymentIntents } = stripeClient(stripe);
  const { id } = await paymentIntents.create({
    amount: 2 * 1250 + 899,
    currency: 'usd',
    payment_method: 'pm_card_threeDSecure2Required',
    capture_method: 'manual',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { orderId: ORDER },
  });
  await paymentIntents.confirm(id);
  stripe.authenticate(id, { succeeds: true });
  return { paymentIntentId: id };
}

async function savedCard({ world: { stripe } }: OrderShop): Promise<OrderChanges> {
  const { customers, paymentMethods } = stripeClient(stripe);
  const { id: stripeCustomerId } = await customers.create({ email: 'ada@example.com' });
  const { id } = await paymentMethods.attach('pm_card_visa', { customer: stripeCustomerId });
  return { paymentMethodId: id, stripeCustomerId };
}

export const stripeClient = ({ secretKey, httpClient }: Site['stripe']) =>
  new Stripe(secretKey, { httpClient: httpClient(), maxNetworkRetries: 0, telemetry: false });

const SCENARIOS: readonly OrderScenario[] = [
  { name: 'plain', outcome: 'SHIPPED' },
  { name: 'approved', outcome: 'SHIPPED', items: LARGE, review: 'APPROVED' },
  { name: 'rejected', outcome: 'REVIEW_REJECTED', order: { items: LARGE }, review: 'REJECTED' },
  { name: 'no-answer', outcome: 'REVIEW_REJECTED', order: { items: LARGE } },
  { name: 'declined', outcome: 'PAYMENT_DECLINED', order: { paymentMethodId: 'pm_card_chargeDeclined' } },
  { name: 'out-of-stock', outcome: 'OUT_OF_STOCK', stock: { MUG: 10, TEA: 0 } },
  { name: 'confirmed', outcome: 'SHIPPED', order: confirmedPayment },
  { name: 'saved-card', outcome: 'SHIPPED', order: savedCard },
  { name: 'shipped-before', outcome: 'ALREADY_PROCESSED', before: shipped },
  { name: 'invalid', outcome: 'REJECTED', order: { email: '' } },
  { name: 'expired', outcome: 'PAYMENT_DECLINED', strikes: ['CapturePayment #1 expires'] },
  { name: 'not-captured', outcome: 'FAILED', strikes: ['CapturePayment #all fails:Error'] },
  { name: 'captured-but-failed', outcome: 'FAILED', strikes: ['CapturePayment #all worksButFails:Error'] },
];

export const orderScenarios = (tamper?: Tamper): Scenario[] =>
  SCENARIOS.map((scenario) => ({
    ...scenario,
    strikes: scenario.strikes ?? [],
    workflows: ['order-processing', 'payment-review'],
    open: (opening) => openOrders(scenario, opening, tamper),
  }));
