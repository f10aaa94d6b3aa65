/** Wraps every function: makes its dependencies on first use, and logs how each call ended. */
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { nameOfIdentity } from '../../contracts/identity';
import { PaymentDeclined, ValidationError } from './errors';
import { withoutPersonalData } from './personal-data';

/**
 * Makes a Lambda handler.
 *
 * @param build makes the function with its clients. Called once, on the first invocation, so that importing the module
 *   needs no environment.
 * @param ids returns the ids for every log line, never personal data. An execution's identity is logged as its name,
 *   by which people search.
 */
export function lambdaHandler<Payload, Result>(
  build: () => (payload: Payload, context: Context) => Promise<Result>,
  ids: (payload: Payload) => Record<string, string | null>,
) {
  let run: ReturnType<typeof build> | undefined;
  let logger: Logger | undefined;

  return async (payload: Payload, context: Context): Promise<Result> => {
    logger ??= new Logger();
    logger.addContext(context);
    logger.resetKeys();
    const { execution, ...others } = ids(payload);
    logger.appendKeys({ ...others, ...(execution ? { execution: nameOfIdentity(execution) } : {}) });
    try {
      run ??= build();
      const result = await run(payload, context);
      logger.info('Done');
      return result;
    } catch (thrown) {
      const error = presentable(thrown, payload);
      log(logger, error);
      throw error;
    }
  };
}

/** The error without personal data. What a definition reads as JSON is ours, and has none. */
function presentable(thrown: unknown, payload: unknown): Error {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (error instanceof ValidationError || error instanceof PaymentDeclined) return error;
  const { name, message, stack = '' } = error;
  const presented = new Error(withoutPersonalData(message, payload));
  // Lambda reports the stack, too, whose first line is the message.
  return Object.assign(presented, { name, stack: withoutPersonalData(stack, payload) });
}

/** Logs only name, message and stack: an SDK's error may hold the whole request, and with it the customer's data. */
function log(logger: Logger, error: Error): void {
  const { name, message, stack } = error;
  if (error instanceof ValidationError) logger.info('Rejected', { errorName: name });
  else if (error instanceof PaymentDeclined) {
    const { reason, declineCode, cause } = error;
    const said = cause instanceof Error ? { stripeSaid: cause.message } : {};
    logger.info('Declined', { errorName: name, reason, declineCode, ...said });
  } else logger.error('Failed', { errorName: name, reason: message, stack });
}

/** Reads an environment variable. lib/ sets it together with the permission to use what it names. */
export function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set`);
  return value;
}
