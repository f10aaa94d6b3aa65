/** Lets the official client call the double in process. */
import Stripe from 'stripe';
import { ConnectionLost, type StripeRequest, type StripeResponse, type Wait } from './protocol';

export function doubleHttpClient(
  handle: (request: StripeRequest, wait: Wait) => Promise<StripeResponse>,
  wait: Wait,
): Stripe.HttpClient {
  return new InProcessClient(handle, wait);
}

class InProcessClient extends Stripe.HttpClient {
  constructor(
    private readonly handle: (request: StripeRequest, wait: Wait) => Promise<StripeResponse>,
    private readonly wait: Wait,
  ) {
    super();
  }

  override getClientName(): string {
    return 'stripe-double';
  }

  override async makeRequest(
    ...[, , path, method, headers, body, , timeout]: Parameters<Stripe.HttpClient['makeRequest']>
  ): Promise<Stripe.HttpClientResponse> {
    let waited = 0;
    const waitAtMostTimeout: Wait = (milliseconds) => {
      waited += milliseconds;
      return this.wait(Math.min(milliseconds, timeout));
    };
    const request = { method, path, headers: lowerCased(headers), body };
    const response = await this.handle(request, waitAtMostTimeout).catch(asClientError);
    if (waited >= timeout) throw Stripe.HttpClient.makeTimeoutError();
    return new InProcessResponse(response);
  }
}

class InProcessResponse extends Stripe.HttpClientResponse {
  constructor(private readonly response: StripeResponse) {
    super(response.status, response.headers);
  }

  override getRawResponse(): unknown {
    return this.response;
  }

  override async toJSON(): Promise<unknown> {
    return JSON.parse(this.response.body);
  }
}

function lowerCased(headers: Record<string, string | number | string[]>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) result[name.toLowerCase()] = String(value);
  return result;
}

/** The official client recognises connection errors by their code alone. */
function asClientError(error: unknown): never {
  throw error instanceof ConnectionLost && error.code === 'ETIMEDOUT'
    ? Stripe.HttpClient.makeTimeoutError()
    : error;
}
