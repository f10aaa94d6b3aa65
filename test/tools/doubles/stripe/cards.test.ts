import { errorOf, order, startStripe } from './support';

const confirmed = async (method: string, params = {}) => {
  const { stripe, ledger, pass } = startStripe();
  const { id } = await stripe.paymentIntents.create(order(method));
  return { id, stripe, ledger, pass, confirm: () => stripe.paymentIntents.confirm(id, params) };
};

test.each([
  ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
  ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
  ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
  ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
  ['pm_card_chargeDeclinedFraudulent', 'card_declined', 'fraudulent'],
  ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
  ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc'],
  ['pm_card_chargeDeclinedProcessingError', 'processing_error', 'processing_error'],
])('%s is declined: %s, %s', async (method, code, declineCode) => {
  const { id, stripe, ledger, confirm } = await confirmed(method);
  const error = await errorOf(confirm());
  expect(error).toMatchObject({ type: 'StripeCardError', statusCode: 402, code, decline_code: declineCode });
  expect(error.payment_intent).toMatchObject({ id, status: 'requires_payment_method' });
  expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
    status: 'requires_payment_method',
    payment_method: null,
    last_payment_error: { code, decline_code: declineCode, message: error.message },
  });
  expect(ledger.payments).toMatchObject([{ authorised: 0, declineCode }]);
});

test('after a decline the intent accepts another card', async () => {
  const { id, stripe, ledger, confirm } = await confirmed('pm_card_chargeDeclined');
  await errorOf(confirm());
  expect((await errorOf(confirm())).code).toBe('payment_intent_unexpected_state');
  const intent = await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
  expect(intent).toMatchObject({ status: 'requires_capture', last_payment_error: null });
  expect(ledger.held()).toBe(1999);
});

test('a declined creation with confirm=true leaves the intent, named in the error', async () => {
  const { stripe, ledger } = startStripe();
  const error = await errorOf(
    stripe.paymentIntents.create({ ...order('pm_card_chargeDeclined'), confirm: true }),
  );
  expect(ledger.payments).toMatchObject([
    { id: error.payment_intent?.id, status: 'requires_payment_method' },
  ]);
});

test('a card that needs 3-D Secure waits for its holder', async () => {
  const { id, stripe, ledger, confirm } = await confirmed('pm_card_authenticationRequired');
  expect(await confirm()).toMatchObject({
    status: 'requires_action',
    next_action: { type: 'use_stripe_sdk' },
  });
  expect((await confirm()).status).toBe('requires_action');
  expect(ledger.held()).toBe(0);
  expect((await stripe.paymentIntents.cancel(id)).status).toBe('canceled');
});

test('a challenge that its holder passes authorises the payment, and uses up the card', async () => {
  const { double, stripe, ledger } = startStripe();
  const { id } = await stripe.paymentIntents.create(order('pm_card_authenticationRequired'));
  const { payment_method: card } = await stripe.paymentIntents.confirm(id);
  expect(double.authenticate(id, { succeeds: true })).toMatchObject({
    id,
    status: 'requires_capture',
    amount_capturable: 1999,
    next_action: null,
  });
  expect(ledger.held()).toBe(1999);
  expect((await errorOf(stripe.paymentIntents.create(order(String(card))))).message).toContain('used again');
  expect(() => double.authenticate(id, { succeeds: true })).toThrow('requires_capture');
});

test('a challenge that its holder fails leaves the intent without a method', async () => {
  const { double, stripe, ledger } = startStripe();
  const { id } = await stripe.paymentIntents.create(order('pm_card_authenticationRequired'));
  await stripe.paymentIntents.confirm(id);
  double.authenticate(id, { succeeds: false });
  expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
    status: 'requires_payment_method',
    payment_method: null,
    last_payment_error: { code: 'payment_intent_authentication_failure' },
  });
  expect(ledger.held()).toBe(0);
});

test('a card that needs 3-D Secure is declined under error_on_requires_action', async () => {
  const { id, stripe, confirm } = await confirmed('pm_card_authenticationRequired', {
    error_on_requires_action: true,
  });
  expect(await errorOf(confirm())).toMatchObject({
    statusCode: 402,
    code: 'authentication_required',
    decline_code: 'authentication_not_handled',
  });
  expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
});

test('a card that needs 3-D Secure is declined off session', async () => {
  const { confirm } = await confirmed('pm_card_authenticationRequired', { off_session: true });
  expect(await errorOf(confirm())).toMatchObject({ decline_code: 'authentication_required' });
});

test('a test method can be used again and again, as each use makes a new method of it', async () => {
  const { stripe, ledger } = startStripe();
  const first = await stripe.paymentIntents.create({ ...order('pm_card_visa'), confirm: true });
  const second = await stripe.paymentIntents.create({ ...order('pm_card_visa'), confirm: true });
  expect(second.payment_method).not.toBe(first.payment_method);
  expect(ledger.held()).toBe(2 * 1999);
});

test('any other method can be used once', async () => {
  const { stripe, ledger } = startStripe();
  await stripe.paymentIntents.create({ ...order('pm_1Ada'), confirm: true });
  expect(await errorOf(stripe.paymentIntents.create(order('pm_1Ada')))).toMatchObject({
    type: 'StripeInvalidRequestError',
    message: expect.stringContaining('may not be used again'),
  });
  expect(ledger.held()).toBe(1999);
});

test('of two intents with one method, the first to be confirmed gets it', async () => {
  const { stripe, ledger } = startStripe();
  const one = await stripe.paymentIntents.create(order('pm_1Ada'));
  const two = await stripe.paymentIntents.create(order('pm_1Ada'));
  await stripe.paymentIntents.confirm(two.id);
  const error = await errorOf(stripe.paymentIntents.confirm(one.id));
  expect(error.message).toContain('may not be used again');
  expect((await stripe.paymentIntents.retrieve(one.id)).status).toBe('requires_confirmation');
  expect(ledger.held()).toBe(1999);
});

test.each([
  ['pm_card_visa', 'requires_capture', 1999],
  ['pm_card_chargeDeclined', 'requires_payment_method', 0],
])('%s in processing comes to %s later, and cannot be cancelled before', async (method, status, held) => {
  const { stripe, ledger, faults, pass } = startStripe();
  faults.add({ on: 'POST /v1/payment_intents/*/confirm', kind: 'processing', seconds: 60 });
  const { id } = await stripe.paymentIntents.create(order(method));
  expect((await stripe.paymentIntents.confirm(id)).status).toBe('processing');
  expect(await errorOf(stripe.paymentIntents.cancel(id))).toMatchObject({
    code: 'payment_intent_unexpected_state',
  });
  pass(60);
  expect((await stripe.paymentIntents.retrieve(id)).status).toBe(status);
  expect(ledger.held()).toBe(held);
});
