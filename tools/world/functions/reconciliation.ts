/** The real functions of reconciliation. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type Stripe from 'stripe';
import { createCompare } from '../../../lambda/reconciliation/compare.lambda';
import { createLedgers } from '../../../lambda/reconciliation/ledgers';
import { createWriteReport } from '../../../lambda/reconciliation/write-report.lambda';
import { createBucket } from '../../../lambda/shared/bucket';
import { stripeFromSecret } from '../../../lambda/shared/stripe';

/** What the functions are given. */
interface Services {
  dynamodb: DynamoDBClient;
  s3: S3Client;
  secretsManager: SecretsManagerClient;
  sfn: SFNClient;
  stripe: Stripe.HttpClient;
  now: () => Date;
  tables: Readonly<Record<'payments' | 'reservations' | 'customers', string>>;
  machines: Readonly<Record<'order' | 'onboarding', string>>;
  bucketName: string;
  stripeSecret: string;
  /** Milliseconds for which a round goes on. */
  roundMs: number;
}

export function functions(services: Services) {
  const { dynamodb, sfn, now, tables, machines, bucketName, roundMs } = services;
  const bucket = createBucket({ s3: services.s3, name: bucketName });
  const ledgers = createLedgers({
    connect: stripeFromSecret({
      secretId: services.stripeSecret,
      secretsManager: services.secretsManager,
      endpoint: 'https://api.stripe.com',
      now: () => now().getTime(),
      httpClient: services.stripe,
    }),
    dynamodb,
    sfn,
    paymentsTable: tables.payments,
    reservationsTable: tables.reservations,
    customersTable: tables.customers,
    machines,
  });
  return {
    compare: createCompare({ ledgers, bucket, now, roundMs }),
    'write-report': createWriteReport({ bucket, bucketName }),
  };
}
