/** The real functions of order processing and payment review. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type Stripe from 'stripe';
import { createCancelShipment } from '../../../lambda/order-processing/cancel-shipment.lambda';
import { createCapturePayment } from '../../../lambda/order-processing/capture-payment.lambda';
import { createChargeCard } from '../../../lambda/order-processing/charge-card.lambda';
import { createCreateShipment } from '../../../lambda/order-processing/create-shipment.lambda';
import { createSendToFulfilment } from '../../../lambda/order-processing/fulfilment';
import type { CountMoney } from '../../../lambda/order-processing/money-counted';
import type { OrderRules } from '../../../lambda/order-processing/order';
import { createPaymentIntents } from '../../../lambda/order-processing/payment-intents';
import { createPaymentRecords } from '../../../lambda/order-processing/payment-records';
import { createPriceList } from '../../../lambda/order-processing/price-list';
import { createReleaseInventory } from '../../../lambda/order-processing/release-inventory.lambda';
import { createReservations, createShipments } from '../../../lambda/order-processing/reservations';
import { createReversePayment } from '../../../lambda/order-processing/reverse-payment.lambda';
import { createStripeEvent } from '../../../lambda/order-processing/stripe-event.lambda';
import { createValidateOrder } from '../../../lambda/order-processing/validate-order.lambda';
import { createRequestReview } from '../../../lambda/payment-review/request-review.lambda';
import { stripeFromSecret } from '../../../lambda/shared/stripe';

/** What the functions are given. Times are in seconds, thresholds in minor units by currency. */
interface Services {
  dynamodb: DynamoDBClient;
  secretsManager: SecretsManagerClient;
  sns: SNSClient;
  sqs: SQSClient;
  stripe: Stripe.HttpClient;
  now: () => Date;
  tables: Readonly<Record<'payments' | 'inventory' | 'reservations' | 'reviews', string>>;
  topicArns: Readonly<Record<'reviewers' | 'alarms', string>>;
  queueUrl: string;
  stripeSecret: string;
  stage: string;
  runbookUrl: string;
  rules: OrderRules;
  reviewThresholds: Readonly<Record<string, number>>;
  reviewSeconds: number;
  twoReviewersFrom: Readonly<Record<string, number>>;
  moneyCountedAs: (what: 'Captured' | 'Refunded') => CountMoney;
}

export function functions(services: Services) {
  const { dynamodb, sns, now, tables, topicArns, stage, queueUrl } = services;
  const payments = {
    intents: createPaymentIntents(
      stripeFromSecret({
        secretId: services.stripeSecret,
        secretsManager: services.secretsManager,
        endpoint: 'https://api.stripe.com',
        now: () => now().getTime(),
        httpClient: services.stripe,
      }),
    ),
    records: createPaymentRecords({ dynamodb, table: tables.payments, now }),
  };
  const send = createSendToFulfilment({ sqs: services.sqs, queueUrl });
  const shipments = createShipments({ dynamodb, reservationsTable: tables.reservations });
  const reservations = createReservations({
    dynamodb,
    reservationsTable: tables.reservations,
    inventoryTable: tables.inventory,
  });

  return {
    'validate-order': createValidateOrder({
      rules: services.rules,
      priceList: createPriceList({ dynamodb, inventoryTable: tables.inventory }),
    }),
    'charge-card': createChargeCard({ ...payments, reviewThresholds: services.reviewThresholds }),
    'capture-payment': createCapturePayment({
      ...payments,
      shipments,
      count: services.moneyCountedAs('Captured'),
    }),
    'reverse-payment': createReversePayment({ ...payments, count: services.moneyCountedAs('Refunded') }),
    'create-shipment': createCreateShipment({ send }),
    'cancel-shipment': createCancelShipment({ send }),
    'release-inventory': createReleaseInventory({ reservations, pause: async () => {} }),
    'request-review': createRequestReview({
      dynamodb,
      sns,
      reviewsTable: tables.reviews,
      topicArn: topicArns.reviewers,
      timeoutSeconds: services.reviewSeconds,
      twoReviewersFrom: services.twoReviewersFrom,
      stage,
      now,
    }),
    'stripe-event': createStripeEvent({
      ...payments,
      sns,
      alarmTopicArn: topicArns.alarms,
      stage,
      runbookUrl: services.runbookUrl,
    }),
  };
}
