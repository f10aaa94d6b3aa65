/** The real functions of SaaS onboarding. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { createApiKeyRecords } from '../../../lambda/saas-onboarding/api-key-records';
import { createCreateApiKey } from '../../../lambda/saas-onboarding/create-api-key.lambda';
import { createDeleteApiKey } from '../../../lambda/saas-onboarding/delete-api-key.lambda';
import { createSendWelcomeEmail } from '../../../lambda/saas-onboarding/send-welcome-email.lambda';
import { createValidateSignup } from '../../../lambda/saas-onboarding/validate-signup.lambda';

/** What the functions are given. */
interface Services {
  dynamodb: DynamoDBClient;
  kms: KMSClient;
  ses: SESv2Client;
  now: () => Date;
  tables: Readonly<Record<'customers' | 'apiKeys' | 'idempotency', string>>;
  keys: Readonly<Record<'token' | 'sealing', string>>;
  sender: string;
  appUrl: string;
}

export function functions({ dynamodb, kms, ses, now, tables, keys, sender, appUrl }: Services) {
  const records = createApiKeyRecords({ dynamodb, table: tables.apiKeys, now });
  return {
    'validate-signup': createValidateSignup({ dynamodb, customersTable: tables.customers }),
    'create-api-key': createCreateApiKey({ records, kms, sealingKey: keys.sealing }),
    'delete-api-key': createDeleteApiKey({ records }),
    'send-welcome-email': createSendWelcomeEmail({
      kms,
      tokenKey: keys.token,
      ses,
      sender,
      appUrl,
      idempotencyTable: tables.idempotency,
      customersTable: tables.customers,
      keys: records,
      dynamodb,
    }),
  };
}
