import Stripe from 'stripe';
import { createStripeDouble, type StripeDoubleOptions } from '../../../../tools/doubles/stripe';

/** A double with the official client, and a clock that the test advances. */
export function startStripe(options: StripeDoubleOptions = {}) {
  let time = Date.UTC(2026, 0, 1);
  const double = createStripeDouble({ now: () => time, ...options });
  const stripe = new Stripe(double.secretKey, {
    httpClient: double.httpClient(),
    maxNetworkRetries: 0,
    telemetry: false,
  });
  const pass = (seconds: number) => {
    time += seconds * 1000;
  };
  return { double, stripe, pass, ...double };
}

export const order = (paymentMethod = 'pm_card_visa'): Stripe.PaymentIntentCreateParams => ({
  amount: 1999,
  currency: 'usd',
  payment_method: paymentMethod,
  capture_method: 'manual',
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
});

/** The id of an authorised intent. */
export async function authorised(stripe: Stripe): Promise<string> {
  const { id } = await stripe.paymentIntents.create(order());
  await stripe.paymentIntents.confirm(id);
  return id;
}

/** The error that the call rejects with. */
export async function errorOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Stripe.errors.StripeError) return error;
  throw new Error(`Expected an error of Stripe's, got ${String(error)}`);
}
