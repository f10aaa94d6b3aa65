import { request } from 'node:http';
import Stripe from 'stripe';
import { createStripeDouble, type StripeServer, startStripeServer } from '../../../../tools/doubles/stripe';
import { authorised, errorOf } from './support';

let double: ReturnType<typeof createStripeDouble>;
let server: StripeServer;
let stripe: Stripe;

beforeEach(async () => {
  double = createStripeDouble({ secretKey: 'sk_test_server' });
  server = await startStripeServer(double, { port: 0 });
  const { hostname, port } = new URL(server.url);
  stripe = new Stripe('sk_test_server', {
    host: hostname,
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  });
});

afterEach(() => server.close());

const call = (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: 'Bearer sk_test_server', ...headers },
    ...(body !== undefined && { body }),
  });

const json = async (response: Response) => JSON.parse(await response.text());

const form = { 'content-type': 'application/x-www-form-urlencoded' };

const setFaults = (faults: unknown) => call('POST', '/_double/faults', JSON.stringify(faults));

test('the official client charges over HTTP, and the ledger shows it', async () => {
  const id = await authorised(stripe);
  const ledger = await json(await call('GET', '/_double/ledger'));
  expect(ledger).toMatchObject({ held: 1999, taken: 0, payments: [{ id, status: 'requires_capture' }] });
  expect(ledger.requests).toContainEqual(
    expect.objectContaining({ path: `/v1/payment_intents/${id}/confirm` }),
  );
  await stripe.paymentIntents.cancel(id);
});

test('with a query the ledger has what says so of itself, of payments and customers', async () => {
  const email = 'ada@example.com';
  const [one] = await Promise.all([
    stripe.customers.create({ email, metadata: { userId: 'U-1', plan: 'pro' } }),
    stripe.customers.create({ email, metadata: { userId: 'U-2', plan: 'pro' } }),
  ]);
  expect(await json(await call('GET', '/_double/ledger?userId=U-1&plan=pro'))).toEqual({
    payments: [],
    customers: [expect.objectContaining({ id: one.id })],
  });
});

test('an HTTP Task creates, finds and deletes a customer', async () => {
  const body = 'email=ada%2Bshop%40example.com&name=Ada%20L&metadata[execution]=onboarding-1';
  const key = { 'idempotency-key': 'onboarding-1/customer' };
  const made = await json(await call('POST', '/v1/customers', body, { ...form, ...key }));
  expect(made).toMatchObject({
    email: 'ada+shop@example.com',
    name: 'Ada L',
    metadata: { execution: 'onboarding-1' },
  });

  const replayed = await call('POST', '/v1/customers', body, { ...form, ...key });
  expect(replayed.headers.get('idempotent-replayed')).toBe('true');

  const found = await json(await call('GET', '/v1/customers?email=ada%2Bshop%40example.com&limit=100'));
  expect(found.data).toEqual([made]);

  const deleted = await call('DELETE', `/v1/customers/${made.id}`);
  expect(await json(deleted)).toEqual({ id: made.id, object: 'customer', deleted: true });
  expect((await call('DELETE', `/v1/customers/${made.id}`)).status).toBe(404);
});

test('the key is required, as bearer token or basic authentication', async () => {
  const { status, statusText } = await fetch(`${server.url}/v1/customers`);
  expect([status, statusText]).toEqual([401, 'Unauthorized']);
  const wrong = await call('GET', '/v1/customers', undefined, {
    authorization: 'Bearer sk_test_of_somebody_else',
  });
  expect(wrong.status).toBe(401);
  expect(await wrong.text()).not.toContain('sk_test_of_somebody_else');
  const basic = `Basic ${Buffer.from('sk_test_server:').toString('base64')}`;
  expect((await call('GET', '/v1/customers', undefined, { authorization: basic })).status).toBe(200);
});

test('the key is rotated over HTTP: the one before is refused', async () => {
  const rotate = (secretKey: string) =>
    fetch(`${server.url}/_double/key`, { method: 'POST', body: JSON.stringify({ secretKey }) });
  expect((await rotate('sk_live_real')).status).toBe(400);
  expect((await call('GET', '/v1/customers')).status).toBe(200);
  expect((await rotate('sk_test_next')).status).toBe(200);
  expect((await call('GET', '/v1/customers')).status).toBe(401);
  const next = { authorization: 'Bearer sk_test_next' };
  expect((await call('GET', '/v1/customers', undefined, next)).status).toBe(200);
});

