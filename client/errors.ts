// What a caller of the client can be told besides AWS's own errors.

/** An execution of that name exists with another input: the ids were used twice, or the order was changed. */
export class IdempotencyConflict extends Error {
  override readonly name = 'IdempotencyConflict';

  constructor(
    /** The execution that is there already. */
    readonly executionArn: string,
    /** Fields whose values differ, as paths: `items[0].quantity`. At most ten. */
    readonly differences: readonly string[],
  ) {
    super(
      `${executionArn.split(':').at(-1)} was started before with another input (they differ in ` +
        `${differences.join(', ')}). Send what was sent then, use another id, or start the next attempt.`,
    );
  }
}

/** The id cannot be part of an execution's name. */
export class InvalidId extends Error {
  override readonly name = 'InvalidId';

  constructor(
    /** `orderId` or `userId`. */
    readonly field: string,
    id: unknown,
  ) {
    super(
      `${field} must be 1 to 60 letters, digits and hyphens, because it becomes the execution's name; ` +
        `it is ${typeof id === 'string' ? JSON.stringify(id.slice(0, 80)) : typeof id}`,
    );
  }
}
