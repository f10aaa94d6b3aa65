/** Makes the customer's API key, once per execution, and stores it sealed. Its owner claims it (client/claim.ts). */
import { createHash, randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { apiKeyIdOf, sealingContext } from '../../contracts/claim-token';
import { aws, clientConfig } from '../shared/aws';
import { TemporaryFailure } from '../shared/errors';
import { environment, lambdaHandler } from '../shared/handler';
import { type ApiKeyRecords, createApiKeyRecords } from './api-key-records';

interface Payload {
  userId: string;
  execution: string;
}

interface Dependencies {
  records: ApiKeyRecords;
  kms: Pick<KMSClient, 'send'>;
  /** The KMS key that encrypts the copies. */
  sealingKey: string;
}

/** @throws RateLimited, TemporaryFailure; Error when the execution has been undone */
export const createCreateApiKey = ({ records, kms, sealingKey }: Dependencies) => {
  return async ({ userId, execution }: Payload): Promise<{ apiKeyId: string }> => {
    const apiKeyId = apiKeyIdOf(execution);
    if (await exists(execution)) return { apiKeyId };

    const apiKey = newApiKey(apiKeyId);
    const { CiphertextBlob: sealed } = await aws(() =>
      kms.send(
        new EncryptCommand({
          KeyId: sealingKey,
          Plaintext: Buffer.from(apiKey),
          EncryptionContext: sealingContext(apiKeyId, execution),
        }),
      ),
    );
    if (!sealed) throw new Error('KMS answered without a ciphertext');
    const hash = createHash('sha256').update(apiKey).digest('hex');
    if (await records.store({ userId, execution, hash, sealed })) return { apiKeyId };

    // Another try of this execution came first, and its key counts. Or two tries collided, and neither is stored yet.
    if (await exists(execution)) return { apiKeyId };
    throw new TemporaryFailure(`The API key of ${execution} met another write`);
  };

  async function exists(execution: string): Promise<boolean> {
    const state = await records.find(execution);
    // Not a business outcome: this call is late, and its signup is being undone or has been.
    if (state === 'REVOKED') throw new Error(`The API key of ${execution} was revoked: it gets no other`);
    return state === 'ACTIVE';
  }
};

/** 256 random bits. The prefix lets scanners recognise a leaked key; the id leads to the record without a search. */
const newApiKey = (apiKeyId: string) =>
  `sfw_${apiKeyId.slice('key_'.length)}_${randomBytes(32).toString('base64url')}`;

export const handler = lambdaHandler(
  () =>
    createCreateApiKey({
      records: createApiKeyRecords({
        dynamodb: new DynamoDBClient(clientConfig),
        table: environment('API_KEYS_TABLE'),
        now: () => new Date(),
      }),
      kms: new KMSClient(clientConfig),
      sealingKey: environment('SEALING_KEY'),
    }),
  ({ userId, execution }: Payload) => ({ userId, execution }),
);
