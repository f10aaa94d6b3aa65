/** Sends an HTTP Task's request to a double of Stripe. */
import { STATUS_CODES } from 'node:http';
import { HARD_CAP, type HttpExchange } from '../../simulator/integrations/http-exchange';
import { ConnectionLost, type StripeRequest, type StripeResponse, type Wait } from './protocol';

/** @param origin the origin of Stripe's API: `https://api.stripe.com` */
export const exchangeWithStripe =
  (handle: (request: StripeRequest, wait: Wait) => Promise<StripeResponse>, origin: string): HttpExchange =>
  async ({ url, method, headers, body = '' }, { clock }) => {
    if (url.origin !== origin)
      throw new Error(`Nobody answers at ${url.origin}: this world has only Stripe.`);
    const wait: Wait = async (milliseconds) => {
      await clock.sleep(Math.min(milliseconds, HARD_CAP) / 1000);
      if (milliseconds >= HARD_CAP) throw new ConnectionLost('ETIMEDOUT');
    };
    const lowerCased = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    const path = url.pathname + url.search;
    const response = await handle({ method, path, headers: Object.fromEntries(lowerCased), body }, wait);
    return {
      status: response.status,
      statusText: STATUS_CODES[response.status] ?? '',
      headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, [value]])),
      text: response.body,
    };
  };
