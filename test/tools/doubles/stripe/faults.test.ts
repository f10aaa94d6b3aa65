import Stripe from 'stripe';
import { authorised, errorOf, order, startStripe } from './support';

const CONFIRM = 'POST /v1/payment_intents/*/confirm';
const key = { idempotencyKey: 'order-1/confirm' };

const unconfirmed = async () => {
  const world = startStripe();
  const { id } = await world.stripe.paymentIntents.create(order());
  return { ...world, confirm: (options = key) => world.stripe.paymentIntents.confirm(id, {}, options) };
};

test('a 500 before the work is not stored: the next try with the same key works', async () => {
  const { confirm, faults, ledger } = await unconfirmed();
  faults.add({ on: CONFIRM, kind: 'server_error' });
  const error = await errorOf(confirm());
  expect(error).toMatchObject({ type: 'StripeAPIError', statusCode: 500 });
  expect(error.headers?.['stripe-should-retry']).toBe('true');
  expect(ledger.held()).toBe(0);
  expect((await confirm()).status).toBe('requires_capture');
});

test('a stored 500 is replayed under its key; another key works', async () => {
  const { confirm, faults, ledger } = await unconfirmed();
  faults.add({ on: CONFIRM, kind: 'server_error', kept: true });
  expect((await errorOf(confirm())).headers?.['stripe-should-retry']).toBe('false');
  const again = await errorOf(confirm());
  expect(again.statusCode).toBe(500);
  expect(again.headers?.['idempotent-replayed']).toBe('true');
  expect(ledger.held()).toBe(0);
  await confirm({ idempotencyKey: 'another' });
  expect(ledger.held()).toBe(1999);
});

test('a stored 500 can come after the work', async () => {
  const { confirm, faults, ledger } = await unconfirmed();
  faults.add({ on: CONFIRM, kind: 'server_error', kept: true, afterWork: true });
  expect((await errorOf(confirm())).headers?.['stripe-should-retry']).toBe('false');
  expect(ledger.held()).toBe(1999);
  expect((await errorOf(confirm())).statusCode).toBe(500);
});

test.each([
  ['rate_limit', 'StripeRateLimitError', 429, 'rate_limit'],
  ['lock_timeout', 'StripeRateLimitError', 429, 'lock_timeout'],
  ['key_in_use', 'StripeAPIError', 409, 'idempotency_key_in_use'],
] as const)('%s does nothing and is not kept', async (kind, type, statusCode, code) => {
  const { confirm, faults, ledger } = await unconfirmed();
  faults.add({ on: CONFIRM, kind });
  expect(await errorOf(confirm())).toMatchObject({ type, statusCode, code });
  expect(ledger.held()).toBe(0);
  expect((await confirm()).status).toBe('requires_capture');
});

test('Stripe unavailable is a connection error', async () => {
  const { confirm, faults, ledger } = await unconfirmed();
  faults.add({ on: '* /v1/payment_intents/*/*', kind: 'unavailable' });
  expect((await errorOf(confirm())).type).toBe('StripeConnectionError');
  expect(ledger.held()).toBe(0);
});

test('a missing response ends with the client’s timeout, and nothing was done', async () => {
  const { confirm, faults, ledger } = await unconfirmed();
  faults.add({ on: CONFIRM, kind: 'hang' });
  const error = await errorOf(confirm());
  expect(error.type).toBe('StripeConnectionError');
  expect(error.message).toContain('timeout');
  expect(ledger.held()).toBe(0);
  expect((await confirm()).status).toBe('requires_capture');
});

test('the work can be done although no response comes; the same key then returns it', async () => {
  const { confirm, faults, ledger } = await unconfirmed();
  faults.add({ on: CONFIRM, kind: 'hang', afterWork: true });
  expect((await errorOf(confirm())).type).toBe('StripeConnectionError');
  expect(ledger.held()).toBe(1999);
  const again = await confirm();
  expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
});

test('a reset after the work has no effect: the client retries by itself, with the same key', async () => {
  const { stripe, faults, ledger } = startStripe();
  const id = await authorised(stripe);
  faults.add({ on: 'POST /v1/payment_intents/*/capture', kind: 'reset', afterWork: true });
  expect((await stripe.paymentIntents.capture(id)).status).toBe('succeeded');
  expect(ledger.requests.filter(({ path }) => path.endsWith('/capture'))).toHaveLength(2);
  expect(ledger.taken()).toBe(1999);
});

test.each([
  [7.9, undefined],
  [8, 'StripeConnectionError'],
])('an answer after %s seconds, with a timeout of 8: %s', async (seconds, type) => {
  const { stripe, faults, ledger } = startStripe();
  faults.add({ on: 'POST /v1/customers', kind: 'slow', seconds });
  const call = stripe.customers.create({ name: 'Ada' }, { timeout: 8_000 });
  if (type) expect((await errorOf(call)).type).toBe(type);
  else expect((await call).name).toBe('Ada');
  expect(ledger.customers).toHaveLength(1);
});

test('the caller decides how time passes', async () => {
  const { double } = startStripe();
  const waits: number[] = [];
  const httpClient = double.httpClient(async (milliseconds) => void waits.push(milliseconds));
  const patient = new Stripe(double.secretKey, { httpClient, timeout: 8_000, maxNetworkRetries: 0 });
  double.faults.add({ on: 'GET /v1/customers', kind: 'slow', seconds: 3 });
  double.faults.add({ on: 'GET /v1/customers', kind: 'hang' });
  await patient.customers.list();
  await errorOf(patient.customers.list());
  await patient.customers.list();
  expect(waits).toEqual([3_000, 8_000]);
});

test('skip, times and contains choose the requests that are hit', async () => {
  const { stripe, faults } = startStripe();
  faults.add({
    on: 'POST /v1/customers',
    kind: 'rate_limit',
    contains: 'ada@example.com',
    skip: 1,
    times: 2,
  });
  const create = (email: string) =>
    stripe.customers.create({ email }).then(
      () => 'made',
      ({ statusCode }) => statusCode,
    );
  expect(await create('bob@example.com')).toBe('made');
  expect(await create('ada@example.com')).toBe('made');
  expect(await create('ada@example.com')).toBe(429);
  expect(await create('bob@example.com')).toBe('made');
  expect(await create('ada@example.com')).toBe(429);
  expect(await create('ada@example.com')).toBe('made');
  expect(faults.list()).toEqual([]);
});

test('a fault can match the idempotency key, last for ever, and be cleared', async () => {
  const { confirm, faults } = await unconfirmed();
  faults.add({ on: CONFIRM, kind: 'server_error', contains: 'order-1', times: 'always' });
  for (let n = 0; n < 3; n++) expect((await errorOf(confirm())).statusCode).toBe(500);
  expect((await confirm({ idempotencyKey: 'order-2/confirm' })).status).toBe('requires_capture');
  faults.clear();
  expect(faults.list()).toEqual([]);
});

test('a fault without a path is refused', () => {
  const { faults } = startStripe();
  expect(() => faults.add({ on: '/v1/customers', kind: 'hang' })).toThrow('METHOD /path');
});
