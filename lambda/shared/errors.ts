/**
 * The errors that functions throw. A definition catches and retries by these names
 * (docs/architecture.md), and Lambda reports `error.name` as the errorType: each class states its own,
 * because a minified class name, or plain `Error`, would match nothing.
 */
import type { Problem } from '../../contracts/types';

/** The input is bad. The message is the report as JSON, because a message is all that a catcher gets. */
export class ValidationError extends Error {
  override readonly name = 'ValidationError';

  /** `report` is `{ orderId | userId, problems, more }`; as JSON under 8 KB (see problems.ts). */
  constructor(report: { problems: Problem[]; more: number; [id: string]: unknown }) {
    super(JSON.stringify(report));
    // The stack repeats the message, and Lambda puts both into the Cause, which holds some 32 KB.
    this.stack = this.name;
  }
}

/** The card or method will not pay. Final for this attempt; the message is a sentence for a person. */
export class PaymentDeclined extends Error {
  override readonly name = 'PaymentDeclined';
}

/** Stripe or AWS could not answer now; the same call may work in a moment. */
export class TemporaryFailure extends Error {
  override readonly name: 'TemporaryFailure' | 'RateLimited' = 'TemporaryFailure';
}

/** Too many calls at once. Retried as a TemporaryFailure is, but with more patience. */
export class RateLimited extends TemporaryFailure {
  override readonly name = 'RateLimited';
}

/** An undo did not work this time, whatever the cause; the state retries, and else the execution fails there. */
export class CompensationFailed extends Error {
  override readonly name = 'CompensationFailed';

  /** `what` failed says the undo ("Reversing the payment of order-1"); the cause's name and message follow. */
  constructor(what: string, cause: unknown) {
    super(`${what} failed: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}`, {
      cause,
    });
  }
}

/** There is no Stripe key in Secrets Manager; the README says how to put one there. */
export class StripeKeyMissing extends Error {
  override readonly name = 'StripeKeyMissing';
}

/** What a check needs to look at could not answer now; nothing has been done yet. */
export class ServiceUnavailable extends Error {
  override readonly name = 'ServiceUnavailable';
}
