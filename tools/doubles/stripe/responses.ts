/** Authentication, object ids, and the headers of responses. */
import { randomBytes } from 'node:crypto';
import { StripeRefusal, type StripeRequest, type StripeResponse } from './protocol';

/** Accepts the key as bearer token or as user name of basic authentication. https://docs.stripe.com/api/authentication */
export function authenticate({ headers }: StripeRequest, secretKey: string): void {
  const [scheme = '', credentials = ''] = (headers.authorization ?? '').split(' ');
  const given =
    scheme.toLowerCase() === 'basic'
      ? Buffer.from(credentials, 'base64').toString().split(':')[0]
      : credentials;
  if (given === secretKey) return;
  const message = given
    ? `Invalid API Key provided: ${given.slice(0, 8)}****${given.slice(-4)}`
    : 'You did not provide an API key. Send it in the Authorization header, as a bearer token.';
  throw new StripeRefusal(401, { type: 'invalid_request_error', message }, false);
}

/** Ids differ between doubles, because a database may still have ids of an earlier run. */
export function idGenerator(): (prefix: string) => string {
  const run = randomBytes(6).toString('hex');
  let count = 0;
  return (prefix) => `${prefix}_${run}${String(++count).padStart(8, '0')}`;
}

export function toResponse(request: StripeRequest, requestId: string, answer: object): StripeResponse {
  const refusal = answer instanceof StripeRefusal ? answer : undefined;
  const headers: Record<string, string> = { 'content-type': 'application/json', 'request-id': requestId };
  const key = request.headers['idempotency-key'];
  if (key !== undefined) headers['idempotency-key'] = key;
  const shouldRetry = refusal && adviceOnRetry(refusal);
  if (shouldRetry) headers['stripe-should-retry'] = shouldRetry;
  return {
    status: refusal?.status ?? 200,
    headers,
    body: JSON.stringify(refusal ? { error: refusal.error } : answer),
  };
}

/** `Stripe-Should-Retry`: a retry of a stored 500 would only replay it. https://docs.stripe.com/error-low-level */
function adviceOnRetry({ status, kept, error }: StripeRefusal): 'true' | 'false' | undefined {
  if (status >= 500) return kept ? 'false' : 'true';
  return status === 409 || error.code === 'lock_timeout' ? 'true' : undefined;
}

/** The first response, with a new request id. */
export function replay(first: StripeResponse, requestId: string): StripeResponse {
  const { 'request-id': original = '', ...headers } = first.headers;
  return {
    ...first,
    headers: {
      ...headers,
      'request-id': requestId,
      'original-request': original,
      'idempotent-replayed': 'true',
    },
  };
}
