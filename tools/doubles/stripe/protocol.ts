/**
 * What goes over the wire between a Stripe client and the double, and the errors Stripe answers with.
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

/** Lets time pass, in milliseconds: `Infinity` for an answer that never comes. */
export type Wait = (milliseconds: number) => Promise<void>;

/** The fields of an `error` object that our code can come to rely on. */
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

/** An error answer. */
export class StripeRefusal extends Error {
  override readonly name = 'StripeRefusal';

  /**
   * @param kept whether the answer is stored under the request's idempotency key and replayed: Stripe stores
   *   every answer once an endpoint has begun its work, but none that came before (validation, rate limits,
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

/** Parameters that no endpoint would begin to work with. */
export const invalidParameter = (param: string, message: string, code?: string) =>
  new StripeRefusal(400, { type: 'invalid_request_error', message, param, ...(code && { code }) }, false);

/** A request that is well formed, but not possible as things are. */
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

/** No answer came: the connection was refused or reset, or nobody spoke until the client's time was up. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';

  constructor(readonly code: 'ECONNREFUSED' | 'ECONNRESET' | 'ETIMEDOUT') {
    super(`The Stripe double dropped the connection: ${code}`);
  }
}
