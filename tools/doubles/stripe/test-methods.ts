/**
 * Stripe's test payment methods, and the outcome of a charge to each.
 * https://docs.stripe.com/testing, https://docs.stripe.com/declines/codes
 */

export interface Decline {
  code: string;
  decline_code: string;
  message: string;
}

/** What comes of a payment afterwards, once its money was taken. */
export type Aftermath = 'is_disputed' | 'refund_fails';

export type CardOutcome =
  | { kind: 'approved'; later?: Aftermath }
  | { kind: 'needs_authentication' }
  | { kind: 'declined'; decline: Decline };

export const approved: CardOutcome = { kind: 'approved' };
const needsAuthentication: CardOutcome = { kind: 'needs_authentication' };
const declined = (
  decline_code: string,
  message = 'Your card was declined.',
  code = 'card_declined',
): CardOutcome => ({
  kind: 'declined',
  decline: { code, decline_code, message },
});

const insufficientFunds = declined('insufficient_funds', 'Your card has insufficient funds.');
const expired = declined('expired_card', 'Your card has expired.', 'expired_card');
const incorrectCvc = declined('incorrect_cvc', "Your card's security code is incorrect.", 'incorrect_cvc');
const processingError = declined(
  'processing_error',
  'An error occurred while processing your card. Try again in a little bit.',
  'processing_error',
);

export const TEST_METHODS: Record<string, CardOutcome> = {
  pm_card_visa: approved,
  pm_card_visa_debit: approved,
  pm_card_mastercard: approved,
  pm_card_amex: approved,
  pm_card_discover: approved,
  pm_card_refundFail: { kind: 'approved', later: 'refund_fails' },
  pm_card_createDispute: { kind: 'approved', later: 'is_disputed' },
  pm_card_chargeDeclined: declined('generic_decline'),
  pm_card_visa_chargeDeclined: declined('generic_decline'),
  pm_card_chargeDeclinedInsufficientFunds: insufficientFunds,
  pm_card_visa_chargeDeclinedInsufficientFunds: insufficientFunds,
  pm_card_visa_chargeDeclinedLostCard: declined('lost_card'),
  pm_card_visa_chargeDeclinedStolenCard: declined('stolen_card'),
  pm_card_chargeDeclinedExpiredCard: expired,
  pm_card_chargeDeclinedIncorrectCvc: incorrectCvc,
  pm_card_chargeDeclinedProcessingError: processingError,
  pm_card_visa_chargeDeclinedVelocityLimitExceeded: declined('card_velocity_exceeded'),
  pm_card_chargeDeclinedFraudulent: declined('fraudulent'),
  pm_card_radarBlock: declined('fraudulent'),
  pm_card_authenticationRequired: needsAuthentication,
  pm_card_authenticationRequiredOnSetup: needsAuthentication,
  pm_card_threeDSecure2Required: needsAuthentication,
};
