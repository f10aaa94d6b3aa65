/**
 * Requests, responses and errors of Stripe's API.
 * https://docs.stripe.com/api/errors, https://docs.stripe.com/error-codes
 */

export interface StripeRequest {
  method: string;
  /** With the query string, e.g. `/v1/customers?email=ada%40example.com`. */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string | undefined>;
  /** As sent: form-encoded, or empty. */
  body: string;
}

export interface StripeResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** JSON. */
  body: string;
}

/** Waits for so many milliseconds: `Infinity` when no response ever comes. */
export type Wait = (milliseconds: number) => Promise<void>;

/** The fields of an `error` object that the double sets. */
export interface ErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message: string;
  code?: string;
  decline_code?: string;
  param?: string;
  charge?: string;
  payment_intent?: unknown;
  payment_method?: unknown;
}

/** An error response. */
export class StripeRefusal extends Error {
  override readonly name = 'StripeRefusal';

  /**
   * @param kept whether the response is stored under the request's idempotency key and replayed: Stripe stores
   *   every response once an endpoint has started its work, but no earlier one (validation, rate limits,
   *   conflicts). https://docs.stripe.com/api/idempotent_requests
   */
  constructor(
    readonly status: number,
    readonly error: ErrorBody,
    readonly kept: boolean,
  ) {
    super(error.message);
  }
}

/** Invalid parameters: the endpoint has not started its work. */
export const invalidParameter = (param: string, message: string, code?: string) =>
  new StripeRefusal(400, { type: 'invalid_request_error', message, param, ...(code && { code }) }, false);

/** A valid request that the state of an object does not allow. */
export const notPossible = (message: string, details: Partial<ErrorBody> = {}) =>
  new StripeRefusal(400, { type: 'invalid_request_error', message, ...details }, true);

export const noSuch = (resource: string, id: string, param = 'id') =>
  new StripeRefusal(
    404,
    {
      type: 'invalid_request_error',
      code: 'resource_missing',
      message: `No such ${resource}: '${id}'`,
      param,
    },
    true,
  );

/** No response came: the connection was refused or reset, or the client timed out. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';

  constructor(readonly code: 'ECONNREFUSED' | 'ECONNRESET' | 'ETIMEDOUT') {
    super(`The Stripe double dropped the connection: ${code}`);
  }
}