test('a body that is not form-encoded is refused', async () => {
  const response = await call('POST', '/v1/customers', '{"email":"ada@example.com"}', {
    'content-type': 'application/json',
  });
  expect(response.status).toBe(400);
});

test.each(['/v1/charges', '/v2/customers', '/v1/customers/cus_1/sources', '/'])(
  'GET %s is a 404',
  async (path) => {
    const response = await call('GET', path);
    expect(response.status).toBe(404);
    expect((await json(response)).error.type).toBe('invalid_request_error');
  },
);

test('faults are set, shown and cleared over HTTP, without a key', async () => {
  const fault = { on: 'GET /v1/customers', kind: 'server_error', times: 'always' };
  expect(
    await (
      await fetch(`${server.url}/_double/faults`, { method: 'POST', body: JSON.stringify([fault]) })
    ).json(),
  ).toEqual([fault]);
  expect((await call('GET', '/v1/customers')).status).toBe(500);
  expect(await json(await call('GET', '/_double/faults'))).toEqual([fault]);
  await call('DELETE', '/_double/faults');
  expect((await call('GET', '/v1/customers')).status).toBe(200);
});

test.each([
  ['no JSON', '{'],
  ['an unknown kind', '{"on":"GET /v1/customers","kind":"explode"}'],
  ['a misspelt field', '{"on":"GET /v1/customers","kind":"hang","time":1}'],
  ['no path', '{"on":"GET","kind":"hang"}'],
])('a fault that would never strike is refused: %s', async (_, body) => {
  const response = await call('POST', '/_double/faults', body);
  expect(response.status).toBe(400);
  expect((await json(response)).error).toEqual(expect.any(String));
  expect(double.faults.list()).toEqual([]);
});

test('a lost response is a lost connection', async () => {
  await setFaults({ on: 'POST /v1/customers', kind: 'reset', afterWork: true });
  const headers = { ...form, authorization: 'Bearer sk_test_server' };
  const code = await new Promise((resolve) => {
    const outgoing = request(`${server.url}/v1/customers`, { method: 'POST', headers, agent: false });
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    outgoing.end('email=lost%40example.com');
  });
  expect(code).toBe('ECONNRESET');
  expect(double.ledger.customers).toMatchObject([{ email: 'lost@example.com' }]);
});

test('a missing response ends with the client’s timeout', async () => {
  await setFaults({ on: 'GET /v1/customers', kind: 'hang' });
  const error = await errorOf(stripe.customers.list({}, { timeout: 20 }));
  expect(error.message).toContain('timeout');
});

test('a slow response comes late', async () => {
  await setFaults({ on: 'GET /v1/customers', kind: 'slow', seconds: 0.05 });
  const start = performance.now();
  await stripe.customers.list();
  expect(performance.now() - start).toBeGreaterThan(45);
});

test('a port that is taken is an error', async () => {
  const port = Number(new URL(server.url).port);
  await expect(startStripeServer(createStripeDouble(), { port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

test('a customer passes the bank’s challenge on the page', async () => {
  const { id } = await stripe.paymentIntents.create({
    amount: 1999,
    currency: 'eur',
    payment_method: 'pm_card_authenticationRequired',
    capture_method: 'manual',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  });
  const answerBank = (body: unknown) => call('POST', '/_double/authenticate', JSON.stringify(body));
  expect((await answerBank({ paymentIntent: id, succeeds: true })).status).toBe(400);
  await stripe.paymentIntents.confirm(id);
  expect((await answerBank({ paymentIntent: id, suceeds: true })).status).toBe(400);
  expect(await json(await answerBank({ paymentIntent: id, succeeds: true }))).toMatchObject({
    status: 'requires_capture',
  });
  expect((await answerBank({ paymentIntent: 'pi_none', succeeds: true })).status).toBe(404);
});

test('the ledger has the API version of each request', async () => {
  await stripe.customers.list();
  await call('GET', '/v1/customers');
  const { requests } = await json(await call('GET', '/_double/ledger'));
  expect(requests.slice(-2)).toEqual([
    { method: 'GET', path: '/v1/customers', stripeVersion: Stripe.API_VERSION },
    { method: 'GET', path: '/v1/customers' },
  ]);
});
