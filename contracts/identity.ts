/**
 * Identifies the execution that owns a payment, a reservation or a customer. A name can be used again after 90 days, or
 * at once when its state machine is replaced, while those records live longer: so an identity is a name *and* a start
 * time. A redrive keeps both. Definitions make it with
 * `$states.context.Execution.Name & '.' & $toMillis($states.context.Execution.StartTime)`.
 */

/** `order-A1.1764073200000`: letters, digits, `-`, `_` and one dot, at most 90, so that it fits into any other name. */
export const executionIdentity = (name: string, startTime: Date): string => `${name}.${startTime.getTime()}`;

/** The execution's name in an identity; a text without a start time is returned as it is. */
export const nameOfIdentity = (identity: string): string => identity.replace(/\.\d+$/, '');

/** When the execution started. */
export const startOfIdentity = (identity: string): Date =>
  new Date(Number(identity.slice(identity.lastIndexOf('.') + 1)));
