/** The dependencies that the three payment functions share, made from the environment variables that lib/ sets. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientConfig } from '../shared/aws';
import { environment } from '../shared/handler';
import { stripeFromEnvironment } from '../shared/stripe';
import { createPaymentIntents, type PaymentIntents } from './payment-intents';
import { createPaymentRecords, type PaymentRecords } from './payment-records';

export function paymentsFromEnvironment(): { intents: PaymentIntents; records: PaymentRecords } {
  return {
    intents: createPaymentIntents(stripeFromEnvironment()),
    records: createPaymentRecords({
      dynamodb: new DynamoDBClient(clientConfig),
      table: environment('PAYMENTS_TABLE'),
      now: () => new Date(),
    }),
  };
}
