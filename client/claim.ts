// How a customer gets the API key: shown once, to whoever holds the link from the welcome e-mail.

import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DecryptCommand, KMSClient, KMSInvalidMacException, VerifyMacCommand } from '@aws-sdk/client-kms';
import {
  KEY_RECORD,
  macMessage,
  parseClaimToken,
  SEALED_RECORD,
  sealingContext,
} from '../contracts/claim-token';

const REFUSALS = {
  INVALID: 'This is no valid claim token. Copy the link from the welcome e-mail again, all of it.',
  ALREADY_CLAIMED:
    'The API key was shown already, and it is shown only once. If it was not to you, have it revoked.',
  EXPIRED: 'The claim has expired. Ask for a new API key.',
  REVOKED: 'The API key was revoked. Ask for a new one.',
} as const;

/** The key is not shown. `message` is a sentence for a person. */
export class ClaimRefused extends Error {
  override readonly name = 'ClaimRefused';

  constructor(readonly reason: keyof typeof REFUSALS) {
    super(REFUSALS[reason]);
  }
}

export interface ClaimSettings {
  /** The stack output `ApiKeysTableName` of SaasOnboarding. */
  readonly apiKeysTable: string;
  /** The stack output `ClaimTokenKeyArn`: the HMAC key in KMS. */
  readonly tokenKey: string;
  /** The stack output `ApiKeySealingKeyArn`. */
  readonly sealingKey: string;
  /** @default clients of the environment's Region and credentials */
  readonly dynamodb?: Pick<DynamoDBClient, 'send'>;
  readonly kms?: Pick<KMSClient, 'send'>;
  /** @default the present */
  readonly now?: () => Date;
}

/** For a caller who waits: at most three tries of 1 s to connect and 3 s to answer. */
const clientConfig = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

export interface ClaimedKey {
  apiKeyId: string;
  userId: string;
  /** In clear, for the only time. */
  apiKey: string;
}

/**
 * Shows the key that a token stands for and destroys the sealed copy. Of two at the same moment one gets it.
 *
 * @throws ClaimRefused
 * @throws the SDK's errors; the key is then still there, unless the answer to its destruction was lost
 */
export async function claimApiKey(token: string, settings: ClaimSettings): Promise<ClaimedKey> {
  const { apiKeysTable, tokenKey, sealingKey, now = () => new Date() } = settings;
  const { dynamodb = new DynamoDBClient(clientConfig), kms = new KMSClient(clientConfig) } = settings;
  const parsed = parseClaimToken(token);
  if (!parsed) throw new ClaimRefused('INVALID');
  const { apiKeyId, mac } = parsed;

  const key = await recordOf(KEY_RECORD);
  const execution = key?.execution?.S;
  const userId = key?.userId?.S;
  // A token that was never given out must not learn whether there is such a key.
  if (execution === undefined || userId === undefined || !(await isGenuine(execution))) {
    throw new ClaimRefused('INVALID');
  }
  if (key?.state?.S !== 'ACTIVE') throw new ClaimRefused('REVOKED');

  const copy = await recordOf(SEALED_RECORD);
  if (copy?.claimedAt) throw new ClaimRefused('ALREADY_CLAIMED');
  const sealed = copy?.sealed?.B;
  // DynamoDB may take days to delete what has expired.
  if (!sealed || Number(copy.expiresAt?.N) * 1000 <= now().getTime()) throw new ClaimRefused('EXPIRED');

  const { Plaintext } = await kms.send(
    new DecryptCommand({
      KeyId: sealingKey,
      CiphertextBlob: sealed,
      EncryptionContext: sealingContext(apiKeyId, execution),
    }),
  );
  if (!Plaintext) throw new Error('KMS answered without a plaintext');
  await destroyCopy();
  return { apiKeyId, userId, apiKey: Buffer.from(Plaintext).toString() };

  async function recordOf(record: string) {
    const Key = { apiKeyId: { S: apiKeyId }, record: { S: record } };
    const { Item } = await dynamodb.send(
      new GetItemCommand({ TableName: apiKeysTable, Key, ConsistentRead: true }),
    );
    return Item;
  }

  async function isGenuine(execution: string): Promise<boolean> {
    try {
      const { MacValid } = await kms.send(
        new VerifyMacCommand({
          KeyId: tokenKey,
          MacAlgorithm: 'HMAC_SHA_256',
          Message: macMessage(execution),
          Mac: mac,
        }),
      );
      return MacValid === true;
    } catch (error) {
      if (error instanceof KMSInvalidMacException) return false;
      throw error;
    }
  }

  /** Before the key is shown, so that it is shown to one. The record stays, to tell that it was claimed. */
  async function destroyCopy(): Promise<void> {
    try {
      await dynamodb.send(
        new UpdateItemCommand({
          TableName: apiKeysTable,
          Key: { apiKeyId: { S: apiKeyId }, record: { S: SEALED_RECORD } },
          UpdateExpression: 'SET claimedAt = :now REMOVE sealed, expiresAt',
          ConditionExpression: 'attribute_exists(sealed)',
          ExpressionAttributeValues: { ':now': { S: now().toISOString() } },
        }),
      );
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) throw new ClaimRefused('ALREADY_CLAIMED');
      throw error;
    }
  }
}
