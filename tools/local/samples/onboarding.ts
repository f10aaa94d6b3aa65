// Signups that end in every possible way, with what must exist of each afterwards.

import {
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { ClaimRefused, claimApiKey } from '../../../client/claim';
import { apiKeyIdOf, KEY_RECORD } from '../../../contracts/claim-token';
import type { SignupInput } from '../../../contracts/types';
import type { LocalCloud } from '../cloud';
import type { EndedExecution, Sample } from './run';
import { execute } from './run';

/** Good or bad. */
type Signup = Record<keyof SignupInput, string>;

const signup = (userId: string, changes: Partial<SignupInput> = {}): SignupInput => ({
  userId,
  email: `${userId}@customers.example.com`,
  company: 'Bell Ltd',
  plan: 'pro',
  ...changes,
});

const nameOf = ({ userId }: Signup) => `onboarding-${userId}`;

export const onboardingSamples: Sample[] = [
  {
    ...sample('becomes a customer, and claims the API key', 'ONBOARDED', signup('ann')),
    violations: async (cloud, { identity }) => [
      ...(await effectViolations(cloud, signup('ann'), identity, true)),
      ...(await claimViolations(cloud, signup('ann'))),
    ],
    details: idsMade,
  },
  {
    ...sample('is wrong in three fields', 'REJECTED', {
      ...signup('bob'),
      email: 'bob@mailinator.com',
      company: ' ',
      plan: 'gold',
    }),
    details: problemsFound,
  },
  {
    ...sample('signs up while Stripe is down: all is undone', 'FAILED', signup('cid')),
    run: async (cloud) => {
      await breakStripe(cloud, signup('cid'));
      return start(cloud, signup('cid'));
    },
    details: ({ error }) => [`failed with ${error}`],
  },
];

function sample(shows: string, expected: string, input: Signup): Sample {
  return {
    name: nameOf(input),
    shows,
    expected,
    run: (cloud) => start(cloud, input),
    violations: (cloud, { identity }) => effectViolations(cloud, input, identity, false),
  };
}

const start = (cloud: LocalCloud, input: Signup) =>
  execute(outputs(cloud).StateMachineArn ?? '', nameOf(input), input);

const outputs = (cloud: LocalCloud): Record<string, string> => cloud.outputs.SaasOnboarding ?? {};

/** Makes Stripe hang up when it is asked to create this customer. */
async function breakStripe(cloud: LocalCloud, { email }: SignupInput): Promise<void> {
  const fault = { on: 'POST /v1/customers', kind: 'unavailable', contains: email, times: 'always' };
  await fetch(`${cloud.endpoints.stripe}/_double/faults`, { method: 'POST', body: JSON.stringify(fault) });
}

/** @param isCustomer whether one of everything must exist, or nothing */
export async function effectViolations(
  cloud: LocalCloud,
  input: Signup,
  execution: string,
  isCustomer: boolean,
): Promise<string[]> {
  const { TenantTablePrefix = '', ApiKeysTableName = '' } = outputs(cloud);
  const { CustomersTableName = '', OnboardingEventsTableName = '' } = cloud.outputs.Customers ?? {};
  const [database, key, event, customer, customersAtStripe, emails] = await Promise.all([
    tableStatus(`${TenantTablePrefix}${execution}`),
    getItem(ApiKeysTableName, { apiKeyId: apiKeyIdOf(execution), record: KEY_RECORD }),
    getItem(OnboardingEventsTableName, { userId: input.userId, event: `onboarding_complete#${execution}` }),
    getItem(CustomersTableName, { customerId: input.userId }),
    stripeCustomers(cloud, execution),
    emailsTo(cloud, input.email),
  ]);
  const found = {
    database: database === 'ACTIVE' ? 1 : 0,
    'API key': key?.hash ? 1 : 0,
    'completion event with a numeric time': /^\d{10}$/.test(event?.timestamp?.N ?? '') ? 1 : 0,
    'customer record': customer ? 1 : 0,
    'Stripe customer': customersAtStripe,
    'e-mail': emails.length,
  };
  const wanted = isCustomer ? 1 : 0;
  return Object.entries(found).flatMap(([what, count]) =>
    count === wanted ? [] : [`${count} × ${what}, not ${wanted}`],
  );
}

/** Checks that the link in the e-mail shows the key once. */
async function claimViolations(cloud: LocalCloud, { userId, email }: Signup): Promise<string[]> {
  const [sent] = await emailsTo(cloud, email);
  const token = /#(\S+)/.exec(sent?.BodyText ?? '')?.[1] ?? '';
  const { ApiKeysTableName = '', ClaimTokenKeyArn = '', ApiKeySealingKeyArn = '' } = outputs(cloud);
  const claim = () =>
    claimApiKey(token, {
      apiKeysTable: ApiKeysTableName,
      tokenKey: ClaimTokenKeyArn,
      sealingKey: ApiKeySealingKeyArn,
    });
  const claimed = await claim();
  const again = await claim().catch((error: unknown) => error);
  return [
    ...(claimed.userId === userId && claimed.apiKey.startsWith('sfw_') ? [] : ['the claim shows no key']),
    ...(again instanceof ClaimRefused && again.reason === 'ALREADY_CLAIMED' ? [] : ['the key shows twice']),
  ];
}

async function tableStatus(table: string): Promise<string | undefined> {
  const dynamodb = new DynamoDBClient();
  try {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: table }));
    return Table?.TableStatus;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  } finally {
    dynamodb.destroy();
  }
}

async function getItem(table: string, key: Record<string, string>) {
  const dynamodb = new DynamoDBClient();
  const Key = Object.fromEntries(Object.entries(key).map(([name, value]) => [name, { S: value }]));
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  dynamodb.destroy();
  return Item;
}

async function stripeCustomers(cloud: LocalCloud, execution: string): Promise<number> {
  const response = await fetch(`${cloud.endpoints.stripe}/_double/ledger`);
  const { customers } = (await response.json()) as { customers: { metadata: { execution?: string } }[] };
  return customers.filter(({ metadata }) => metadata.execution?.endsWith(`:${execution}`)).length;
}

interface Email {
  To: string[];
  BodyText: string;
}

/** Reads all sent e-mail from the emulator, which keeps it by account. */
export async function outbox(cloud: LocalCloud): Promise<Email[]> {
  const response = await fetch(`${cloud.endpoints.aws}/_ministack/ses/messages`);
  const { messages } = (await response.json()) as { messages: Record<string, Email[]> };
  return Object.values(messages).flat();
}

export const emailsTo = async (cloud: LocalCloud, address: string): Promise<Email[]> =>
  (await outbox(cloud)).filter(({ To }) => To.includes(address));

function idsMade({ output }: EndedExecution): string[] {
  const { databaseId, apiKeyId, stripeCustomerId } = Object(output);
  return [`database ${databaseId}, API key ${apiKeyId}, Stripe customer ${stripeCustomerId}`];
}

/** The problems in a rejected signup's output. */
function problemsFound({ output }: EndedExecution): string[] {
  const { problems } = Object(output);
  return Array.isArray(problems) ? problems.map(({ path, message }) => `${path} ${message}`) : [];
}
