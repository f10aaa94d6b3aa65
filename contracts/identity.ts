/**
 * Who owns what an execution makes. A name is free again after 90 days, or at once when its state machine is replaced,
 * while records of payments, stock and customers live longer: so an owner is a name *and* a start time, which a redrive
 * keeps. Definitions make it as `$states.context.Execution.Name & '.' & $toMillis($states.context.Execution.StartTime)`.
 */

/** `order-A1.1764073200000`: letters, digits, `-`, `_` and one dot, at most 90, so that it fits into any other name. */
export const executionIdentity = (name: string, startTime: Date): string => `${name}.${startTime.getTime()}`;

/** The execution's name: an identity's, or the text itself when it has no start. */
export const nameOfIdentity = (identity: string): string => identity.replace(/\.\d+$/, '');
