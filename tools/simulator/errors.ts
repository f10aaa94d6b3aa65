// The two ways in which a flow ends early: a state fails, or the flow is interrupted.

/**
 * A state failed. Retriers and catchers match `error`; the history has both texts.
 * Either is undefined where AWS reports none (a Fail state without fields, SendTaskFailure without fields).
 */
export class StateError extends Error {
  constructor(
    readonly error: string | undefined,
    readonly reason: string | undefined,
    /** A second error name that retriers and catchers may match. */
    readonly alias?: string,
  ) {
    super(`${error ?? 'no error name'}: ${reason ?? 'no cause'}`);
  }

  /** States.Runtime ends the execution at once: nothing retries or catches it, and no enclosing state records it. */
  get isFatal(): boolean {
    return this.error === 'States.Runtime';
  }

  /** A catcher's `$states.errorOutput`. AWS gives null for what the failure leaves out. */
  get output(): { Error: string | null; Cause: string | null } {
    return { Error: this.error ?? null, Cause: this.reason ?? null };
  }

  /** `error` and `cause` of an event's details. */
  get details(): { error?: string; cause?: string } {
    return { ...(this.error && { error: this.error }), ...(this.reason && { cause: this.reason }) };
  }
}

/** The execution was stopped, or a sibling failed. Code that catches this ends without recording an event. */
export class Interrupted extends Error {}

/** The state or the payload it produced is larger than 256 KiB. */
export function tooLarge(what: string): StateError {
  const cause = `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  return new StateError('States.DataLimitExceeded', cause);
}

/** Converts an error that a task runner threw: its name is the error name, its message the cause. */
export function asStateError(thrown: unknown): StateError {
  if (thrown instanceof StateError) return thrown;
  if (thrown instanceof Error) return new StateError(thrown.name || undefined, thrown.message || undefined);
  return new StateError('Error', String(thrown));
}
