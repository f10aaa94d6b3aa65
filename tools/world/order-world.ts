/** The services that order processing calls, in memory (Stripe, tables, the queue, topics), and its real functions. */
import { caller } from '../doubles/caller';
import { createDynamoDB } from '../doubles/dynamodb';
import { Faults } from '../doubles/faults';
import { createFulfilment } from '../doubles/fulfilment';
import { createSecrets } from '../doubles/secrets';
import { createTopics } from '../doubles/sns';
import { createFifoQueue } from '../doubles/sqs';
import { createStripeDouble, type StripeDouble } from '../doubles/stripe';
import { doubleHttpClient } from '../doubles/stripe/http-client';
import { stripeUnderFaults } from '../doubles/stripe/planned';
import type { Wait } from '../doubles/stripe/protocol';
import { arnIn, DEPLOYMENT, type Deployment } from './deployment';
import { functions } from './functions/order-processing';
import { RULES } from './orders';
import { lambdasOf } from './revision';

export const TABLES = {
  payments: 'payments',
  inventory: 'inventory',
  reservations: 'reservations',
  reviews: 'reviews',
  customers: 'customers',
};

const topicsIn = (deployment: Deployment) => {
  const arn = (name: string) => arnIn(deployment)('sns', name);
  return {
    orderConfirmation: arn('order-confirmation'),
    paymentFailure: arn('payment-failure'),
    validationFailure: arn('validation-failure'),
    reviewers: arn('reviewers'),
    bulkOrders: arn('bulk-orders'),
    alarms: arn('alarms'),
  };
};

export const TOPICS = topicsIn(DEPLOYMENT);

/** Payments of this many cents or more are reviewed, and all payments in other currencies. */
export const REVIEWED_FROM = 100_000;
/** The time for a review, in seconds. */
export const REVIEW_SECONDS = 4 * 86_400;

export interface OrderWorldOptions {
  /** The world's clock, for idempotency keys, tokens, deduplication and expiry. */
  now?: () => Date;
  faults?: Faults;
  deployment?: Deployment;
  /** Waits for Stripe's slow and lost responses. @default on the caller's clock, while faults are planned */
  wait?: Wait;
  /** The double of another world, for deployments that share a Stripe account. @default a new one */
  stripe?: StripeDouble;
}

export function createOrderWorld({
  now = () => new Date(),
  faults = new Faults(),
  deployment = DEPLOYMENT,
  wait = passTime,
  stripe: shared,
}: OrderWorldOptions = {}) {
  let aheadAtStripe = 0;
  const stripe = shared ?? createStripeDouble({ now: () => now().getTime() + aheadAtStripe });
  const { region, account } = deployment;
  const topicArns = topicsIn(deployment);
  const queueUrl = `https://sqs.${region}.amazonaws.com/${account}/fulfilment.fifo`;
  const dynamodb = createDynamoDB(
    {
      [TABLES.payments]: 'execution',
      [TABLES.inventory]: 'sku',
      [TABLES.reservations]: 'orderId',
      [TABLES.reviews]: 'execution',
      [TABLES.customers]: 'customerId',
    },
    now,
    faults,
  );
  const queue = createFifoQueue(queueUrl, now, faults);
  const topics = createTopics(Object.values(topicArns), faults);
  const fulfilment = createFulfilment();
  const counted: { what: string; amount: number; currency: string }[] = [];
  const keys: { stripeKey: string | undefined } = { stripeKey: stripe.secretKey };
  const secretsManager = createSecrets({ 'stripe-key': () => keys.stripeKey }, faults);

  return {
    stripe,
    dynamodb,
    queue,
    topics,
    fulfilment,
    /** If `stripeKey` is undefined, the secret does not exist. */
    secrets: keys,
    topicArns,
    /** The money that functions counted as moved. */
    counted,
    /** The functions by name. */
    functions: lambdasOf('order-processing', functions, {
      dynamodb: dynamodb.client,
      secretsManager: secretsManager.client,
      sns: topics.client,
      sqs: queue.client,
      stripe: doubleHttpClient(stripeUnderFaults(stripe.handle, faults), wait),
      now,
      tables: TABLES,
      topicArns,
      queueUrl,
      stripeSecret: 'stripe-key',
      rules: RULES,
      stage: 'prod',
      runbookUrl: 'https://runbook.example',
      reviewThresholds: { usd: REVIEWED_FROM },
      reviewSeconds: REVIEW_SECONDS,
      twoReviewersFrom: { usd: 1_000_000, eur: 1_000_000, chf: 1_000_000 },
      moneyCountedAs:
        (what) =>
        ({ amount, currency }) =>
          counted.push({ what, amount, currency }),
    }),
    seedStock(stock: Record<string, number>) {
      for (const [sku, available] of Object.entries(stock)) {
        dynamodb.seed(TABLES.inventory, { sku: { S: sku }, available: { N: String(available) } });
      }
    },
    /** Sets what a SKU costs, in minor units by currency, and that there is enough of it. */
    seedPrices(sku: string, prices: Record<string, number>) {
      const M = Object.fromEntries(
        Object.entries(prices).map(([code, price]) => [code, { N: String(price) }]),
      );
      dynamodb.seed(TABLES.inventory, { sku: { S: sku }, available: { N: '1000' }, prices: { M } });
    },
    stock: (sku: string): number => Number(dynamodb.get(TABLES.inventory, sku)?.available?.N ?? 0),
    /** Advances Stripe's clock by seven days, so that all authorisations expire. */
    letAuthorisationsExpire() {
      aheadAtStripe += 7 * 86_400_000;
    },
    /** Delivers the queue's messages to fulfilment. Then `fulfilment.shipments()` returns what is shipped. */
    fulfil: () => queue.deliverTo(({ body }) => fulfilment.receive(body)),
  };
}

/** Waits on the caller's clock. Does not wait where no fault is planned. */
const passTime: Wait = async (milliseconds) => caller.getStore()?.clock.sleep(milliseconds / 1000);
