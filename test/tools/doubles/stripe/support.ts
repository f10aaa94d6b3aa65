import Stripe from 'stripe';
import { createStripeDouble, type StripeDoubleOptions } from '../../../../tools/doubles/stripe';

/** A double with the official client on it, and a clock to turn. */
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

/** An intent whose money is held. */
export async function authorised(stripe: Stripe): Promise<string> {
  const { id } = await stripe.paymentIntents.create(order());
  await stripe.paymentIntents.confirm(id);
  return id;
}

/** The error that the call ends with. */
export async function errorOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Stripe.errors.StripeError) return error;
  throw new Error(`Expected an error of Stripe's, got ${String(error)}`);
}
