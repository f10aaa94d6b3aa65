/** Sends the welcome e-mail once per execution, with the link that shows the API key once. */
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Context } from 'aws-lambda';
import { formatClaimToken, macMessage } from '../../contracts/claim-token';
import type { SignupInput } from '../../contracts/types';
import { aws, clientConfig, fromAws } from '../shared/aws';
import { environment, lambdaHandler } from '../shared/handler';
import { welcomeEmail } from './welcome-email';

interface Payload {
  signup: SignupInput;
  apiKeyId: string;
  execution: string;
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
  dynamodb: DynamoDBClient;
}

/** Longer than a redrive (14 days) can come after the e-mail was sent. */
const REMEMBERED_SECONDS = 30 * 24 * 3600;

/**
 * SES takes no idempotency key, so a record says what was sent. Only when SES's answer is lost may the e-mail come
 * twice, and then with the same link: the token is derived from the execution's name, not drawn.
 *
 * @throws RateLimited, TemporaryFailure; IdempotencyAlreadyInProgressError while a try that died may still be sending
 */
export const createSendWelcomeEmail = (dependencies: Dependencies) => {
  const { kms, tokenKey, ses, sender, appUrl, idempotencyTable, dynamodb } = dependencies;
  const sendOnce = makeIdempotent((payload: Payload, _context: Context) => send(payload), {
    persistenceStore: new DynamoDBPersistenceLayer({ tableName: idempotencyTable, awsSdkV3Client: dynamodb }),
    // By default it has the function's name in it, which minifying changes.
    keyPrefix: 'welcome-email',
    config: new IdempotencyConfig({
      eventKeyJmesPath: 'execution',
      throwOnNoIdempotencyKey: true,
      expiresAfterSeconds: REMEMBERED_SECONDS,
    }),
  });

  return async (payload: Payload, context: Context): Promise<{ messageId: string }> => {
    try {
      return await sendOnce(payload, context);
    } catch (error) {
      throw storeFailure(error);
    }
  };

  async function send({ signup, apiKeyId, execution }: Payload): Promise<{ messageId: string }> {
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
    const { MessageId } = await withoutAddress(signup.email, () =>
      ses.send(
        new SendEmailCommand({
          FromEmailAddress: sender,
          Destination: { ToAddresses: [signup.email] },
          Content: { Simple: { Subject: part(subject), Body: { Text: part(text), Html: part(html) } } },
        }),
      ),
    );
    return { messageId: MessageId ?? '' };
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
  () =>
    createSendWelcomeEmail({
      kms: new KMSClient(clientConfig),
      tokenKey: environment('TOKEN_KEY'),
      // One try: the client's own retries would send again without looking at the record.
      ses: new SESv2Client({ ...clientConfig, maxAttempts: 1 }),
      sender: environment('SENDER'),
      appUrl: environment('APP_URL'),
      idempotencyTable: environment('IDEMPOTENCY_TABLE'),
      dynamodb: new DynamoDBClient(clientConfig),
    }),
  ({ signup, execution }: Payload) => ({ userId: signup.userId, execution }),
);
