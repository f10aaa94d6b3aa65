/** The effects of faults on the client. */
import type { Fault } from './faults';
import { ConnectionLost, StripeRefusal, type Wait } from './protocol';

/** Whether the fault replaces the response by an error that is not stored under the idempotency key. */
export const isLoss = ({ kind, kept }: Fault) => !kept && kind !== 'slow' && kind !== 'processing';

/** Throws what the client gets instead of a response. */
export async function lose({ kind }: Fault, wait: Wait): Promise<void> {
  switch (kind) {
    case 'server_error':
      throw serverError(false);
    case 'rate_limit':
      throw new StripeRefusal(
        429,
        { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded.' },
        false,
      );
    case 'lock_timeout':
      throw new StripeRefusal(
        429,
        {
          type: 'invalid_request_error',
          code: 'lock_timeout',
          message: 'This object is being accessed by another request or Stripe process. Try again.',
        },
        false,
      );
    case 'key_in_use':
      throw new StripeRefusal(
        409,
        {
          type: 'idempotency_error',
          code: 'idempotency_key_in_use',
          message: 'There is another request in progress under this idempotency key. Try again later.',
        },
        false,
      );
    case 'unavailable':
      throw new ConnectionLost('ECONNREFUSED');
    case 'reset':
      throw new ConnectionLost('ECONNRESET');
    case 'hang':
      await wait(Number.POSITIVE_INFINITY);
      throw new ConnectionLost('ETIMEDOUT');
    case 'slow':
    case 'processing':
      return;
  }
}

export const serverError = (kept: boolean) =>
  new StripeRefusal(500, { type: 'api_error', message: 'An unknown error occurred at Stripe.' }, kept);
