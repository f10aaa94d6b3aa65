// What the tables and the double of Stripe hold of a signup.

import { createHash } from 'node:crypto';
import { DescribeTableCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../bin/cli/cloud';
import { plain } from '../../bin/terminal/text';
import { apiKeyIdOf, KEY_RECORD, SEALED_RECORD } from '../../contracts/claim-token';
import { nameOfIdentity } from '../../contracts/identity';
import type { ShownRecord } from '../model';
import { type Item, itemIn, readItem, textIn } from './items';
import type { Owner } from './order';
import { ledgerOf } from './stripe-double';

/** Neither is the key itself, but nobody needs them. */
const ofKey = ['hash', 'sealed'];

export async function recordsOfSignup(cloud: Cloud, { identity, input }: Owner): Promise<ShownRecord[]> {
  const userId = typeof input.userId === 'string' ? input.userId : '';
  if (userId === '') return [];
  const apiKeyId = apiKeyIdOf(identity);
  const keyRecord = (name: string) =>
    readItem(cloud, ['SaasOnboarding', 'ApiKeysTableName'], { apiKeyId, record: name }, ofKey);
  const [customer, table, key, sealed, sent, event, { customers }] = await Promise.all([
    readItem(cloud, ['Customers', 'CustomersTableName'], { customerId: userId }),
    tenantTable(cloud, identity),
    keyRecord(KEY_RECORD),
    keyRecord(SEALED_RECORD),
    welcomeEmail(cloud, identity),
    readItem(cloud, ['Customers', 'OnboardingEventsTableName'], {
      userId,
      event: `onboarding_complete#${identity}`,
    }),
    ledgerOf(cloud, { userId }),
  ]);
  return [
    { title: 'Customer', says: customerSays(customer, identity), item: customer },
    { title: "Tenant's table", says: table },
    { title: 'API key', says: keySays(key, sealed), item: key && { key, sealed } },
    { title: 'Welcome e-mail', says: sentSays(sent), item: sent },
    { title: 'Event', says: event ? 'that onboarding is complete' : 'none', item: event },
    ...(customers.length === 0 ? [{ title: 'Customer at Stripe', says: 'none' }] : []),
    ...customers.map((each) => ({ title: 'Customer at Stripe', says: plain(each.id), item: { ...each } })),
  ];
}

function customerSays(item: Item | undefined, identity: string): string {
  if (!item) return 'none on record';
  const by =
    textIn(item, 'execution') === identity ? 'this execution' : nameOfIdentity(plain(item.execution));
  return `on plan ${plain(item.plan)}, ${plain(item.stripeCustomerId)}, recorded by ${by}`;
}

/** The tenant's own table, which the execution makes under a name of its own. */
async function tenantTable(cloud: Cloud, identity: string): Promise<string> {
  const TableName = `${await cloud.output('SaasOnboarding', 'TenantTablePrefix')}${identity}`;
  const dynamodb = await cloud.clients.dynamodb();
  try {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    return `${TableName} is ${Table?.TableStatus}, ${Table?.ItemCount ?? 0} items`;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return 'none: never made, or deleted again';
    throw error;
  }
}

function keySays(key: Item | undefined, sealed: Item | undefined): string {
  if (!key) return 'none';
  const id = plain(key.apiKeyId);
  if (textIn(key, 'state') !== 'ACTIVE') return `${id} is revoked, or was never made and never will be`;
  if (!sealed) return `${id} is active; nobody can claim it any more`;
  const claimedAt = textIn(sealed, 'claimedAt');
  return claimedAt
    ? `${id} is active, claimed at ${clock(claimedAt)}`
    : `${id} is active, and not claimed yet`;
}

const clock = (iso: string): string => iso.slice(0, 19).replace('T', ' ');

/** The record that keeps the e-mail from being sent twice, under the key that Powertools makes (send-welcome-email). */
async function welcomeEmail(cloud: Cloud, identity: string): Promise<Item | undefined> {
  const resources = await cloud.resources('SaasOnboarding');
  const table = resources.find(({ id, type }) => /^Idempotency/.test(id) && /^AWS::DynamoDB::/.test(type));
  const key = createHash('md5')
    .update(JSON.stringify(`${identity}/first`))
    .digest('base64');
  return table && itemIn(cloud, table.physicalId, { id: `welcome-email#${key}` });
}

function sentSays(item: Item | undefined): string {
  if (!item) return 'not sent';
  return item.status === 'COMPLETED' ? 'sent once, and not again by this execution' : 'being sent';
}
