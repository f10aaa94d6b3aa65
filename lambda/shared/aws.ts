/** How functions call AWS: deadlines on every call, and its errors in our terms. */
import { RateLimited, TemporaryFailure } from './errors';

/**
 * For every client. A call takes at most 3 tries × 3 s and some backoff, which is below every function's own
 * timeout; the state machine's retries come on top.
 */
export const clientConfig = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'ThrottlingException',
  'ThrottledException',
  'Throttling',
  'TooManyRequestsException',
  'LimitExceededException',
  'OverLimit',
]);

/** Answers that the next try may not get. */
const PASSING = new Set(['TransactionConflictException', 'TransactionInProgressException', 'TimeoutError']);

/** Of Node's network errors: the connection was not made, or was lost. */
const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH)/;

/** An error of an AWS client as RateLimited or TemporaryFailure where a later try may work, else as it is. */
export function fromAws(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const message = `${error.name}: ${error.message}`;
  if (THROTTLED.has(error.name)) return new RateLimited(message, { cause: error });
  const code = 'code' in error ? String(error.code) : '';
  const passing = PASSING.has(error.name) || NETWORK.test(code) || isServerFault(error);
  return passing ? new TemporaryFailure(message, { cause: error }) : error;
}

/** Before there was a connection: the call was not made. */
const NOT_CONNECTED = /^(ECONNREFUSED|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH)/;

/** Whether the call may have been carried out although no answer came. Takes an error as `aws` throws it. */
export function isAnswerLost(failure: unknown): boolean {
  const error = failure instanceof TemporaryFailure ? failure.cause : undefined;
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (error.name === 'TimeoutError') return !error.message.includes('without establishing a connection');
  return NETWORK.test(code) && !NOT_CONNECTED.test(code);
}

const isServerFault = (error: Error) =>
  ('$fault' in error && error.$fault === 'server') ||
  ('$metadata' in error && Number(Object(error.$metadata).httpStatusCode) >= 500);

/** Runs `call` and throws its failure as `fromAws` has it. */
export async function aws<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw fromAws(error);
  }
}
