/** Functions as Lambda runs them: JSON in, JSON out, and failures as Step Functions gets to see them. */
import type { Context } from 'aws-lambda';

/** A function's failure: `name` is the errorType, `message` the Cause. */
class LambdaError extends Error {
  constructor(error: Error) {
    super(JSON.stringify({ errorType: error.name, errorMessage: error.message, trace: [] }));
    this.name = error.name;
  }
}

export type LambdaDouble = (payload: unknown) => Promise<unknown>;

/** @param timeoutSeconds what is left of the function's time, as its context says. */
export function asLambda<Payload>(
  run: (payload: Payload, context: Context) => Promise<unknown>,
  timeoutSeconds = 20,
): LambdaDouble {
  const context = { getRemainingTimeInMillis: () => timeoutSeconds * 1000 } as Context;
  return async (payload) => {
    try {
      // The task's own copy: nobody else sees what the function does to it.
      return overTheWire(await run(payload as Payload, context));
    } catch (error) {
      throw error instanceof Error ? new LambdaError(error) : error;
    }
  };
}

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
