/** Checks the parameters of a new PaymentIntent. https://docs.stripe.com/api/payment_intents/create */
import type { Customers } from './customers';
import type { PaymentIntent } from './intent';
import { checkAmount, checkCurrency } from './money';
import { allowOnly, flag, integer, metadata, object, oneOf, type Params, required, text } from './params';
import type { PaymentMethods } from './payment-methods';
import { invalidParameter } from './protocol';

export const CONFIRM_PARAMS = [
  'error_on_requires_action',
  'expand',
  'off_session',
  'payment_method',
  'return_url',
];
const CREATE_PARAMS = [
  ...CONFIRM_PARAMS,
  'amount',
  'automatic_payment_methods',
  'capture_method',
  'confirm',
  'currency',
  'customer',
  'description',
  'metadata',
  'receipt_email',
];

/** The account's objects and settings. */
export interface IntentContext {
  methods: PaymentMethods;
  customers: Customers;
  settlementCurrency: string;
}

/** @param at milliseconds */
export function newIntent(
  params: Params,
  { id, at, methods, customers, settlementCurrency }: IntentContext & { id: string; at: number },
): PaymentIntent {
  allowOnly(params, CREATE_PARAMS);
  const currency = checkCurrency(required(text(params, 'currency'), 'currency'));
  const amount = checkAmount(required(integer(params, 'amount'), 'amount'), currency, settlementCurrency);
  for (const name of ['error_on_requires_action', 'off_session']) {
    if (!flag(params, 'confirm') && params[name] !== undefined) {
      throw invalidParameter(name, 'This parameter can only be used with confirm=true');
    }
  }
  const customer = text(params, 'customer') ?? null;
  if (customer !== null) customers.existing(customer, 'customer');
  const method = text(params, 'payment_method');
  return {
    id,
    object: 'payment_intent',
    amount,
    amount_capturable: 0,
    amount_received: 0,
    automatic_payment_methods: automaticPaymentMethods(params),
    canceled_at: null,
    cancellation_reason: null,
    capture_method:
      oneOf(params, 'capture_method', ['automatic', 'automatic_async', 'manual']) ?? 'automatic_async',
    client_secret: `${id}_secret_double`,
    confirmation_method: 'automatic',
    created: Math.floor(at / 1000),
    currency,
    customer,
    description: text(params, 'description') ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: metadata(params),
    next_action: null,
    payment_method: method === undefined ? null : methods.resolve(method, customer),
    payment_method_types: ['card'],
    receipt_email: text(params, 'receipt_email') ?? null,
    status: method === undefined ? 'requires_payment_method' : 'requires_confirmation',
  };
}

/** Without `automatic_payment_methods` Stripe allows every method of the account, including those with redirects. */
function automaticPaymentMethods(params: Params): PaymentIntent['automatic_payment_methods'] {
  const given = object(params, 'automatic_payment_methods');
  if (!given) return { enabled: true, allow_redirects: 'always' };
  allowOnly(given, ['allow_redirects', 'enabled']);
  required(text(given, 'enabled'), 'automatic_payment_methods[enabled]');
  if (!flag(given, 'enabled')) return null;
  return { enabled: true, allow_redirects: oneOf(given, 'allow_redirects', ['always', 'never']) ?? 'always' };
}
