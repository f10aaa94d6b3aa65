import { authorised, errorOf, order, startStripe } from './support';

test('a refund returns the captured amount', async () => {
  const { stripe, ledger } = startStripe();
  const id = await authorised(stripe);
  await stripe.paymentIntents.capture(id);
  const refund = await stripe.refunds.create({ payment_intent: id, reason: 'requested_by_customer' });
  expect(refund).toMatchObject({ status: 'succeeded', amount: 1999, payment_intent: id });
  expect(ledger.payments).toMatchObject([{ status: 'succeeded', captured: 1999, voided: 0, refunded: 1999 }]);
  expect(ledger.taken()).toBe(0);
  expect(await stripe.refunds.retrieve(refund.id)).toEqual(refund);
});

test('a second refund is refused', async () => {
  const { stripe, ledger } = startStripe();
  const id = await authorised(stripe);
  await stripe.paymentIntents.capture(id);
  await stripe.refunds.create({ payment_intent: id });
  expect(await errorOf(stripe.refunds.create({ payment_intent: id }))).toMatchObject({
    statusCode: 400,
    code: 'charge_already_refunded',
  });
  expect(ledger.payments).toMatchObject([{ refunded: 1999 }]);
});

test('a payment that was not captured cannot be refunded', async () => {
  const { stripe, ledger } = startStripe();
  const held = await authorised(stripe);
  const { id: unconfirmed } = await stripe.paymentIntents.create(order());
  for (const id of [held, unconfirmed]) {
    const error = await errorOf(stripe.refunds.create({ payment_intent: id }));
    expect(error).toMatchObject({ statusCode: 400, param: 'payment_intent' });
  }
  expect(ledger.held()).toBe(1999);
});

test('a partial refund, which the double does not model, is refused rather than wrong', async () => {
  const { stripe } = startStripe();
  const id = await authorised(stripe);
  await stripe.paymentIntents.capture(id);
  expect(await errorOf(stripe.refunds.create({ payment_intent: id, amount: 1 }))).toMatchObject({
    param: 'amount',
  });
});

test('the refunds of an intent can be listed', async () => {
  const { stripe } = startStripe();
  const [one, two] = [await authorised(stripe), await authorised(stripe)];
  for (const id of [one, two]) await stripe.paymentIntents.capture(id);
  await stripe.refunds.create({ payment_intent: one });
  expect((await stripe.refunds.list({ payment_intent: one })).data).toMatchObject([{ payment_intent: one }]);
  expect((await stripe.refunds.list({ payment_intent: two })).data).toEqual([]);
});

test('a refund of an unknown intent is a 404', async () => {
  const { stripe } = startStripe();
  expect(await errorOf(stripe.refunds.create({ payment_intent: 'pi_none' }))).toMatchObject({
    statusCode: 404,
  });
  expect(await errorOf(stripe.refunds.retrieve('re_none'))).toMatchObject({ statusCode: 404 });
});

test('a refund that the bank sends back has failed, and the payment can be refunded again', async () => {
  const { stripe, double, ledger } = startStripe();
  const id = await authorised(stripe);
  await stripe.paymentIntents.capture(id);
  const refund = await stripe.refunds.create({ payment_intent: id });
  double.failRefund(refund.id);
  expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ status: 'failed' });
  expect(ledger.taken()).toBe(1999);
  await stripe.refunds.create({ payment_intent: id });
  expect(ledger.taken()).toBe(0);
});
