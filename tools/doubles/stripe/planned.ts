/** Applies the faults that a world plans for Stripe (`stripe:POST /v1/refunds`) to a double. */
import type { Faults } from '../faults';
import { underFaults } from '../service';
import { serverError } from './fault-effects';
import {
  ConnectionLost,
  StripeRefusal,
  type StripeRequest,
  type StripeResponse,
  type Wait,
} from './protocol';
import { toResponse } from './responses';

type Handle = (request: StripeRequest, wait: Wait) => Promise<StripeResponse>;

export function stripeUnderFaults(handle: Handle, faults: Faults): Handle {
  const underPlan = underFaults('stripe', faults, {
    throttled: () => refusal(429, 'rate_limit', 'Request rate limit exceeded.'),
    conflict: () => refusal(429, 'lock_timeout', 'This object is being accessed by another request.'),
    unavailable: () => serverError(false),
    denied: () => refusal(403, 'insufficient_permissions', 'The key does not have the permissions.'),
  });
  return async (request, wait) => {
    const path = request.path.split('?')[0] ?? '';
    try {
      return await underPlan(request.method, path, request, () => handle(request, wait));
    } catch (error) {
      if (error instanceof StripeRefusal) return toResponse(request, 'req_planned', error);
      throw error instanceof Error && error.name === 'TimeoutError' ? new ConnectionLost('ETIMEDOUT') : error;
    }
  };
}

const refusal = (status: number, code: string, message: string) =>
  new StripeRefusal(status, { type: 'invalid_request_error', code, message }, false);
