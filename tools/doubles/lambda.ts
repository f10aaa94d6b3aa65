/** Runs functions as Lambda does: JSON in, JSON out, and errors as Lambda reports them. */
import * as sdk from '@aws-sdk/client-lambda';
import type { Context } from 'aws-lambda';
import { caller } from './caller';
import { type FaultPlan, Faults } from './faults';
import { errorsOf, type Failures, underFaults } from './service';

/** A function's failure: `name` is the errorType, `message` the payload that Lambda returns. */
class LambdaError extends Error {
  constructor(error: Error) {
    super(JSON.stringify({ errorType: error.name, errorMessage: error.message, trace: [] }));
    this.name = error.name;
  }
}

export type LambdaDouble = (payload: unknown) => Promise<unknown>;

/** @param timeoutSeconds the remaining time that the function's context returns. */
export function asLambda<Payload>(
  run: (payload: Payload, context: Context) => Promise<unknown>,
  timeoutSeconds = 20,
): LambdaDouble {
  const context = { getRemainingTimeInMillis: () => timeoutSeconds * 1000 } as Context;
  return async (payload) => {
    try {
      // A copy, which the function may change later.
      return overTheWire(await run(payload as Payload, context));
    } catch (error) {
      throw error instanceof Error ? new LambdaError(error) : error;
    }
  };
}

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const lambdaError = errorsOf(sdk, sdk.LambdaServiceException);

const FAILURES: Failures = {
  throttled: () => lambdaError('TooManyRequestsException', 'Rate Exceeded.', 429),
  unavailable: () => lambdaError('ServiceException', 'Internal error', 500),
  denied: () => lambdaError('AccessDeniedException', 'Not authorized: lambda:InvokeFunction', 403),
};

/** The error of a function whose process has ended. */
export const killed = () => Object.assign(new Error('Runtime exited'), { name: 'Runtime.ExitError' });

/** The Lambda service, with functions by name. */
export function createLambda(functions: Readonly<Record<string, LambdaDouble>>, faults = new Faults()) {
  const underPlan = underFaults('lambda', faults, FAILURES);

  async function invoke(name: string, payload: string): Promise<object> {
    const run = functions[name];
    if (!run) throw lambdaError('ResourceNotFoundException', `Function not found: ${name}`, 404);
    try {
      const result = await mortal(() => run(JSON.parse(payload)));
      return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(result)) };
    } catch (error) {
      const failure = error instanceof LambdaError ? error : new LambdaError(Object(error));
      return { StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from(failure.message) };
    }
  }

  const call = (_operation: string, input: object): Promise<object> => {
    const { FunctionName, Payload } = input as { FunctionName: string; Payload: string | Uint8Array };
    const name = FunctionName.replace(/^arn:[^:]+:lambda:[^:]*:[^:]*:function:/, '').replace(/:.*/, '');
    return underPlan('invoke', name, input, () => invoke(name, Buffer.from(Payload).toString()));
  };

  return {
    fail: (plan: FaultPlan) => faults.add(plan),
    /** For Step Functions. */
    call,
    /** For the command line. */
    client: {
      send: ({ input }: { input: object }) => call('invoke', input),
    } as unknown as sdk.LambdaClient,
    failure: underPlan.failure,
    has: (operation: string): boolean => operation === 'invoke',
  };
}

/** Runs a function that a fault can kill during its work. */
function mortal(run: () => Promise<unknown>): Promise<unknown> {
  const calling = caller.getStore();
  if (!calling) return run();
  return new Promise((resolve, reject) => {
    const invocation = { clock: calling.clock, kill: () => reject(killed()) };
    caller.run(invocation, run).then(resolve, reject);
  });
}
