// What a caller of the client can be told besides AWS's own errors.

/** The input is larger than a workflow takes: Step Functions' own limit of 256 KB counts what the workflow adds, too. */
export class InputTooLarge extends Error {
  override readonly name = 'InputTooLarge';

  constructor(
    /** Of the input as JSON in UTF-8. */
    readonly bytes: number,
  ) {
    super(`The input is ${bytes} bytes as JSON; a workflow takes at most ${MAX_INPUT_BYTES}`);
  }
}

/** 200 KB. */
export const MAX_INPUT_BYTES = 200 * 1024;

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
