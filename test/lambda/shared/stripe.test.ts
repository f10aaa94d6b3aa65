import type { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import Stripe from 'stripe';
import { RateLimited, StripeKeyMissing, TemporaryFailure } from '../../../lambda/shared/errors';
import { stripeFromSecret, toWorkflowError } from '../../../lambda/shared/stripe';
import { createStripeDouble, type Fault, startStripeServer } from '../../../tools/doubles/stripe';

const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/stripe-key-AbCdEf';

/** A client of Secrets Manager with one secret. The code under test uses `send` only. */
function secretWith(value: string | null | Error) {
  const secret = { value, reads: 0 };
  const send = async ({ input }: GetSecretValueCommand) => {
    secret.reads += 1;
    if (secret.value instanceof Error) throw secret.value;
    return { Name: input.SecretId, SecretString: secret.value ?? undefined };
  };
  return { secret, secretsManager: { send } as unknown as SecretsManagerClient };
}

const awsError = (name: string, details = {}) =>
  Object.assign(new Error(`${name} from AWS`), { name, ...details });

function connect(value: string | null | Error = 'sk_test_double', secretId = 'stripe-key') {
  const double = createStripeDouble();
  const { secret, secretsManager } = secretWith(value);
  let time = 0;
  const stripe = stripeFromSecret({
    secretId,
    secretsManager,
    endpoint: 'https://api.stripe.com',
    now: () => time,
    httpClient: double.httpClient(),
  });
  const pass = (milliseconds: number) => {
    time += milliseconds;
  };
  return { double, secret, stripe, pass };
}

/** The error name and message that a workflow gets. */
const failureOf = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => toWorkflowError(reason),
  );
  if (error instanceof Error) return error;
  throw new Error('Expected the call to fail');
};

