/**
 * The services that SaaS onboarding calls, in memory (Stripe, tables, KMS, SES, the topic), and its real functions.
 */
import { claimApiKey } from '../../client/claim';
import { KEY_RECORD, SEALED_RECORD } from '../../contracts/claim-token';
import { nameOfIdentity } from '../../contracts/identity';
import { createDynamoDB } from '../doubles/dynamodb';
import { Faults } from '../doubles/faults';
import { createKms } from '../doubles/kms';
import { createSes } from '../doubles/ses';
import { createTopics } from '../doubles/sns';
import { createStripeDouble, type StripeDouble } from '../doubles/stripe';
import { createTenantTables } from '../doubles/tenant-tables';
import { arnIn, DEPLOYMENT, type Deployment } from './deployment';
import { functions } from './functions/saas-onboarding';
import { lambdasOf } from './revision';

export const TABLES = {
  customers: 'customers',
  apiKeys: 'api_keys',
  events: 'onboarding_events',
  idempotency: 'idempotency',
};
export const SIGNUP_ERRORS = arnIn(DEPLOYMENT)('sns', 'signup-errors');
export const SENDER = 'welcome@app.example.com';
export const APP_URL = 'https://app.example.com';
const TOKEN_KEY = 'token-key';
const SEALING_KEY = 'sealing-key';

/** Timeouts in seconds, as in lib/stacks/saas-onboarding-stack.ts. */
const FUNCTION_SECONDS = { 'create-api-key': 40, 'delete-api-key': 40, 'send-welcome-email': 75 };

export interface OnboardingWorldOptions {
  /** The world's clock. Powertools uses real time: tests that depend on it mock `Date.now`. */
  now: () => Date;
  faults?: Faults;
  deployment?: Deployment;
  /** The double of another world, for deployments that share a Stripe account. @default a new one */
  stripe?: StripeDouble;
}

export function createOnboardingWorld({
  now,
  faults = new Faults(),
  deployment = DEPLOYMENT,
  stripe = createStripeDouble({ now: () => now().getTime() }),
}: OnboardingWorldOptions) {
  const dynamodb = createDynamoDB(
    {
      [TABLES.customers]: 'customerId',
      [TABLES.apiKeys]: ['apiKeyId', 'record'],
      [TABLES.events]: ['userId', 'event'],
      [TABLES.idempotency]: 'id',
    },
    now,
    faults,
  );
  const kms = createKms(faults);
  const ses = createSes(faults);
  const signupErrors = arnIn(deployment)('sns', 'signup-errors');
  const topics = createTopics([signupErrors], faults);
  const tenantTables = createTenantTables(now, faults);

  return {
    stripe,
    dynamodb,
    kms,
    ses,
    topics,
    tenantTables,
    signupErrors,
    /** Keyed by name. */
    functions: lambdasOf(
      'saas-onboarding',
      functions,
      {
        dynamodb: dynamodb.client,
        kms: kms.client,
        ses: ses.client,
        now,
        tables: TABLES,
        keys: { token: TOKEN_KEY, sealing: SEALING_KEY },
        sender: SENDER,
        appUrl: APP_URL,
      },
      FUNCTION_SECONDS,
    ),
    claim: (token: string) =>
      claimApiKey(token, {
        apiKeysTable: TABLES.apiKeys,
        tokenKey: TOKEN_KEY,
        sealingKey: SEALING_KEY,
        dynamodb: dynamodb.client,
        kms: kms.client,
        now,
      }),
    /** What exists of the executions with this name, or of the one with this identity. */
    effectsOf(execution: string) {
      const isIts = (text = '') => {
        const identity = text.split(/[:#]|-tenant-/).at(-1) ?? '';
        return identity === execution || nameOfIdentity(identity) === execution;
      };
      const key = dynamodb.items(TABLES.apiKeys).find((item) => isIts(item.execution?.S));
      const apiKeyId = key?.apiKeyId?.S ?? 'none';
      const [customer] = dynamodb.items(TABLES.customers).filter((item) => isIts(item.execution?.S));
      return {
        databases: tenantTables.names().filter(isIts).length,
        apiKey: dynamodb.get(TABLES.apiKeys, apiKeyId, KEY_RECORD)?.hash !== undefined,
        sealedKey: dynamodb.get(TABLES.apiKeys, apiKeyId, SEALED_RECORD)?.sealed !== undefined,
        stripeCustomers: stripe.ledger.customers.filter(({ metadata }) => isIts(metadata.execution)).length,
        customer: customer !== undefined,
        emails: ses.outbox.filter(({ text }) => text.includes(apiKeyId)).length,
        events: dynamodb.items(TABLES.events).filter(({ event }) => isIts(event?.S)).length,
      };
    },
  };
}

/** The value of `effectsOf` for an onboarded customer. */
export const EVERYTHING = {
  databases: 1,
  apiKey: true,
  sealedKey: true,
  stripeCustomers: 1,
  customer: true,
  emails: 1,
  events: 1,
};

/** The value of `effectsOf` when nothing was created, or all of it was undone. */
export const NOTHING = {
  databases: 0,
  apiKey: false,
  sealedKey: false,
  stripeCustomers: 0,
  customer: false,
  emails: 0,
  events: 0,
};
