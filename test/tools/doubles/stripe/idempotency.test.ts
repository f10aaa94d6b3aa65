import { authorised, errorOf, order, startStripe } from './support';

const key = { idempotencyKey: 'order-1/create' };

test('the same request under the same key gets the first answer again, and nothing is done twice', async () => {
  const { stripe, ledger } = startStripe();
  const first = await stripe.paymentIntents.create(order(), key);
  await stripe.paymentIntents.confirm(first.id);
  const again = await stripe.paymentIntents.create(order(), key);
  expect(again).toEqual(first);
  expect(again.lastResponse.headers).toMatchObject({
    'idempotent-replayed': 'true',
    'original-request': first.lastResponse.requestId,
  });
  expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
  expect(ledger.payments).toHaveLength(1);
});

test('the order of the parameters does not matter', async () => {
  const { stripe, ledger } = startStripe();
  await stripe.customers.create({ email: 'ada@example.com', name: 'Ada' }, key);
  await stripe.customers.create({ name: 'Ada', email: 'ada@example.com' }, key);
  expect(ledger.customers).toHaveLength(1);
});

test('other parameters under the same key are refused', async () => {
  const { stripe, ledger } = startStripe();
  await stripe.paymentIntents.create(order(), key);
  const error = await errorOf(stripe.paymentIntents.create({ ...order(), amount: 2000 }, key));
  expect(error).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
  expect(ledger.payments).toHaveLength(1);
});

test('another endpoint under the same key is refused', async () => {
  const { stripe } = startStripe();
  const id = await authorised(stripe);
  await stripe.paymentIntents.capture(id, {}, key);
  expect(await errorOf(stripe.paymentIntents.cancel(id, {}, key))).toMatchObject({
    type: 'StripeIdempotencyError',
  });
});

test('a decline is replayed under its key, even if the card would be accepted now', async () => {
  const { stripe, ledger } = startStripe();
  const { id } = await stripe.paymentIntents.create(order('pm_card_chargeDeclined'));
  const first = await errorOf(stripe.paymentIntents.confirm(id, {}, key));
  await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
  const again = await errorOf(stripe.paymentIntents.confirm(id, {}, key));
  expect([first.statusCode, again.statusCode]).toEqual([402, 402]);
  expect(again.payment_intent).toMatchObject({ status: 'requires_payment_method' });
  expect(ledger.held()).toBe(1999);
});

test('a request that was not valid leaves its key free', async () => {
  const { stripe } = startStripe();
  await errorOf(stripe.paymentIntents.create({ ...order(), amount: 1 }, key));
  expect((await stripe.paymentIntents.create(order(), key)).status).toBe('requires_confirmation');
});

test('a state error is stored under its key, because the endpoint had started', async () => {
  const { stripe } = startStripe();
  const { id } = await stripe.paymentIntents.create(order());
  await errorOf(stripe.paymentIntents.capture(id, {}, key));
  await stripe.paymentIntents.confirm(id);
  expect((await errorOf(stripe.paymentIntents.capture(id, {}, key))).statusCode).toBe(400);
  expect((await stripe.paymentIntents.capture(id, {})).status).toBe('succeeded');
});

test('a key expires after a day', async () => {
  const { stripe, ledger, pass } = startStripe();
  await stripe.paymentIntents.create(order(), key);
  pass(24 * 3600 - 1);
  await stripe.paymentIntents.create(order(), key);
  expect(ledger.payments).toHaveLength(1);
  pass(1);
  await stripe.paymentIntents.create(order(), key);
  expect(ledger.payments).toHaveLength(2);
});

test('a key whose request is in progress is a conflict, and works afterwards', async () => {
  const { double, faults, ledger } = startStripe();
  faults.add({ on: 'POST /v1/customers', kind: 'slow' });
  let passOn = () => {};
  const slow = new Promise<void>((resolve) => {
    passOn = resolve;
  });
  const request = {
    method: 'POST',
    path: '/v1/customers',
    body: 'name=Ada',
    headers: {
      authorization: `Bearer ${double.secretKey}`,
      'content-type': 'application/x-www-form-urlencoded',
      'idempotency-key': 'k',
    },
  };
  const first = double.handle(request, () => slow);
  const meanwhile = await double.handle(request, () => slow);
  expect(meanwhile.status).toBe(409);
  expect(JSON.parse(meanwhile.body).error.code).toBe('idempotency_key_in_use');
  expect(meanwhile.headers['stripe-should-retry']).toBe('true');
  passOn();
  expect((await first).status).toBe(200);
  expect((await double.handle(request, () => slow)).headers['idempotent-replayed']).toBe('true');
  expect(ledger.customers).toHaveLength(1);
});

test('a key of more than 255 characters is refused', async () => {
  const { stripe } = startStripe();
  const error = await errorOf(stripe.customers.create({}, { idempotencyKey: 'k'.repeat(256) }));
  expect(error.type).toBe('StripeIdempotencyError');
});
