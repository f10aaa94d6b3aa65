// The errors that the client throws, besides the AWS SDK's.

/** The input is too large. Step Functions' limit is 256 KB, and the workflow needs some of it for what it adds. */
export class InputTooLarge extends Error {
  override readonly name = 'InputTooLarge';

  constructor(
    /** Size of the input as JSON in UTF-8. */
    readonly bytes: number,
  ) {
    super(`The input is ${bytes} bytes as JSON; a workflow takes at most ${MAX_INPUT_BYTES}`);
  }
}

/** 200 KB. */
export const MAX_INPUT_BYTES = 200 * 1024;

/** An execution of that name exists with another input: the id was used twice, or the input was changed. */
export class IdempotencyConflict extends Error {
  override readonly name = 'IdempotencyConflict';

  constructor(
    /** ARN of the existing execution. */
    readonly executionArn: string,
    /** Paths of at most ten fields whose values differ: `items[0].quantity`. */
    readonly differences: readonly string[],
  ) {
    super(
      `${executionArn.split(':').at(-1)} was started before with another input (they differ in ` +
        `${differences.join(', ')}). Send what was sent then, use another id, or start the next attempt.`,
    );
  }
}
