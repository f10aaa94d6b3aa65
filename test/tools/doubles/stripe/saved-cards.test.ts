import { errorOf, order, startStripe } from './support';

/** A customer with a saved card. */
async function withSavedCard(method = 'pm_card_visa') {
  const { stripe, ...others } = startStripe();
  const { id: customer } = await stripe.customers.create({ email: 'ada@example.com' });
  const { id: card } = await stripe.paymentMethods.attach(method, { customer });
  return { stripe, customer, card, ...others };
}

test('a saved card can be charged repeatedly, when its customer is named', async () => {
  const { stripe, customer, card, ledger } = await withSavedCard();
  for (let n = 0; n < 2; n++) {
    const { id } = await stripe.paymentIntents.create({ ...order(card), customer });
    expect((await stripe.paymentIntents.confirm(id, { off_session: true })).status).toBe('requires_capture');
  }
  expect(ledger.held()).toBe(2 * 1999);
});

test('a saved card is refused without its customer, and with another one', async () => {
  const { stripe, card, ledger } = await withSavedCard();
  expect(await errorOf(stripe.paymentIntents.create(order(card)))).toMatchObject({
    type: 'StripeInvalidRequestError',
    statusCode: 400,
    param: 'payment_method',
    message: expect.stringContaining(
      'attached to a customer so for security purposes you must provide the customer in the request',
    ),
  });
  const { id: other } = await stripe.customers.create({});
  expect(await errorOf(stripe.paymentIntents.create({ ...order(card), customer: other }))).toMatchObject({
    param: 'payment_method',
    message: expect.stringContaining('must be attached to the customer'),
  });
  expect(ledger.payments).toEqual([]);
});

test('a card that is saved after its intent was made is refused at the confirmation', async () => {
  const { stripe, ledger } = startStripe();
  const { id: customer } = await stripe.customers.create({});
  const { id } = await stripe.paymentIntents.create(order('pm_1Ada'));
  await stripe.paymentMethods.attach('pm_1Ada', { customer });
  expect((await errorOf(stripe.paymentIntents.confirm(id))).param).toBe('payment_method');
  expect(ledger.held()).toBe(0);
});

test('a card can be saved once, before it is used, and with a customer who exists', async () => {
  const { stripe, customer, card } = await withSavedCard();
  expect((await errorOf(stripe.paymentMethods.attach(card, { customer }))).message).toContain('already');
  await stripe.paymentIntents.create({ ...order('pm_1Ada'), confirm: true });
  expect((await errorOf(stripe.paymentMethods.attach('pm_1Ada', { customer }))).message).toContain(
    'used again',
  );
  await stripe.customers.del(customer);
  expect(await errorOf(stripe.paymentMethods.attach('pm_1Bob', { customer }))).toMatchObject({
    code: 'resource_missing',
    param: 'customer',
  });
  expect(await errorOf(stripe.paymentIntents.create({ ...order(card), customer }))).toMatchObject({
    code: 'resource_missing',
    param: 'customer',
  });
});

test('a saved card that needs authentication is declined off session', async () => {
  const { stripe, customer, card, ledger } = await withSavedCard('pm_card_authenticationRequired');
  const { id } = await stripe.paymentIntents.create({ ...order(card), customer });
  expect(await errorOf(stripe.paymentIntents.confirm(id, { off_session: true }))).toMatchObject({
    statusCode: 402,
    code: 'authentication_required',
    decline_code: 'authentication_required',
  });
  expect(ledger.held()).toBe(0);
});

test('what was authorised off session expires after 4 days and 18 hours', async () => {
  const { stripe, customer, card, pass, ledger } = await withSavedCard();
  const { id } = await stripe.paymentIntents.create({ ...order(card), customer });
  await stripe.paymentIntents.confirm(id, { off_session: true });
  pass((4 * 24 + 18) * 3600 - 1);
  expect(ledger.held()).toBe(1999);
  pass(1);
  expect(ledger.held()).toBe(0);
});

test('off_session is valid with a confirmation only', async () => {
  const { stripe } = startStripe();
  const error = await errorOf(stripe.paymentIntents.create({ ...order(), off_session: true }));
  expect(error.param).toBe('off_session');
});
