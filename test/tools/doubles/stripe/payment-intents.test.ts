import type Stripe from 'stripe';
import { authorised, errorOf, order, startStripe } from './support';

const DAY = 24 * 3600;

test('with manual capture, confirming an intent authorises the money, and capturing takes it', async () => {
  const { stripe, ledger } = startStripe();
  const created = await stripe.paymentIntents.create(order());
  expect(created).toMatchObject({ status: 'requires_confirmation', amount_capturable: 0 });
  expect(ledger.held()).toBe(0);

  const confirmed = await stripe.paymentIntents.confirm(created.id);
  expect(confirmed).toMatchObject({
    status: 'requires_capture',
    amount_capturable: 1999,
    amount_received: 0,
  });
  expect([ledger.held(), ledger.taken()]).toEqual([1999, 0]);

  const captured = await stripe.paymentIntents.capture(created.id);
  expect(captured).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 1999 });
  expect([ledger.held(), ledger.taken()]).toEqual([0, 1999]);
});

test('with automatic capture and confirm=true one call takes the money', async () => {
  const { stripe, ledger } = startStripe();
  const intent = await stripe.paymentIntents.create({
    ...order(),
    capture_method: 'automatic',
    confirm: true,
  });
  expect(intent.status).toBe('succeeded');
  expect(ledger.taken()).toBe(1999);
});

test('a cancelled authorisation gives the money back', async () => {
  const { stripe, ledger } = startStripe();
  const id = await authorised(stripe);
  const canceled = await stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' });
  expect(canceled).toMatchObject({
    status: 'canceled',
    cancellation_reason: 'abandoned',
    amount_capturable: 0,
  });
  expect(ledger.payments).toMatchObject([{ authorised: 1999, captured: 0, voided: 1999, refunded: 0 }]);
  expect(ledger.held()).toBe(0);
});

test('an authorisation expires after seven days, and cannot be captured then', async () => {
  const { stripe, pass, ledger } = startStripe();
  const id = await authorised(stripe);
  pass(7 * DAY - 1);
  expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'requires_capture' });
  pass(1);
  expect(ledger.held()).toBe(0);
  expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
    status: 'canceled',
    cancellation_reason: 'automatic',
  });
  expect(await errorOf(stripe.paymentIntents.capture(id))).toMatchObject({
    statusCode: 400,
    code: 'payment_intent_unexpected_state',
    payment_intent: { id, status: 'canceled' },
  });
});

test('a captured payment does not expire', async () => {
  const { stripe, pass, ledger } = startStripe();
  await stripe.paymentIntents.capture(await authorised(stripe));
  pass(30 * DAY);
  expect(ledger.taken()).toBe(1999);
});

test.each(['confirm', 'capture', 'cancel'] as const)('after a capture, %s is refused', async (action) => {
  const { stripe, ledger } = startStripe();
  const id = await authorised(stripe);
  await stripe.paymentIntents.capture(id);
  const error = await errorOf(stripe.paymentIntents[action](id));
  expect(error).toMatchObject({ type: 'StripeInvalidRequestError', code: 'payment_intent_unexpected_state' });
  expect(ledger.taken()).toBe(1999);
});

