/**
 * All that order processing touches, in memory: Stripe, the tables, the queue, the topics, and the functions
 * themselves, which are the real ones.
 */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createCancelShipment } from '../../lambda/order-processing/cancel-shipment.lambda';
import { createCapturePayment } from '../../lambda/order-processing/capture-payment.lambda';
import { createChargeCard } from '../../lambda/order-processing/charge-card.lambda';
import { createCreateShipment } from '../../lambda/order-processing/create-shipment.lambda';
import { createSendToFulfilment } from '../../lambda/order-processing/fulfilment';
import { createPaymentIntents } from '../../lambda/order-processing/payment-intents';
import { createPaymentRecords } from '../../lambda/order-processing/payment-records';
import { createReleaseInventory } from '../../lambda/order-processing/release-inventory.lambda';
import { createReservations, createShipments } from '../../lambda/order-processing/reservations';
import { createReversePayment } from '../../lambda/order-processing/reverse-payment.lambda';
import { createValidateOrder } from '../../lambda/order-processing/validate-order.lambda';
import { createRequestReview } from '../../lambda/payment-review/request-review.lambda';
import { stripeFromSecret } from '../../lambda/shared/stripe';
import { asLambda } from '../../tools/doubles/as-lambda';
import { createDynamoDB } from '../../tools/doubles/dynamodb';
import { awsError } from '../../tools/doubles/faults';
import { createFulfilment } from '../../tools/doubles/fulfilment';
import { createTopics } from '../../tools/doubles/sns';
import { createFifoQueue } from '../../tools/doubles/sqs';
import { createStripeDouble } from '../../tools/doubles/stripe';

export const TABLES = {
  payments: 'payments',
  inventory: 'inventory',
  reservations: 'reservations',
  reviews: 'reviews',
  customers: 'customers',
};

const topicArn = (name: string) => `arn:aws:sns:us-east-1:123456789012:${name}`;

export const TOPICS = {
  orderConfirmation: topicArn('order-confirmation'),
  paymentFailure: topicArn('payment-failure'),
  validationFailure: topicArn('validation-failure'),
  reviewers: topicArn('reviewers'),
};

/** From this amount on a payment in dollars is reviewed, in minor units; in any other currency always. */
export const REVIEWED_FROM = 100_000;
/** How long reviewers have, in seconds. */
export const REVIEW_SECONDS = 4 * 86_400;

const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/123456789012/fulfilment.fifo';

interface OrderWorldOptions {
  /** The world's clock: idempotency keys, tokens, deduplication, expiry. */
  now?: () => Date;
  /** Lets the time of Stripe's slow and lost answers pass. @default at once */
  wait?: (milliseconds: number) => Promise<void>;
}

export function createOrderWorld({ now = () => new Date(), wait }: OrderWorldOptions = {}) {
  let aheadAtStripe = 0;
  const stripe = createStripeDouble({ now: () => now().getTime() + aheadAtStripe });
  const dynamodb = createDynamoDB(
    {
      [TABLES.payments]: 'execution',
      [TABLES.inventory]: 'sku',
      [TABLES.reservations]: 'orderId',
      [TABLES.reviews]: 'execution',
      [TABLES.customers]: 'customerId',
    },
    now,
  );
  const queue = createFifoQueue(QUEUE_URL, now);
  const topics = createTopics(Object.values(TOPICS));
  const fulfilment = createFulfilment();
  const secrets = { stripeKey: stripe.secretKey as string | undefined };

  const payments = {
    intents: createPaymentIntents(
      stripeFromSecret({
        secretId: 'stripe-key',
        secretsManager: secretsManagerWith(secrets),
        endpoint: 'https://api.stripe.com',
        now: () => now().getTime(),
        httpClient: stripe.httpClient(wait),
      }),
    ),
    records: createPaymentRecords({ dynamodb: dynamodb.client, table: TABLES.payments, now }),
  };
  const send = createSendToFulfilment({ sqs: queue.client, queueUrl: QUEUE_URL });
  const shipments = createShipments({ dynamodb: dynamodb.client, reservationsTable: TABLES.reservations });
  const reservations = createReservations({
    dynamodb: dynamodb.client,
    reservationsTable: TABLES.reservations,
    inventoryTable: TABLES.inventory,
  });

  return {
    stripe,
    dynamodb,
    queue,
    topics,
    fulfilment,
    /** Set `stripeKey` to undefined and there is no secret. */
    secrets,
    /** The functions by name. They take and give JSON, and fail as Lambda reports a failure. */
    functions: {
      'validate-order': asLambda(createValidateOrder()),
      'charge-card': asLambda(createChargeCard({ ...payments, reviewThresholds: { usd: REVIEWED_FROM } })),
      'capture-payment': asLambda(createCapturePayment({ ...payments, shipments })),
      'reverse-payment': asLambda(createReversePayment(payments)),
      'create-shipment': asLambda(createCreateShipment({ send })),
      'cancel-shipment': asLambda(createCancelShipment({ send })),
      'request-review': asLambda(
        createRequestReview({
          dynamodb: dynamodb.client,
          sns: topics.client,
          reviewsTable: TABLES.reviews,
          topicArn: TOPICS.reviewers,
          timeoutSeconds: REVIEW_SECONDS,
          stage: 'prod',
          now,
        }),
      ),
      'release-inventory': asLambda(createReleaseInventory({ reservations, pause: async () => {} })),
    },
    seedStock(stock: Record<string, number>) {
      for (const [sku, available] of Object.entries(stock)) {
        dynamodb.seed(TABLES.inventory, { sku: { S: sku }, available: { N: String(available) } });
      }
    },
    stock: (sku: string): number => Number(dynamodb.get(TABLES.inventory, sku)?.available?.N ?? 0),
    /** Some card networks hold money for less than the seven days of others: for Stripe these have passed. */
    letAuthorisationsExpire() {
      aheadAtStripe += 7 * 86_400_000;
    },
    /** Lets fulfilment take what is on the queue; then `fulfilment.shipments()` says what leaves the warehouse. */
    fulfil: () => queue.deliverTo(({ body }) => fulfilment.receive(body)),
  };
}

const secretsManagerWith = (secrets: { stripeKey: string | undefined }) =>
  ({
    send: async () => {
      if (secrets.stripeKey === undefined) {
        throw awsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      }
      return { SecretString: secrets.stripeKey };
    },
  }) as unknown as SecretsManagerClient;
