/**
 * The errors that functions throw. Definitions catch and retry by name (docs/architecture.md), and Lambda reports
 * `error.name` as the errorType. Each class states its name, because a minified class name, or plain `Error`, would
 * match nothing.
 */
import type { Problem } from '../../contracts/types';

/** The input is invalid. The message is the report as JSON, because a catcher gets only the message. */
export class ValidationError extends Error {
  override readonly name = 'ValidationError';

  /** `report` is `{ orderId | userId, problems, more }`, under 8 KB as JSON (see problems.ts). */
  constructor(report: { problems: Problem[]; more: number; [id: string]: unknown }) {
    super(JSON.stringify(report));
    // A stack would repeat the message, and Lambda puts both into the Cause, which holds some 32 KB.
    this.stack = this.name;
  }
}

/**
 * The card or method will not pay, which only the customer can mend. Final for this attempt. The message is
 * `{ reason, declineCode }` as JSON, because a message is all that a catcher gets. See declines.ts.
 */
export class PaymentDeclined extends Error {
  override readonly name = 'PaymentDeclined';

  constructor(
    /** A sentence for the customer. */
    readonly reason: string,
    /** Why, for those who operate the shop: customers must not read it. */
    readonly declineCode: string,
    options?: ErrorOptions,
  ) {
    super(JSON.stringify({ reason, declineCode }), options);
  }
}

/** Stripe or AWS did not answer; the same call may work in a moment. */
export class TemporaryFailure extends Error {
  override readonly name: 'TemporaryFailure' | 'RateLimited' = 'TemporaryFailure';
}

/** Too many calls at once. Retriers wait longer for it than for a TemporaryFailure. */
export class RateLimited extends TemporaryFailure {
  override readonly name = 'RateLimited';
}

/** A compensation did not work, for whatever cause. The state retries it; in the end the execution fails there. */
export class CompensationFailed extends Error {
  override readonly name = 'CompensationFailed';

  /** `what` names the compensation: "Reversing the payment of order-1". The message adds the cause's own. */
  constructor(what: string, cause: unknown) {
    super(`${what} failed: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}`, {
      cause,
    });
  }
}

/** There is no Stripe key in Secrets Manager. The README says how to put one there. */
export class StripeKeyMissing extends Error {
  override readonly name = 'StripeKeyMissing';
}

/** A table that a check reads did not answer. Nothing has been done yet. */
export class ServiceUnavailable extends Error {
  override readonly name = 'ServiceUnavailable';
}
