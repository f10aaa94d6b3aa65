import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { Context } from 'aws-lambda';
import { apiKeyIdOf } from '../../../contracts/claim-token';
import { createApiKeyRecords } from '../../../lambda/saas-onboarding/api-key-records';
import { createSendWelcomeEmail, handler } from '../../../lambda/saas-onboarding/send-welcome-email.lambda';
import { createDynamoDB } from '../../../tools/doubles/dynamodb';
import { createKms } from '../../../tools/doubles/kms';
import { createSes } from '../../../tools/doubles/ses';

const execution = 'onboarding-U-42.1';
afterEach(() => jest.restoreAllMocks());

const context = { getRemainingTimeInMillis: () => 60_000 } as Context;

async function world() {
  const now = () => new Date('2026-01-01T00:00:00Z');
  const dynamodb = createDynamoDB(
    { customers: 'customerId', api_keys: ['apiKeyId', 'record'], idempotency: 'id' },
    now,
  );
  const kms = createKms();
  const ses = createSes();
  const keys = createApiKeyRecords({ dynamodb: dynamodb.client, table: 'api_keys', now });
  dynamodb.seed('customers', { customerId: { S: 'U-42' }, email: { S: 'grace@example.com' } });
  await keys.store({ userId: 'U-42', execution, hash: 'hash', sealed: new Uint8Array([1]) });
  const send = createSendWelcomeEmail({
    kms: kms.client,
    tokenKey: 'token-key',
    ses: ses.client,
    sender: 'welcome@app.example.com',
    appUrl: 'https://app.example.com',
    idempotencyTable: 'idempotency',
    customersTable: 'customers',
    keys,
    dynamodb: dynamodb.client,
  });
  const payload = {
    signup: { userId: 'U-42', plan: 'pro' },
    apiKeyId: apiKeyIdOf(execution),
    execution,
  } as const;
  return { ses, dynamodb, keys, send: (changes = {}) => send({ ...payload, ...changes }, context) };
}

test('is sent from the sender, to the address on record, with one link to the claim page and no key', async () => {
  const { ses, send } = await world();
  await expect(send()).resolves.toEqual({ messageId: 'message-1' });
  expect(ses.outbox).toEqual([
    expect.objectContaining({ from: 'welcome@app.example.com', to: ['grace@example.com'] }),
  ]);
  const [{ text = '', html = '' } = {}] = ses.outbox;
  for (const body of [text, html]) {
    expect(new Set(body.match(/https:\/\/[^\s"<]+/g))).toEqual(
      new Set([expect.stringMatching(/^https:\/\/app\.example\.com\/claim#[\w.-]+$/)]),
    );
    expect(body).not.toContain('sfw_');
  }
});

test('called again, it returns the first result and sends nothing', async () => {
  const { ses, send } = await world();
  const first = await send();
  await expect(send()).resolves.toEqual(first);
  expect(ses.outbox).toHaveLength(1);
});

test('an operator can send it again, with the same link, once for each reason', async () => {
  const { ses, send } = await world();
  await send();
  await send({ again: 'lost in spam' });
  await send({ again: 'lost in spam' });
  expect(ses.outbox).toHaveLength(2);
  expect(ses.outbox[1]).toEqual(ses.outbox[0]);
});

test('another execution of the same name sends its own, with a link of its own', async () => {
  const { ses, send, keys } = await world();
  await send();
  const again = 'onboarding-U-42.2';
  await keys.store({ userId: 'U-42', execution: again, hash: 'hash', sealed: new Uint8Array([1]) });
  await send({ execution: again, apiKeyId: apiKeyIdOf(again) });
  expect(ses.outbox).toHaveLength(2);
  expect(ses.outbox[1]?.text).not.toBe(ses.outbox[0]?.text);
});

test('a user without a record gets none', async () => {
  const { ses, send } = await world();
  const nobody = { signup: { userId: 'U-43', plan: 'pro' }, execution: 'onboarding-U-43.1' };
  await expect(send(nobody)).rejects.toThrow('U-43 is on no record');
  expect(ses.outbox).toEqual([]);
});

test('is not sent if the API key was revoked', async () => {
  const { ses, send } = await world();
  await expect(send({ execution: 'onboarding-U-42.2' })).rejects.toThrow('a link to it would lead nowhere');
  expect(ses.outbox).toEqual([]);
});

test('SES has 20 seconds to answer, and one try: an e-mail without an answer counts as sent', async () => {
  for (const name of [
    'TOKEN_KEY',
    'SENDER',
    'APP_URL',
    'IDEMPOTENCY_TABLE',
    'CUSTOMERS_TABLE',
    'API_KEYS_TABLE',
  ]) {
    process.env[name] = 'any';
  }
  Object.assign(process.env, { AWS_REGION: 'us-east-1', POWERTOOLS_LOG_LEVEL: 'SILENT' });
  const clients: SESv2Client[] = [];
  jest.spyOn(SESv2Client.prototype, 'send').mockImplementation(function (this: SESv2Client) {
    clients.push(this);
    return Promise.resolve({ MessageId: 'message-1' });
  } as never);
  jest.spyOn(KMSClient.prototype, 'send').mockImplementation(async () => ({ Mac: new Uint8Array(32) }));
  const Item = { email: { S: 'grace@example.com' } };
  jest.spyOn(DynamoDBClient.prototype, 'send').mockImplementation(async () => ({ Item }));
  await handler({ signup: { userId: 'U-42', plan: 'pro' }, apiKeyId: 'key', execution }, context);
  const [ses] = clients;
  expect(await ses?.config.maxAttempts()).toBe(1);
  // The handler's own settings, which it shows only after its first request.
  expect(await Reflect.get(Object(ses?.config.requestHandler), 'configProvider')).toMatchObject({
    requestTimeout: 20_000,
    throwOnRequestTimeout: true,
  });
});

describe('if the key was claimed', () => {
  async function claimed() {
    const opened = await world();
    const apiKeyId = { S: apiKeyIdOf(execution) };
    opened.dynamodb.seed('api_keys', { apiKeyId, record: { S: 'sealed' }, claimedAt: { S: '2026-01-01' } });
    return opened;
  }

  test('it counts as sent, because only the link of an earlier try can have been opened', async () => {
    const { ses, send } = await claimed();
    await expect(send()).resolves.toEqual({ messageId: 'unknown: the link of an earlier try was opened' });
    expect(ses.outbox).toEqual([]);
  });

  test('a person who asks for another one is told that its link would lead nowhere', async () => {
    const { send } = await claimed();
    await expect(send({ again: 'lost in spam' })).rejects.toThrow(
      'was claimed: a link to it would lead nowhere',
    );
  });
});