test.each(['confirm', 'capture', 'cancel'] as const)(
  'after a cancellation, %s is refused',
  async (action) => {
    const { stripe, ledger } = startStripe();
    const id = await authorised(stripe);
    await stripe.paymentIntents.cancel(id);
    expect(await errorOf(stripe.paymentIntents[action](id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
    expect([ledger.held(), ledger.taken()]).toEqual([0, 0]);
  },
);

test('an intent that was never confirmed cannot be captured', async () => {
  const { stripe } = startStripe();
  const { id } = await stripe.paymentIntents.create(order());
  expect(await errorOf(stripe.paymentIntents.capture(id))).toMatchObject({
    code: 'payment_intent_unexpected_state',
  });
});

test('an intent whose methods may redirect asks for a return_url', async () => {
  const { stripe } = startStripe();
  const { automatic_payment_methods: _, ...withoutMethods } = order();
  const { id } = await stripe.paymentIntents.create(withoutMethods);
  expect((await errorOf(stripe.paymentIntents.confirm(id))).message).toContain('return_url');
  expect(
    (await errorOf(stripe.paymentIntents.create({ ...withoutMethods, confirm: true }))).message,
  ).toContain('return_url');
  expect((await stripe.paymentIntents.confirm(id, { return_url: 'https://shop.example' })).status).toBe(
    'requires_capture',
  );
});

test('latest_charge can be expanded', async () => {
  const { stripe } = startStripe();
  const id = await authorised(stripe);
  const intent = await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
  expect(intent.latest_charge).toMatchObject({
    object: 'charge',
    captured: false,
    paid: true,
    payment_intent: id,
  });
  const error = await errorOf(stripe.paymentIntents.retrieve(id, { expand: ['review'] }));
  expect(error.message).toContain('cannot be expanded');
});

test('an unknown intent is a 404', async () => {
  const { stripe } = startStripe();
  expect(await errorOf(stripe.paymentIntents.retrieve('pi_none'))).toMatchObject({
    statusCode: 404,
    code: 'resource_missing',
  });
});

const badParameters: [name: string, change: Partial<Stripe.PaymentIntentCreateParams>, expected: object][] = [
  ['an amount of zero', { amount: 0 }, { code: 'parameter_invalid_integer', param: 'amount' }],
  ['a fraction of a cent', { amount: 10.5 }, { code: 'parameter_invalid_integer', param: 'amount' }],
  ['an amount that no card network takes', { amount: 49 }, { code: 'amount_too_small', param: 'amount' }],
  ['an amount of nine digits', { amount: 100_000_000 }, { code: 'amount_too_large', param: 'amount' }],
  ['a currency that does not exist', { currency: 'xyz' }, { param: 'currency' }],
  ['an empty currency', { currency: '' }, { code: 'parameter_missing', param: 'currency' }],
  ['an unknown customer', { customer: 'cus_none' }, { code: 'resource_missing' }],
  [
    'an unknown payment method',
    { payment_method: 'pm_card_none' },
    { code: 'resource_missing', param: 'payment_method' },
  ],
  [
    'error_on_requires_action without confirm',
    { error_on_requires_action: true },
    { param: 'error_on_requires_action' },
  ],
  ['a parameter that is not modelled', { statement_descriptor: 'X' }, { code: 'parameter_unknown' }],
  [
    '51 metadata keys',
    { metadata: Object.fromEntries([...Array(51).keys()].map((n) => [`k${n}`, ''])) },
    { param: 'metadata' },
  ],
];

test.each(badParameters)('%s is refused, and makes no intent', async (_, change, expected) => {
  const { stripe, ledger } = startStripe();
  const error = await errorOf(stripe.paymentIntents.create({ ...order(), ...change }));
  expect(error).toMatchObject({ type: 'StripeInvalidRequestError', ...expected });
  expect(ledger.payments).toEqual([]);
});

test('currencies are accepted in upper case, too', async () => {
  const { stripe } = startStripe();
  expect((await stripe.paymentIntents.create({ ...order(), currency: 'EUR' })).currency).toBe('eur');
});

test.each([
  ['inr', 50, 'usd', '$0.01'],
  ['jpy', 50, 'usd', '$0.32'],
  ['brl', 50, 'usd', '$0.09'],
  ['usd', 50, 'czk', 'Kč'],
  ['idr', 7000, 'usd', '$0.00'],
])('%s %d is too small for an account that is paid out in %s', async (currency, amount, settled, words) => {
  const { stripe, ledger } = startStripe({ settlementCurrency: settled });
  expect(await errorOf(stripe.paymentIntents.create({ ...order(), currency, amount }))).toMatchObject({
    type: 'StripeInvalidRequestError',
    code: 'amount_too_small',
    message: expect.stringContaining(words),
  });
  expect(ledger.payments).toEqual([]);
});

test.each([
  ['inr', 50, 'inr'],
  ['jpy', 120, 'usd'],
  ['dkk', 380, 'eur'],
])('%s %d is enough for an account that is paid out in %s', async (currency, amount, settlementCurrency) => {
  const { stripe } = startStripe({ settlementCurrency });
  await stripe.paymentIntents.create({ ...order(), currency, amount });
});
