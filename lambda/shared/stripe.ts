/** Calls Stripe with the key from Secrets Manager and with deadlines, and turns its errors into ours. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import Stripe from 'stripe';
import { aws, clientConfig } from './aws';
import { cardDeclined, refusedRequest } from './declines';
import { RateLimited, StripeKeyMissing, TemporaryFailure } from './errors';
import { environment } from './handler';
import { KEY_LIFETIME_MS } from './key-lifetime';
import { STRIPE_VERSION } from './stripe-version';

/**
 * Timeout of one request. Step Functions retries, but after a reset connection the client itself tries once more with
 * the same idempotency key. So a call takes up to twice this time and half a second.
 */
const TIMEOUT_MS = 8_000;

interface StripeOptions {
  /** Name or ARN of a secret whose whole value is the key. */
  secretId: string;
  secretsManager: SecretsManagerClient;
  /** Origin of the API: `https://api.stripe.com`. */
  endpoint: string;
  /** Milliseconds since 1970. */
  now?: () => number;
  httpClient?: Stripe.HttpClient;
}

/**
 * Returns a function that resolves to a client. Its key is read from the secret again every five minutes.
 *
 * @throws StripeKeyMissing when the secret does not exist or holds no key.
 */
export function stripeFromSecret({
  secretId,
  secretsManager,
  endpoint,
  now = Date.now,
  httpClient = Stripe.createNodeHttpClient(),
}: StripeOptions): () => Promise<Stripe> {
  let cached: { stripe: Promise<Stripe>; readAt: number } | undefined;

  const forget = () => {
    cached = undefined;
  };

  return () => {
    if (cached && now() - cached.readAt < KEY_LIFETIME_MS) return cached.stripe;
    const stripe = readKey(secretsManager, secretId).then((key) => {
      const client = stripeClient(key, endpoint, httpClient);
      client.on('response', ({ status }: Stripe.ResponseEvent) => status === 401 && forget());
      return client;
    });
    cached = { stripe, readAt: now() };
    stripe.catch(forget);
    return stripe;
  };
}

/** Connects with `STRIPE_SECRET_NAME` and `STRIPE_ENDPOINT` from the function's environment. */
export const stripeFromEnvironment = (): (() => Promise<Stripe>) =>
  stripeFromSecret({
    secretId: environment('STRIPE_SECRET_NAME'),
    secretsManager: new SecretsManagerClient(clientConfig),
    endpoint: environment('STRIPE_ENDPOINT'),
  });

function stripeClient(key: string, endpoint: string, httpClient: Stripe.HttpClient): Stripe {
  const { protocol, hostname, port } = new URL(endpoint);
  const isPlain = protocol === 'http:';
  return new Stripe(key, {
    apiVersion: STRIPE_VERSION,
    protocol: isPlain ? 'http' : 'https',
    host: hostname,
    port: port || (isPlain ? 80 : 443),
    httpClient,
    timeout: TIMEOUT_MS,
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

async function readKey(secretsManager: SecretsManagerClient, secretId: string): Promise<string> {
  const name = secretName(secretId);
  const value = await aws(() => secretsManager.send(new GetSecretValueCommand({ SecretId: secretId }))).catch(
    (error: Error) => {
      throw secretIsMissing(error, name) ?? error;
    },
  );
  const key = value.SecretString?.trim() ?? '';
  if (/^[rs]k_\S+$/.test(key)) return key;
  throw new StripeKeyMissing(
    `The secret ${name} holds no Stripe key (sk_… or rk_…, and nothing else). Set it: ` +
      `aws secretsmanager put-secret-value --secret-id ${name} --secret-string sk_…`,
  );
}

function secretIsMissing({ name: reason }: Error, name: string): StripeKeyMissing | undefined {
  switch (reason) {
    case 'ResourceNotFoundException':
      return new StripeKeyMissing(
        `There is no secret ${name} with a Stripe key. Create it: ` +
          `aws secretsmanager create-secret --name ${name} --secret-string sk_…`,
      );
    case 'InvalidRequestException':
      return new StripeKeyMissing(
        `The secret ${name} with the Stripe key is being deleted. Keep it: ` +
          `aws secretsmanager restore-secret --secret-id ${name}`,
      );
    default:
      return undefined;
  }
}

/** `arn:aws:secretsmanager:eu-west-1:123456789012:secret:stripe-key-AbCdEf` → `stripe-key` */
const secretName = (secretId: string) => /:secret:(.+)-[A-Za-z0-9]{6}$/.exec(secretId)?.[1] ?? secretId;

/**
 * Turns a Stripe error into one that the state machines know: PaymentDeclined, RateLimited or TemporaryFailure. Any
 * other error is kept, with the name of its Stripe class.
 *
 * Errors are told apart by class, because `error.name` is `Error` for all: https://docs.stripe.com/error-handling
 */
export function toWorkflowError(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  const said = `Stripe: ${error.message} (${[error.statusCode, error.code, error.requestId].filter(Boolean).join(', ')})`;
  switch (error.type) {
    case 'StripeCardError':
      return cardDeclined(error, { cause: error });
    case 'StripeRateLimitError':
      // Two requests for the same object collided, which is no reason to slow down.
      return new (error.code === 'lock_timeout' ? TemporaryFailure : RateLimited)(said, { cause: error });
    case 'StripeConnectionError':
      return new TemporaryFailure(said, { cause: error });
    case 'StripeAuthenticationError':
      return new TemporaryFailure(`${said}: the key is read again for the next try`, { cause: error });
    case 'StripeAPIError':
      // No status: the answer was not JSON, so it did not come from Stripe itself.
      if (!error.statusCode || error.statusCode === 409 || error.statusCode >= 500) {
        return new TemporaryFailure(said, { cause: error });
      }
      break;
    case 'StripeInvalidRequestError': {
      const refusal = refusedRequest(error);
      if (refusal) return refusal;
      break;
    }
  }
  error.name = error.type;
  return error;
}
