/** Sends the welcome e-mail once per execution, with the link that shows the API key once. */
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Context } from 'aws-lambda';
import { formatClaimToken, macMessage } from '../../contracts/claim-token';
import type { SignupInput } from '../../contracts/types';
import { aws, clientConfig, fromAws, isAnswerLost } from '../shared/aws';
import { environment, lambdaHandler } from '../shared/handler';
import { type ApiKeyRecords, createApiKeyRecords } from './api-key-records';
import { welcomeEmail } from './welcome-email';

interface Payload {
  signup: Pick<SignupInput, 'userId' | 'plan'>;
  apiKeyId: string;
  execution: string;
  /** Set by a person who wants the e-mail sent once more. A new value makes a new request. */
  again?: string;
}

interface Dependencies {
  kms: Pick<KMSClient, 'send'>;
  /** The HMAC key in KMS that makes tokens. */
  tokenKey: string;
  ses: Pick<SESv2Client, 'send'>;
  /** The `From` address, an identity verified with SES. */
  sender: string;
  /** Origin of the application; the link leads to its page `/claim`. */
  appUrl: string;
  /** Table that records what was sent, with the key `id` and TTL on `expiration`, as Powertools requires. */
  idempotencyTable: string;
  /** The customers table. The address is read from it, because it may have been corrected since the signup. */
  customersTable: string;
  keys: Pick<ApiKeyRecords, 'renewClaim'>;
  dynamodb: DynamoDBClient;
}

/** Longer than 14 days, up to which a redrive may follow the e-mail. */
const REMEMBERED_SECONDS = 30 * 24 * 3600;

/**
 * SES takes no idempotency key, so a record says what was sent. The e-mail counts as sent when SES's answer is lost,
 * and when the record cannot be written after SES has answered; a person can then ask for a second one (`again`). Only
 * when the function dies between SES's answer and the record does the e-mail come twice, unless its link was opened in
 * the meantime. Both have the same link, because the token is derived from the execution's identity.
 *
 * @throws RateLimited, TemporaryFailure; IdempotencyAlreadyInProgressError while a try that died may still be sending
 */
export const createSendWelcomeEmail = (dependencies: Dependencies) => {
  const { kms, tokenKey, ses, sender, appUrl, idempotencyTable, customersTable, keys, dynamodb } =
    dependencies;
  const sent = new Map<Payload, { messageId: string }>();
  const sendOnce = makeIdempotent(
    async (payload: Payload, _context: Context) => {
      const result = await send(payload);
      sent.set(payload, result);
      return result;
    },
    {
      persistenceStore: new DynamoDBPersistenceLayer({
        tableName: idempotencyTable,
        awsSdkV3Client: dynamodb,
      }),
      // The default prefix contains the function's name, which minifying changes.
      keyPrefix: 'welcome-email',
      config: new IdempotencyConfig({
        eventKeyJmesPath: "join('/', [execution, again || 'first'])",
        throwOnNoIdempotencyKey: true,
        expiresAfterSeconds: REMEMBERED_SECONDS,
      }),
    },
  );

  return async (payload: Payload, context: Context): Promise<{ messageId: string }> => {
    try {
      return await sendOnce(payload, context);
    } catch (error) {
      const result = sent.get(payload);
      if (result) return result;
      throw storeFailure(error);
    } finally {
      sent.delete(payload);
    }
  };

  async function send({ signup, apiKeyId, execution, again }: Payload): Promise<{ messageId: string }> {
    const address = await addressOf(signup.userId);
    if (!(await keys.renewClaim(execution))) {
      if (again) throw new Error(`The API key of ${execution} was claimed: a link to it would lead nowhere`);
      return { messageId: 'unknown: the link of an earlier try was opened' };
    }
    const { Mac: mac } = await aws(() =>
      kms.send(
        new GenerateMacCommand({
          KeyId: tokenKey,
          MacAlgorithm: 'HMAC_SHA_256',
          Message: macMessage(execution),
        }),
      ),
    );
    if (!mac) throw new Error('KMS answered without a MAC');
    const { subject, text, html } = welcomeEmail(signup, formatClaimToken({ apiKeyId, mac }), appUrl);
    const part = (Data: string) => ({ Data, Charset: 'UTF-8' });
    const send = () =>
      ses.send(
        new SendEmailCommand({
          FromEmailAddress: sender,
          Destination: { ToAddresses: [address] },
          Content: { Simple: { Subject: part(subject), Body: { Text: part(text), Html: part(html) } } },
        }),
      );
    try {
      const { MessageId } = await withoutAddress(address, send);
      return { messageId: MessageId ?? '' };
    } catch (error) {
      if (isAnswerLost(error)) return { messageId: 'unknown: the answer of SES was lost' };
      throw error;
    }
  }

  async function addressOf(userId: string): Promise<string> {
    const { Item } = await aws(() =>
      dynamodb.send(
        new GetItemCommand({
          TableName: customersTable,
          Key: { customerId: { S: userId } },
          ProjectionExpression: 'email',
          ConsistentRead: true,
        }),
      ),
    );
    if (!Item?.email?.S) throw new Error(`${userId} is on no record: there is nobody to write to`);
    return Item.email.S;
  }
};

/** Removes addresses from SES's errors, because errors are logged. */
async function withoutAddress<Result>(address: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await aws(call);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes(address)) throw error;
    const message = error.message.replaceAll(address, '<recipient>');
    throw Object.assign(new Error(message), { name: error.name });
  }
}

/** Unwraps the table's error, which Powertools wraps, so that it says whether another try may work. */
const storeFailure = (error: unknown) =>
  error instanceof Error && error.name === 'IdempotencyPersistenceLayerError' ? fromAws(error.cause) : error;

export const handler = lambdaHandler(
  () => {
    const dynamodb = new DynamoDBClient(clientConfig);
    return createSendWelcomeEmail({
      kms: new KMSClient(clientConfig),
      tokenKey: environment('TOKEN_KEY'),
      // One try, because the client's own retries would send again without looking at the record. With a long timeout,
      // because an e-mail without an answer counts as sent.
      ses: new SESv2Client({
        maxAttempts: 1,
        requestHandler: { ...clientConfig.requestHandler, requestTimeout: 20_000 },
      }),
      sender: environment('SENDER'),
      appUrl: environment('APP_URL'),
      idempotencyTable: environment('IDEMPOTENCY_TABLE'),
      customersTable: environment('CUSTOMERS_TABLE'),
      keys: createApiKeyRecords({ dynamodb, table: environment('API_KEYS_TABLE'), now: () => new Date() }),
      dynamodb,
    });
  },
  ({ signup, execution }: Payload) => ({ userId: signup.userId, execution }),
);