describe('the key', () => {
  test('comes from the secret, and is read once for many calls', async () => {
    const { stripe, secret, double } = connect('sk_test_double\n');
    const [one] = await Promise.all([stripe(), stripe()]);
    await one.customers.create({ name: 'Ada' });
    expect(await stripe()).toBe(one);
    expect(secret.reads).toBe(1);
    expect(double.ledger.customers).toHaveLength(1);
  });

  test('is read again after five minutes', async () => {
    const { stripe, secret, pass } = connect();
    await stripe();
    pass(5 * 60_000 - 1);
    await stripe();
    expect(secret.reads).toBe(1);
    pass(1);
    await stripe();
    expect(secret.reads).toBe(2);
  });

  test('that Stripe refuses is forgotten: the next try uses the rotated one', async () => {
    const { stripe, secret, double } = connect();
    await stripe();
    double.secretKey = 'sk_test_rotated';
    secret.value = 'sk_test_rotated';
    const failure = await failureOf((await stripe()).customers.list());
    expect(failure).toBeInstanceOf(TemporaryFailure);
    expect(failure.message).toContain('Invalid API Key');
    await (await stripe()).customers.list();
    expect(secret.reads).toBe(2);
  });

  test('that could not be read is asked for again', async () => {
    const { stripe, secret } = connect(awsError('InternalServiceError', { $fault: 'server' }));
    await expect(stripe()).rejects.toMatchObject({ name: 'TemporaryFailure' });
    secret.value = 'sk_test_double';
    await (await stripe()).customers.list();
  });

  test.each([
    [
      'there is no secret',
      awsError('ResourceNotFoundException'),
      'create-secret --name prod/stripe-key --secret-string sk_',
    ],
    [
      'the secret is being deleted',
      awsError('InvalidRequestException'),
      'restore-secret --secret-id prod/stripe-key',
    ],
    ['the secret is binary', null, 'put-secret-value --secret-id prod/stripe-key --secret-string sk_'],
    ['the secret is empty', '', 'put-secret-value --secret-id prod/stripe-key'],
    ['the secret is JSON', '{"key":"sk_test_1"}', 'put-secret-value --secret-id prod/stripe-key'],
    ['the secret is a publishable key', 'pk_test_1', 'put-secret-value --secret-id prod/stripe-key'],
  ])('is missing when %s, and the error says what to do', async (_, value, command) => {
    const { stripe } = connect(value, ARN);
    const error = await stripe().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StripeKeyMissing);
    expect(error).toMatchObject({
      name: 'StripeKeyMissing',
      message: expect.stringContaining(`aws secretsmanager ${command}`),
    });
    expect(String(error)).not.toContain('_test_1');
  });

  test('that the function may not read is AWS’s own error', async () => {
    const { stripe } = connect(awsError('AccessDeniedException'));
    await expect(stripe()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

test('the endpoint may be plain HTTP with a port, as in the local cloud', async () => {
  const double = createStripeDouble();
  const server = await startStripeServer(double, { port: 0 });
  const { secretsManager } = secretWith('sk_test_double');
  const stripe = await stripeFromSecret({ secretId: 'stripe-key', secretsManager, endpoint: server.url })();
  await stripe.customers.create({ name: 'Ada' });
  expect(double.ledger.customers).toHaveLength(1);
  await server.close();
});

test('a call takes at most eight seconds, and is not repeated', async () => {
  const waits: number[] = [];
  const double = createStripeDouble();
  const { secretsManager } = secretWith('sk_test_double');
  const httpClient = double.httpClient(async (milliseconds) => void waits.push(milliseconds));
  const connection = {
    secretId: 'stripe-key',
    secretsManager,
    endpoint: 'https://api.stripe.com',
    httpClient,
  };
  const stripe = await stripeFromSecret(connection)();
  double.faults.add({ on: 'GET /v1/customers', kind: 'hang', times: 'always' });
  expect((await failureOf(stripe.customers.list())).name).toBe('TemporaryFailure');
  expect(waits).toEqual([8_000]);
});

describe('failures in the workflow’s terms', () => {
  const card = (paymentMethod: string, confirm = true): Stripe.PaymentIntentCreateParams => ({
    amount: 1999,
    currency: 'usd',
    payment_method: paymentMethod,
    capture_method: 'manual',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    ...(confirm && { confirm, error_on_requires_action: true }),
  });

  const charge = async (paymentMethod: string) =>
    (await connect().stripe()).paymentIntents.create(card(paymentMethod));

  test.each([
    ['pm_card_chargeDeclined', 'Your card was declined.', 'generic_decline'],
    [
      'pm_card_visa_chargeDeclinedInsufficientFunds',
      'Your card has insufficient funds.',
      'insufficient_funds',
    ],
    ['pm_card_chargeDeclinedExpiredCard', 'Your card has expired.', 'expired_card'],
    ['pm_card_authenticationRequired', expect.stringContaining('3-D Secure'), 'authentication_not_handled'],
    ['pm_card_unknown', expect.stringContaining('cannot be used'), 'resource_missing'],
  ])('%s is PaymentDeclined, in words for a person', async (paymentMethod, reason, declineCode) => {
    expect(await failureOf(charge(paymentMethod))).toMatchObject({
      name: 'PaymentDeclined',
      reason,
      declineCode,
    });
  });

  test.each<[Fault['kind'], Partial<Fault>, string]>([
    ['rate_limit', {}, 'RateLimited'],
    ['lock_timeout', {}, 'TemporaryFailure'],
    ['key_in_use', {}, 'TemporaryFailure'],
    ['server_error', {}, 'TemporaryFailure'],
    ['server_error', { kept: true }, 'TemporaryFailure'],
    ['unavailable', {}, 'TemporaryFailure'],
    ['hang', {}, 'TemporaryFailure'],
    ['hang', { afterWork: true }, 'TemporaryFailure'],
  ])('%s %j is %s', async (kind, details, name) => {
    const { stripe, double } = connect();
    double.faults.add({ on: 'POST /v1/payment_intents', kind, ...details });
    const failure = await failureOf((await stripe()).paymentIntents.create(card('pm_card_visa')));
    expect(failure.name).toBe(name);
    expect(failure).toBeInstanceOf(TemporaryFailure);
    expect(failure instanceof RateLimited).toBe(name === 'RateLimited');
  });

  test('a response that is not JSON, so not from Stripe, is TemporaryFailure', () => {
    const error = new Stripe.errors.StripeAPIError({
      type: 'api_error',
      message: 'Invalid JSON received from the Stripe API',
    });
    expect(toWorkflowError(error)).toBeInstanceOf(TemporaryFailure);
  });

  test('a message names the request, so that it can be found at Stripe', async () => {
    const { stripe, double } = connect();
    double.faults.add({ on: 'GET /v1/customers', kind: 'server_error' });
    const failure = await failureOf((await stripe()).customers.list());
    expect(failure.message).toMatch(/\(500, req_\w+\)$/);
  });

  test.each([
    [
      'a mistake in the parameters',
      (stripe: Stripe) => stripe.customers.create({ email: 'ada' }),
      'StripeInvalidRequestError',
    ],
    [
      'an unknown object',
      (stripe: Stripe) => stripe.paymentIntents.retrieve('pi_none'),
      'StripeInvalidRequestError',
    ],
    [
      'a key for other parameters',
      async (stripe: Stripe) => {
        await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'k' });
        await stripe.customers.create({ name: 'Bob' }, { idempotencyKey: 'k' });
      },
      'StripeIdempotencyError',
    ],
  ])('%s stays what it is, under a name that says so', async (_, call, name) => {
    const failure = await failureOf(call(await connect().stripe()));
    expect(failure).toBeInstanceOf(Stripe.errors.StripeError);
    expect(failure.name).toBe(name);
  });

  test('other errors are passed on unchanged', () => {
    const error = new TypeError('x');
    expect(toWorkflowError(error)).toBe(error);
    expect(toWorkflowError('x')).toBe('x');
  });
});
