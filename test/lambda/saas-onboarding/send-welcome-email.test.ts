import type { Context } from 'aws-lambda';
import { apiKeyIdOf } from '../../../contracts/claim-token';
import { createApiKeyRecords } from '../../../lambda/saas-onboarding/api-key-records';
import { createSendWelcomeEmail } from '../../../lambda/saas-onboarding/send-welcome-email.lambda';
import { createDynamoDB } from '../../../tools/doubles/dynamodb';
import { createKms } from '../../../tools/doubles/kms';
import { createSes } from '../../../tools/doubles/ses';

const execution = 'onboarding-U-42.1';
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
  return { ses, send: (changes = {}) => send({ ...payload, ...changes }, context) };
}

test('comes from the sender, to the address on record, with one link to the claim page and no key', async () => {
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

test('asked again it returns the first answer and sends nothing', async () => {
  const { ses, send } = await world();
  const first = await send();
  await expect(send()).resolves.toEqual(first);
  expect(ses.outbox).toHaveLength(1);
});

test('a person can have it sent once more, with the same link, each time with a word of their own', async () => {
  const { ses, send } = await world();
  await send();
  await send({ again: 'lost in spam' });
  await send({ again: 'lost in spam' });
  expect(ses.outbox).toHaveLength(2);
  expect(ses.outbox[1]).toEqual(ses.outbox[0]);
});

test('whoever is on no record gets none', async () => {
  const { ses, send } = await world();
  const nobody = { signup: { userId: 'U-43', plan: 'pro' }, execution: 'onboarding-U-43.1' };
  await expect(send(nobody)).rejects.toThrow('U-43 is on no record');
  expect(ses.outbox).toEqual([]);
});

test('an API key that was revoked or claimed gets no link to it', async () => {
  const { ses, send } = await world();
  await expect(send({ execution: 'onboarding-U-42.2' })).rejects.toThrow('a link to it would lead nowhere');
  expect(ses.outbox).toEqual([]);
});
