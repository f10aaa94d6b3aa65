import { createHash } from 'node:crypto';
import { type EncryptCommand, GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';
import { ClaimRefused, claimApiKey } from '../../../client/claim';
import { apiKeyIdOf, CLAIM_DAYS, formatClaimToken, macMessage } from '../../../contracts/claim-token';
import { createApiKeyRecords } from '../../../lambda/saas-onboarding/api-key-records';
import { createCreateApiKey } from '../../../lambda/saas-onboarding/create-api-key.lambda';
import { createDeleteApiKey } from '../../../lambda/saas-onboarding/delete-api-key.lambda';
import { createDynamoDB } from '../../../tools/doubles/dynamodb';
import { fails, replyLost } from '../../../tools/doubles/faults';
import { createKms } from '../../../tools/doubles/kms';

const OWNER = { userId: 'U-42', execution: 'onboarding-U-42' };
const ID = apiKeyIdOf(OWNER.execution);
const DAY_MS = 24 * 3600 * 1000;

function world() {
  const time = { now: Date.parse('2026-01-01T00:00:00Z') };
  const now = () => new Date(time.now);
  const dynamodb = createDynamoDB({ api_keys: ['apiKeyId', 'record'] }, now);
  const kms = createKms();
  const records = createApiKeyRecords({ dynamodb: dynamodb.client, table: 'api_keys', now });
  const settings = {
    apiKeysTable: 'api_keys',
    tokenKey: 'token-key',
    sealingKey: 'sealing-key',
    dynamodb: dynamodb.client,
    kms: kms.client,
    now,
  };
  return {
    time,
    dynamodb,
    kms,
    create: createCreateApiKey({ records, kms: kms.client, sealingKey: 'sealing-key' }),
    /** Creates a key while `meanwhile` runs. */
    createWhile: (meanwhile: () => Promise<unknown>) => {
      const send = async (command: EncryptCommand) => {
        await meanwhile();
        return kms.client.send(command);
      };
      return createCreateApiKey({
        records,
        kms: { send } as unknown as KMSClient,
        sealingKey: 'sealing-key',
      });
    },
    revoke: createDeleteApiKey({ records }),
    claim: (token: string) => claimApiKey(token, settings),
    /** The claim token in the welcome e-mail. */
    token: async (execution = OWNER.execution, apiKeyId = apiKeyIdOf(execution)) => {
      const { Mac } = await kms.client.send(
        new GenerateMacCommand({
          KeyId: 'token-key',
          MacAlgorithm: 'HMAC_SHA_256',
          Message: macMessage(execution),
        }),
      );
      return formatClaimToken({ apiKeyId, mac: Mac ?? new Uint8Array() });
    },
    key: () => dynamodb.get('api_keys', ID, 'key'),
    sealed: () => dynamodb.get('api_keys', ID, 'sealed'),
  };
}

describe('CreateApiKey', () => {
  test('stores its hash and an encrypted copy that expires, and returns only its id', async () => {
    const { create, claim, token, key, sealed, time } = world();
    expect(await create(OWNER)).toEqual({ apiKeyId: ID });
    expect(sealed()?.expiresAt).toEqual({ N: String((time.now + CLAIM_DAYS * DAY_MS) / 1000) });
    const [keyRecord, sealedRecord] = [key(), sealed()];

    const { apiKey } = await claim(await token());
    expect(apiKey).toMatch(new RegExp(`^sfw_${ID.slice(4)}_[\\w-]{43}$`));
    expect(keyRecord?.hash).toEqual({ S: createHash('sha256').update(apiKey).digest('hex') });
    expect(JSON.stringify([keyRecord, sealedRecord])).not.toContain(apiKey.slice('sfw_'.length + 24 + 1));
    expect(Buffer.from(sealedRecord?.sealed?.B ?? []).toString()).not.toContain(apiKey);
  });

  test('again gives the same key', async () => {
    const { create, key } = world();
    await create(OWNER);
    const first = key()?.hash;
    expect(await create(OWNER)).toEqual({ apiKeyId: ID });
    expect(key()?.hash).toEqual(first);
  });

  test('twice at once makes one', async () => {
    const { create, claim, token, key } = world();
    await Promise.all([create(OWNER), create(OWNER)]);
    const { apiKey } = await claim(await token());
    expect(key()?.hash?.S).toBe(createHash('sha256').update(apiKey).digest('hex'));
  });

  test('uses the key of another try that finished first', async () => {
    const { create, createWhile, key } = world();
    let first: unknown;
    const slow = createWhile(async () => {
      await create(OWNER);
      first = key()?.hash;
    });
    expect(await slow(OWNER)).toEqual({ apiKeyId: ID });
    expect(first).toBeDefined();
    expect(key()?.hash).toEqual(first);
  });

  test('fails if the deletion came while it was encrypting', async () => {
    const { createWhile, revoke, key, sealed } = world();
    await expect(createWhile(() => revoke(OWNER))(OWNER)).rejects.toThrow('was revoked');
    expect(key()?.hash).toBeUndefined();
    expect(sealed()).toBeUndefined();
  });

  test('for another attempt makes another', async () => {
    const { create } = world();
    const { apiKeyId } = await create({ ...OWNER, execution: 'onboarding-U-42_2' });
    expect(apiKeyId).not.toBe(ID);
    expect(await create(OWNER)).toEqual({ apiKeyId: ID });
  });

  test.each([
    ['dynamodb:getItem', fails('throttled'), 'RateLimited'],
    ['dynamodb:getItem', fails('unavailable'), 'TemporaryFailure'],
    ['dynamodb:transactWriteItems', fails('conflict'), 'TemporaryFailure'],
    ['dynamodb:transactWriteItems', replyLost, 'TemporaryFailure'],
    ['dynamodb:transactWriteItems', fails('denied'), 'AccessDeniedException'],
    ['kms:encrypt', fails('throttled'), 'RateLimited'],
    ['kms:encrypt', fails('unavailable'), 'TemporaryFailure'],
    ['kms:encrypt', fails('denied'), 'AccessDeniedException'],
  ] as const)(
    'when %s meets %o fails as %s; the next try makes the key, or finds it',
    async (place, fault, name) => {
      const { create, dynamodb, kms, claim, token } = world();
      (place.startsWith('kms') ? kms : dynamodb).fail({ [place]: [fault] });
      await expect(create(OWNER)).rejects.toMatchObject({ name });
      await create(OWNER);
      expect((await claim(await token())).apiKeyId).toBe(ID);
    },
  );
});

describe('DeleteApiKey', () => {
  test('removes hash and copy, and bars a later creation', async () => {
    const { create, revoke, key, sealed } = world();
    await create(OWNER);
    await revoke(OWNER);
    expect(key()?.hash).toBeUndefined();
    expect(sealed()).toBeUndefined();
    await expect(create(OWNER)).rejects.toThrow('was revoked');
    expect(key()?.hash).toBeUndefined();
  });

  test('of a key that was never created succeeds, and can be repeated', async () => {
    const { create, revoke, key } = world();
    await revoke(OWNER);
    await revoke(OWNER);
    await expect(create(OWNER)).rejects.toThrow('was revoked');
    expect(key()).toMatchObject({ state: { S: 'REVOKED' }, expiresAt: { N: expect.any(String) } });
  });

  test.each(['updateItem', 'deleteItem'])('fails as CompensationFailed when %s fails', async (on) => {
    const { create, revoke, dynamodb, sealed } = world();
    await create(OWNER);
    dynamodb.fail({ [`dynamodb:${on}`]: [fails('unavailable')] });
    await expect(revoke(OWNER)).rejects.toMatchObject({ name: 'CompensationFailed' });
    await revoke(OWNER);
    expect(sealed()).toBeUndefined();
  });

  test('does not touch the key of another execution', async () => {
    const { create, revoke, claim, token } = world();
    await create(OWNER);
    await revoke({ ...OWNER, execution: 'onboarding-U-42_2' });
    expect((await claim(await token())).userId).toBe('U-42');
  });
});

describe('claiming', () => {
  const refusal = (reason: string) => expect.objectContaining({ name: 'ClaimRefused', reason });

  async function created() {
    const there = world();
    await there.create(OWNER);
    return { ...there, good: await there.token() };
  }

  test('shows the key once and destroys the copy', async () => {
    const { claim, good, sealed } = await created();
    await claim(good);
    expect(sealed()).toMatchObject({ claimedAt: { S: '2026-01-01T00:00:00.000Z' } });
    expect(sealed()?.sealed).toBeUndefined();
    await expect(claim(good)).rejects.toEqual(refusal('ALREADY_CLAIMED'));
  });

  test('by two at the same moment shows it to one', async () => {
    const { claim, good } = await created();
    const results = await Promise.allSettled([claim(good), claim(good)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results).toContainEqual({ status: 'rejected', reason: refusal('ALREADY_CLAIMED') });
  });

  test('again says that it was claimed, also long afterwards', async () => {
    const { claim, good, time } = await created();
    await claim(good);
    time.now += 100 * DAY_MS;
    await expect(claim(good)).rejects.toEqual(refusal('ALREADY_CLAIMED'));
  });

  test.each([
    [CLAIM_DAYS * DAY_MS - 1, true],
    [CLAIM_DAYS * DAY_MS, false],
  ])('%i ms later works: %s', async (later, works) => {
    const { claim, good, time } = await created();
    time.now += later;
    if (works) await claim(good);
    else await expect(claim(good)).rejects.toEqual(refusal('EXPIRED'));
  });

  test('is expired when DynamoDB has deleted the copy', async () => {
    const { claim, good, dynamodb } = await created();
    await dynamodb.call('deleteItem', {
      TableName: 'api_keys',
      Key: { apiKeyId: { S: ID }, record: { S: 'sealed' } },
    });
    await expect(claim(good)).rejects.toEqual(refusal('EXPIRED'));
  });

  test('a revoked key is refused', async () => {
    const { claim, good, revoke } = await created();
    await revoke(OWNER);
    await expect(claim(good)).rejects.toEqual(refusal('REVOKED'));
  });

  test.each<[string, (good: string, other: string) => string]>([
    ['nothing', () => ''],
    ['words', () => 'let me in'],
    ['a token cut short', (good) => good.slice(0, -1)],
    ['a token with a letter changed', (good) => good.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A'))],
    ['the id alone', (good) => good.split('.')[0] ?? ''],
    ['another execution’s MAC', (good, other) => `${good.split('.')[0]}.${other.split('.')[1]}`],
    ['an id that is not there', (good) => `key_${'0'.repeat(24)}.${good.split('.')[1]}`],
  ])('%s is no valid token, whatever there is', async (_what, forge) => {
    const { claim, good, token } = await created();
    const forged = forge(good, await token('onboarding-U-43'));
    await expect(claim(forged)).rejects.toEqual(refusal('INVALID'));
    expect((await claim(good)).userId).toBe('U-42');
  });

  test('keeps the key if it cannot be decrypted or destroyed now', async () => {
    const { claim, good, kms, dynamodb } = await created();
    kms.fail({ 'kms:decrypt': [fails('unavailable')] });
    await expect(claim(good)).rejects.not.toBeInstanceOf(ClaimRefused);
    dynamodb.fail({ 'dynamodb:updateItem': [fails('throttled')] });
    await expect(claim(good)).rejects.not.toBeInstanceOf(ClaimRefused);
    expect((await claim(good)).apiKeyId).toBe(ID);
  });
});
