/**
 * Why a payment was refused: a code for the shop, and a sentence for the customer. Customers see only the sentences
 * below. A code that is not listed has the sentence of a generic decline, as it must when a card was reported lost or
 * stolen, or a payment looks fraudulent: https://docs.stripe.com/declines/codes
 */
import type Stripe from 'stripe';
import { PaymentDeclined } from './errors';

const OF_CODE: Record<string, string> = {
  ...each(['insufficient_funds'], 'Your card has insufficient funds.'),
  ...each(['expired_card'], 'Your card has expired.'),
  ...each(['incorrect_cvc', 'invalid_cvc'], "Your card's security code is incorrect."),
  ...each(['incorrect_number', 'invalid_number'], "Your card's number is incorrect."),
  ...each(['invalid_expiry_month', 'invalid_expiry_year'], "Your card's expiry date is incorrect."),
  ...each(
    ['card_velocity_exceeded', 'withdrawal_count_limit_exceeded'],
    'Your card has reached the limit of what it may pay.',
  ),
  ...each(
    ['card_not_supported', 'currency_not_supported'],
    'Your card does not support this kind of payment.',
  ),
  ...each(
    ['processing_error', 'issuer_not_available', 'reenter_transaction', 'try_again_later'],
    'Your card could not be processed. Please try again in a moment.',
  ),
  ...each(
    [
      'authentication_required',
      'authentication_not_handled',
      'payment_intent_action_required',
      'payment_intent_authentication_failure',
    ],
    'Your bank asks you to authenticate the payment (3-D Secure). Please pay again, and confirm it.',
  ),
  ...each(['amount_too_small'], 'The amount is too small for a card payment in this currency.'),
  ...each(['amount_too_large'], 'The amount is too large for a card payment in this currency.'),
  // A payment in an order's input that cannot be used, or no longer.
  ...each(
    ['charge_expired_for_capture', 'authorisation_gone'],
    'The authorisation has expired or was cancelled.',
  ),
  ...each(['payment_not_confirmed'], 'The payment has not been confirmed. Please pay again.'),
  ...each(['payment_not_usable'], 'The payment cannot be used for this order. Please pay again.'),
};

function each(codes: readonly string[], sentence: string): Record<string, string> {
  return Object.fromEntries(codes.map((code) => [code, sentence]));
}

const sentenceOf = (code: string): string | undefined =>
  Object.hasOwn(OF_CODE, code) ? OF_CODE[code] : undefined;

/** @param code Stripe's decline or error code, or one of our own in the list above */
export const declined = (code: string, options?: ErrorOptions): PaymentDeclined =>
  new PaymentDeclined(sentenceOf(code) ?? 'Your card was declined.', code, options);

/** From a card error, or an intent's `last_payment_error`. */
export const cardDeclined = (
  { code, decline_code }: { code?: string; decline_code?: string },
  options?: ErrorOptions,
): PaymentDeclined => declined(decline_code || code || 'generic_decline', options);

/** Codes of invalid requests that another card, customer or amount would make valid. */
const MENDED_BY_CUSTOMERS = new Set([
  'amount_too_large',
  'amount_too_small',
  'card_decline_rate_limit_exceeded',
  'charge_exceeds_source_limit',
  'charge_exceeds_transaction_limit',
  'charge_expired_for_capture',
  'payment_intent_action_required',
  'payment_intent_authentication_failure',
  'payment_intent_incompatible_payment_method',
  'payment_intent_mandate_invalid',
  'payment_intent_payment_attempt_expired',
  'payment_intent_payment_attempt_failed',
  'payment_method_bank_account_blocked',
  'payment_method_billing_details_address_missing',
  'payment_method_currency_mismatch',
  'payment_method_customer_decline',
  'payment_method_not_available',
  'payment_method_provider_decline',
  'payment_method_provider_timeout',
  'payment_method_restricted',
  'payment_method_unactivated',
  'payment_method_unexpected_state',
  'payment_method_unsupported_type',
]);

/** A decline for a request that only the customer can correct; undefined for a bug of ours. */
export function refusedRequest(error: Stripe.errors.StripeInvalidRequestError): PaymentDeclined | undefined {
  const { code = '', param = '', message } = error;
  // Another customer's saved card, or an unknown card or customer. Stripe has no code for some of these. A card that was
  // used before is recognised by the message only.
  const isOfMethod = /^(payment_method|customer)\b/.test(param) || message.includes('may not be used again');
  if (!isOfMethod && !MENDED_BY_CUSTOMERS.has(code)) return undefined;
  const sentence = sentenceOf(code) ?? 'The payment method cannot be used. Please choose another one.';
  return new PaymentDeclined(sentence, code || 'payment_method_unusable', { cause: error });
}
