// Shows a customer the API key, once, in exchange for the token in the welcome e-mail's link.

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

/** The key was not shown. `message` is a sentence for the customer. */
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
  /** @default the current time */
  readonly now?: () => Date;
}

/** The caller waits, so a call has at most three tries, each of 1 s to connect and 3 s to answer. */
const clientConfig = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

export interface ClaimedKey {
  apiKeyId: string;
  userId: string;
  /** The key itself. This is the only time that anyone sees it. */
  apiKey: string;
}

/**
 * Returns the key that a token stands for, and destroys the sealed copy. Of two callers at the same moment, one gets
 * the key.
 *
 * @throws ClaimRefused
 * @throws the SDK's errors; the key can then be claimed again, unless it was destroyed and only the reply was lost
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
  // An unknown key and a forged token are refused alike, so that a guess does not reveal whether a key exists.
  if (execution === undefined || userId === undefined || !(await isGenuine(execution))) {
    throw new ClaimRefused('INVALID');
  }
  if (key?.state?.S !== 'ACTIVE') throw new ClaimRefused('REVOKED');

  const copy = await recordOf(SEALED_RECORD);
  if (copy?.claimedAt) throw new ClaimRefused('ALREADY_CLAIMED');
  const sealed = copy?.sealed?.B;
  // DynamoDB may take days to delete an expired record.
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

  /** Runs before the key is shown, so that only one caller sees it. The record stays and says that it was claimed. */
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
