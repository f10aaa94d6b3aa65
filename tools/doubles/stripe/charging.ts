/** Authorises, captures and voids the money of a PaymentIntent. */
import type { Charge, IntentRecord, PaymentIntent } from './intent';
import { type ErrorBody, notPossible, StripeRefusal } from './protocol';
import type { CardOutcome, Decline } from './test-methods';

/**
 * How long an authorisation lasts that is not captured: seven days on session, 4 days and 18 hours off session. The
 * latter is Visa's; here all cards have it. https://docs.stripe.com/payments/place-a-hold-on-a-payment-method
 */
const AUTHORISATION_LIFETIME_MS = {
  onSession: 7 * 24 * 3600 * 1000,
  offSession: (4 * 24 + 18) * 3600 * 1000,
};

const AUTHENTICATION_NOT_HANDLED: Decline = {
  code: 'authentication_required',
  decline_code: 'authentication_not_handled',
  message:
    'This payment required an authentication action to complete, but `error_on_requires_action` was set.',
};
const AUTHENTICATION_REQUIRED: Decline = {
  code: 'authentication_required',
  decline_code: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

export interface Attempt {
  /** Milliseconds. */
  at: number;
  chargeId: string;
  paymentMethod: string;
  outcome: CardOutcome;
  errorOnRequiresAction: boolean;
  offSession: boolean;
}

/** @throws StripeRefusal 402 when the card is declined. The intent then needs another payment method. */
export function authorise(record: IntentRecord, attempt: Attempt): void {
  const { intent } = record;
  const { outcome } = attempt;
  switch (outcome.kind) {
    case 'declined':
      throw decline(record, attempt, outcome.decline);
    case 'needs_authentication':
      if (attempt.errorOnRequiresAction) throw decline(record, attempt, AUTHENTICATION_NOT_HANDLED);
      if (attempt.offSession) throw decline(record, attempt, AUTHENTICATION_REQUIRED);
      intent.status = 'requires_action';
      intent.next_action = { type: 'use_stripe_sdk', use_stripe_sdk: {} };
      return;
    case 'approved':
      record.charge = newCharge(intent, attempt);
      if (outcome.later) record.later = outcome.later;
      intent.latest_charge = record.charge.id;
      intent.last_payment_error = null;
      intent.next_action = null;
      intent.status = 'requires_capture';
      intent.amount_capturable = intent.amount;
      if (intent.capture_method !== 'manual') capture(record);
      else {
        const lifetime = AUTHORISATION_LIFETIME_MS[attempt.offSession ? 'offSession' : 'onSession'];
        scheduleExpiry(record, attempt.at + lifetime);
      }
  }
}

function scheduleExpiry(record: IntentRecord, at: number): void {
  record.due = { at, happen: () => voidAuthorisation(record, 'automatic', at) };
}

function decline(record: IntentRecord, attempt: Attempt, reason: Decline): StripeRefusal {
  const { intent } = record;
  const charge = newCharge(intent, attempt, reason);
  record.charge = charge;
  const error: ErrorBody = {
    type: 'card_error',
    ...reason,
    charge: charge.id,
    payment_method: { id: attempt.paymentMethod, object: 'payment_method', type: 'card' },
  };
  intent.status = 'requires_payment_method';
  intent.latest_charge = charge.id;
  intent.last_payment_error = error;
  intent.next_action = null;
  intent.payment_method = null;
  return new StripeRefusal(402, { ...error, payment_intent: intent }, true);
}

/** Records that the customer failed the bank's challenge: the intent then needs another payment method. */
export function refuseAuthentication(intent: PaymentIntent): void {
  intent.last_payment_error = {
    type: 'invalid_request_error',
    code: 'payment_intent_authentication_failure',
    message:
      'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
  };
  intent.status = 'requires_payment_method';
  intent.next_action = null;
  intent.payment_method = null;
}

function newCharge(
  intent: PaymentIntent,
  { at, chargeId, paymentMethod }: Attempt,
  failure?: Decline,
): Charge {
  return {
    id: chargeId,
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    captured: false,
    created: Math.floor(at / 1000),
    currency: intent.currency,
    failure_code: failure?.code ?? null,
    failure_message: failure?.message ?? null,
    livemode: false,
    metadata: intent.metadata,
    paid: !failure,
    payment_intent: intent.id,
    payment_method: paymentMethod,
    refunded: false,
    status: failure ? 'failed' : 'succeeded',
  };
}

/** Captures the whole authorised amount. */
export function capture(record: IntentRecord): void {
  const { intent, charge } = record;
  if (!charge) return;
  delete record.due;
  charge.captured = true;
  charge.amount_captured = charge.amount;
  intent.status = 'succeeded';
  intent.amount_capturable = 0;
  intent.amount_received = charge.amount;
}

/** Cancels the intent and releases the money that it holds, if any. */
export function voidAuthorisation(
  record: IntentRecord,
  reason: PaymentIntent['cancellation_reason'],
  at: number,
): void {
  const { intent, charge } = record;
  delete record.due;
  if (charge?.status === 'succeeded') {
    charge.refunded = true;
    charge.amount_refunded = charge.amount;
  }
  intent.status = 'canceled';
  intent.amount_capturable = 0;
  intent.canceled_at = Math.floor(at / 1000);
  intent.cancellation_reason = reason;
  intent.next_action = null;
}

/** https://docs.stripe.com/error-codes#payment-intent-unexpected-state */
export const unexpectedState = (intent: PaymentIntent, message: string) =>
  notPossible(message, { code: 'payment_intent_unexpected_state', payment_intent: intent });
