// Fills the local cloud's account before the first order: a Stripe key, a domain for e-mail, and stock.

import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import Stripe from 'stripe';

/** The API key that the local cloud's Stripe double accepts. */
export const stripeKey = 'sk_test_local_cloud';

/** A client of the Stripe double that listens at `endpoint`. */
export function stripeAt(endpoint: string): Stripe {
  const { hostname, port } = new URL(endpoint);
  return new Stripe(stripeKey, { host: hostname, port, protocol: 'http' });
}

/** Units in stock at the start, by SKU. */
export const stock: Readonly<Record<string, number>> = {
  'MUG-BLUE': 100,
  'TSHIRT-M': 100,
  'VASE-TALL': 10,
  'LAMP-LAST': 1,
  'SOFA-RED': 10,
  'BED-OAK': 10,
  'PIANO-OLD': 10,
  'CHAIR-ASH': 10,
  'DESK-PINE': 10,
  'CLOCK-OAK': 10,
  'STOOL-PINE': 10,
  'RUG-WOOL': 10,
  'SHELF-ELM': 10,
  'NOTEBOOK-A5': 100,
  'POSTER-A2': 100,
};

/** What the shop asks, in minor units by currency. All other SKUs cost what an order says. */
const prices: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'POSTER-A2': { eur: 900, usd: 900 },
};

export async function createSecret(name: string, value: string): Promise<void> {
  const secrets = new SecretsManagerClient();
  await secrets.send(new CreateSecretCommand({ Name: name, SecretString: value }));
  secrets.destroy();
}

/** SES sends from verified identities only. The emulator verifies a domain at once. */
export async function verifyDomain(domain: string): Promise<void> {
  const ses = new SESv2Client();
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: domain }));
  ses.destroy();
}

/** The item's map of prices, if the SKU has any. */
function priced(sku: string) {
  const known = Object.entries(prices[sku] ?? {});
  const M = Object.fromEntries(known.map(([currency, price]) => [currency, { N: String(price) }]));
  return known.length > 0 ? { prices: { M } } : {};
}

/** @param table name of the inventory table, keyed by `sku` */
export async function seedStock(table: string): Promise<void> {
  const dynamodb = new DynamoDBClient();
  const puts = Object.entries(stock).map(([sku, available]) => ({
    PutRequest: { Item: { sku: { S: sku }, available: { N: String(available) }, ...priced(sku) } },
  }));
  await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
  dynamodb.destroy();
}
