import Stripe from 'stripe';
import { cardDeclined, declined } from '../../../lambda/shared/declines';
import { PaymentDeclined } from '../../../lambda/shared/errors';
import { toWorkflowError } from '../../../lambda/shared/stripe';
import { createStripeDouble } from '../../../tools/doubles/stripe';

const PLAIN = 'Your card was declined.';

describe('what a customer reads', () => {
  test.each([
    'lost_card',
    'stolen_card',
    'fraudulent',
    'merchant_blacklist',
    'pickup_card',
    'restricted_card',
    'security_violation',
    'do_not_honor',
    'generic_decline',
    'a_code_of_next_year',
    'constructor',
  ])('of %s is a plain decline', (decline_code) => {
    const error = new Stripe.errors.StripeCardError({
      type: 'card_error',
      code: 'card_declined',
      decline_code,
      message: `Your card was declined: ${decline_code}.`,
    });
    const failure = toWorkflowError(error);
    expect(failure).toMatchObject({ name: 'PaymentDeclined', reason: PLAIN, declineCode: decline_code });
    expect(JSON.parse(failure instanceof Error ? failure.message : '')).toEqual({
      reason: PLAIN,
      declineCode: decline_code,
    });
  });

  test('of a stolen card that has also expired does not reveal the theft', () => {
    const { reason } = cardDeclined({ code: 'expired_card', decline_code: 'stolen_card' });
    expect(reason).toBe(PLAIN);
  });

  test.each([
    ['insufficient_funds', /insufficient funds/],
    ['expired_card', /expired/],
    ['incorrect_cvc', /security code/],
    ['authentication_required', /3-D Secure/],
    ['issuer_not_available', /try again/],
  ])('of %s says what to do', (code, sentence) => {
    expect(declined(code).reason).toMatch(sentence);
    expect(declined(code).reason).not.toContain(code);
  });

  test('of a refusal without any code is a plain decline', () => {
    expect(cardDeclined({})).toMatchObject({ reason: PLAIN, declineCode: 'generic_decline' });
  });
});

describe('a request that only the customer can correct is a decline', () => {
  const card = (changes: Partial<Stripe.PaymentIntentCreateParams>): Stripe.PaymentIntentCreateParams => ({
    amount: 1999,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    capture_method: 'manual',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    confirm: true,
    ...changes,
  });

  const stripe = () => {
    const double = createStripeDouble();
    return new Stripe(double.secretKey, {
      httpClient: double.httpClient(),
      maxNetworkRetries: 0,
      telemetry: false,
    });
  };

  const failureOf = (call: Promise<unknown>) =>
    call.then(
      () => undefined,
      (reason: unknown) => toWorkflowError(reason),
    );

  test.each<[string, (client: Stripe) => Promise<Partial<Stripe.PaymentIntentCreateParams>>, string]>([
    [
      'the saved card of a customer who is not named',
      async (client) => {
        const { id: customer } = await client.customers.create({});
        return { payment_method: (await client.paymentMethods.attach('pm_card_visa', { customer })).id };
      },
      'payment_method_unusable',
    ],
    [
      'the saved card of another customer',
      async (client) => {
        const { id: customer } = await client.customers.create({});
        const { id: other } = await client.customers.create({});
        const { id } = await client.paymentMethods.attach('pm_card_visa', { customer });
        return { payment_method: id, customer: other };
      },
      'payment_method_unusable',
    ],
    ['a customer who does not exist', async () => ({ customer: 'cus_none' }), 'resource_missing'],
    ['a card that does not exist', async () => ({ payment_method: 'pm_card_none' }), 'resource_missing'],
    [
      'a card that was used before',
      async (client) => {
        await client.paymentIntents.create(card({ payment_method: 'pm_1Ada' }));
        return { payment_method: 'pm_1Ada' };
      },
      'payment_method_unusable',
    ],
    [
      'a saved card whose bank asks for its holder',
      async (client) => {
        const { id: customer } = await client.customers.create({});
        const method = 'pm_card_authenticationRequired';
        const { id } = await client.paymentMethods.attach(method, { customer });
        return { payment_method: id, customer, off_session: true };
      },
      'authentication_required',
    ],
    [
      'an amount that converts to less than Stripe takes',
      async () => ({ amount: 50, currency: 'jpy' }),
      'amount_too_small',
    ],
    ['an amount beyond what Stripe takes', async () => ({ amount: 100_000_000 }), 'amount_too_large'],
  ])('%s', async (_case, prepare, declineCode) => {
    const client = stripe();
    const failure = await failureOf(client.paymentIntents.create(card(await prepare(client))));
    expect(failure).toMatchObject({ name: 'PaymentDeclined', declineCode });
    expect(failure instanceof PaymentDeclined && failure.reason).not.toMatch(/pm_|cus_|\$|¥/);
  });

  test.each([
    'payment_method_customer_decline',
    'payment_method_currency_mismatch',
    'payment_intent_mandate_invalid',
    'card_decline_rate_limit_exceeded',
    'charge_exceeds_transaction_limit',
  ])('%s', (code) => {
    const error = new Stripe.errors.StripeInvalidRequestError({
      type: 'invalid_request_error',
      code,
      message: 'No.',
    });
    expect(toWorkflowError(error)).toMatchObject({ name: 'PaymentDeclined', declineCode: code });
  });

  test.each([
    { param: 'currency' },
    { param: 'payment_method_types' },
    { code: 'payment_method_configuration_failures' },
    { code: 'parameter_unknown', param: 'capture_metod' },
  ])('but a mistake of ours stays what it is: %j', (details) => {
    const error = new Stripe.errors.StripeInvalidRequestError({
      type: 'invalid_request_error',
      message: 'No.',
      ...details,
    });
    expect(toWorkflowError(error)).toBe(error);
    expect(error.name).toBe('StripeInvalidRequestError');
  });
});
