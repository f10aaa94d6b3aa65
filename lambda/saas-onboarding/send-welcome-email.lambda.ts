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
  /** Set by a person who wants it sent once more: what tells this request from any other. */
  again?: string;
}

interface Dependencies {
  kms: Pick<KMSClient, 'send'>;
  /** The HMAC key that makes tokens. */
  tokenKey: string;
  ses: Pick<SESv2Client, 'send'>;
  /** `From`, an identity verified with SES. */
  sender: string;
  /** Where the application is; the link leads to its page `/claim`. */
  appUrl: string;
  /** Remembers what was sent: a table with the key `id` and TTL on `expiration`, as Powertools writes it. */
  idempotencyTable: string;
  /** Where the address is: it may have been corrected since the signup. */
  customersTable: string;
  keys: Pick<ApiKeyRecords, 'renewClaim'>;
  dynamodb: DynamoDBClient;
}

/** Longer than a redrive (14 days) can come after the e-mail was sent. */
const REMEMBERED_SECONDS = 30 * 24 * 3600;

/**
 * SES takes no idempotency key, so a record says what was sent. An answer of SES that is lost counts as sent, and so does
 * a record that cannot be written after SES has answered: a second e-mail is for a person to ask for (`again`). Only a
 * function that dies between SES's answer and the record makes it come twice, with the same link: the token is derived
 * from the execution's identity, not drawn.
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
      // By default it has the function's name in it, which minifying changes.
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

  async function send({ signup, apiKeyId, execution }: Payload): Promise<{ messageId: string }> {
    const address = await addressOf(signup.userId);
    await keys.renewClaim(execution);
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

/** SES names addresses in its errors, and what a function throws is logged. */
async function withoutAddress<Result>(address: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await aws(call);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes(address)) throw error;
    const message = error.message.replaceAll(address, '<recipient>');
    throw Object.assign(new Error(message), { name: error.name });
  }
}

/** Powertools wraps what its table answers; what matters is whether another try may work. */
const storeFailure = (error: unknown) =>
  error instanceof Error && error.name === 'IdempotencyPersistenceLayerError' ? fromAws(error.cause) : error;

export const handler = lambdaHandler(
  () => {
    const dynamodb = new DynamoDBClient(clientConfig);
    return createSendWelcomeEmail({
      kms: new KMSClient(clientConfig),
      tokenKey: environment('TOKEN_KEY'),
      // One try: the client's own retries would send again without looking at the record. Patient, because an answer that
      // is given up on counts as sent.
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
