// How a run ends other than well: a failed state, or nobody waiting for it any more.

/**
 * A state failed. Retriers and catchers match `error`; both texts end up in the history.
 * Either is undefined where AWS reports none (a Fail state without fields, SendTaskFailure without fields).
 */
export class StateError extends Error {
  constructor(
    readonly error: string | undefined,
    readonly reason: string | undefined,
    /** A second name that retriers and catchers may know it by. */
    readonly alias?: string,
  ) {
    super(`${error ?? 'no error name'}: ${reason ?? 'no cause'}`);
  }

  /** States.Runtime ends the execution at once: no retrier and no catcher stops it, no state around it records it. */
  get isFatal(): boolean {
    return this.error === 'States.Runtime';
  }

  /** What a catcher sees as `$states.errorOutput`. AWS answers null for what a failure left out. */
  get output(): { Error: string | null; Cause: string | null } {
    return { Error: this.error ?? null, Cause: this.reason ?? null };
  }

  /** `error` and `cause` of an event: absent rather than empty. */
  get details(): { error?: string; cause?: string } {
    return { ...(this.error && { error: this.error }), ...(this.reason && { cause: this.reason }) };
  }
}

/** The execution was stopped, or a sibling failed: whoever gets this just goes, and records nothing. */
export class Interrupted extends Error {}

/** The state or the payload it produced is larger than 256 KiB. */
export function tooLarge(what: string): StateError {
  const cause = `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  return new StateError('States.DataLimitExceeded', cause);
}

/** What somebody else threw, as the failure of a state: its name is the error name, its message the cause. */
export function asStateError(thrown: unknown): StateError {
  if (thrown instanceof StateError) return thrown;
  if (thrown instanceof Error) return new StateError(thrown.name || undefined, thrown.message || undefined);
  return new StateError('Error', String(thrown));
}
