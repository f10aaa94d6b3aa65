/** Calls AWS with deadlines, and turns its errors into ours. */
import { RateLimited, TemporaryFailure } from './errors';

/**
 * Settings of every client. A call takes at most 3 tries × 3 s and some backoff, which is less than any function's
 * timeout. The state machine retries in addition.
 */
export const clientConfig = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

/** Every service has its own word, and the keys that encrypt for it have theirs: `KmsThrottled`, `KMSThrottlingException`. */
const THROTTLED =
  /throttl|^(ProvisionedThroughputExceeded|RequestLimitExceeded|TooManyRequests|LimitExceeded|OverLimit)(Exception)?$/i;

/** Errors that the next try may not meet. */
const PASSING = new Set(['TransactionConflictException', 'TransactionInProgressException', 'TimeoutError']);

/** Node's error codes for a connection that was refused, failed or was lost. */
const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH)/;

/** Turns an AWS client's error into RateLimited or TemporaryFailure when a later try may work; keeps any other. */
export function fromAws(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const message = `${error.name}: ${error.message}`;
  if (THROTTLED.test(error.name) || statusOf(error) === 429)
    return new RateLimited(message, { cause: error });
  const code = 'code' in error ? String(error.code) : '';
  const passing = PASSING.has(error.name) || NETWORK.test(code) || isServerFault(error);
  return passing ? new TemporaryFailure(message, { cause: error }) : error;
}

/** Codes of errors before a connection existed: the call was not made. */
const NOT_CONNECTED = /^(ECONNREFUSED|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH)/;

/** Whether the call may have been carried out although no answer came. `failure` is an error that `aws` threw. */
export function isAnswerLost(failure: unknown): boolean {
  const error = failure instanceof TemporaryFailure ? failure.cause : undefined;
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (error.name === 'TimeoutError') return !error.message.includes('without establishing a connection');
  return NETWORK.test(code) && !NOT_CONNECTED.test(code);
}

const statusOf = (error: Error) =>
  '$metadata' in error ? Number(Object(error.$metadata).httpStatusCode) : 0;

const isServerFault = (error: Error) =>
  ('$fault' in error && error.$fault === 'server') || statusOf(error) >= 500;

/** Runs `call`. Its error is thrown as `fromAws` returns it. */
export async function aws<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw fromAws(error);
  }
}
