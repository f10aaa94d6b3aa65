/**
 * Stripe's test payment methods and what a charge to each comes to.
 * https://docs.stripe.com/testing, https://docs.stripe.com/declines/codes
 */
import { noSuch, notPossible } from './protocol';

export interface Decline {
  code: string;
  decline_code: string;
  message: string;
}

export type CardOutcome =
  | { kind: 'approved' }
  | { kind: 'needs_authentication' }
  | { kind: 'declined'; decline: Decline };

const approved: CardOutcome = { kind: 'approved' };
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

const TEST_METHODS: Record<string, CardOutcome> = {
  pm_card_visa: approved,
  pm_card_visa_debit: approved,
  pm_card_mastercard: approved,
  pm_card_amex: approved,
  pm_card_discover: approved,
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

interface PaymentMethod {
  outcome: CardOutcome;
  used: boolean;
}

/**
 * A `pm_card_…` is a template: each use of it makes a new method. Any other `pm_…` stands for one that the
 * shop's page made from a customer's card: it is approved, and, attached to no Customer, good for one use.
 */
export class PaymentMethods {
  readonly #methods = new Map<string, PaymentMethod>();

  constructor(private readonly newId: (prefix: string) => string) {}

  /** The id of the method that `id` names, or of the one made from it. */
  resolve(id: string): string {
    const template = TEST_METHODS[id];
    if (template) {
      const made = this.newId('pm');
      this.#methods.set(made, { outcome: template, used: false });
      return made;
    }
    if (!/^pm_[A-Za-z0-9_]+$/.test(id) || id.startsWith('pm_card_')) {
      throw noSuch('PaymentMethod', id, 'payment_method');
    }
    const known = this.#methods.get(id);
    if (known?.used) throw usedBefore();
    if (!known) this.#methods.set(id, { outcome: approved, used: false });
    return id;
  }

  /** Charges the method, which uses it up, unless its holder has yet to authenticate. */
  use(id: string): CardOutcome {
    const method = this.#methods.get(id);
    if (!method) throw noSuch('PaymentMethod', id, 'payment_method');
    if (method.used) throw usedBefore();
    method.used = method.outcome.kind !== 'needs_authentication';
    return method.outcome;
  }
}

const usedBefore = () =>
  notPossible(
    'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a ' +
      'connected account without Customer attachment, or was detached from a Customer. It may not be used again. ' +
      'To use a PaymentMethod multiple times, you must attach it to a Customer first.',
  );
