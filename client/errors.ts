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
