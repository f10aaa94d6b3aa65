/** Faults on demand: what can go wrong between a client and Stripe. */
import type { StripeRequest } from './protocol';

export const FAULT_KINDS = [
  /** 500. Nothing was done and nothing is stored under the key, unless `afterWork` and `kept` say otherwise. */
  'server_error',
  /** 429: too many requests. */
  'rate_limit',
  /** 429 with code `lock_timeout`: another request has locked the object. https://docs.stripe.com/rate-limits */
  'lock_timeout',
  /** 409: another request under the same key is in progress. */
  'key_in_use',
  /** The connection is refused. (The double over HTTP resets it instead, because a running server cannot refuse one.) */
  'unavailable',
  /** The connection is reset. The official client retries once, after half a second, with the same key. */
  'reset',
  /** No response comes before the client's timeout. */
  'hang',
  /** The work starts after `seconds`. */
  'slow',
  /** A confirmed intent stays in `processing` for `seconds` of the double's clock. */
  'processing',
] as const;

export interface Fault {
  /** Method and path; `*` matches any method or any single segment: `DELETE /v1/customers/*`. */
  on: string;
  kind: (typeof FAULT_KINDS)[number];
  /** Hits only requests with this text, e.g. an order id, in their path, body or idempotency key. */
  contains?: string;
  /** How many matching requests pass first. @default 0 */
  skip?: number;
  /** How many matching requests are hit. @default 1 */
  times?: number | 'always';
  /** For `server_error`, `reset` and `hang`: the work is done, and only the response is lost. @default false */
  afterWork?: boolean;
  /** For `server_error`: the 500 is stored under the idempotency key and replayed. @default false */
  kept?: boolean;
  /** For `slow` and `processing`. @default 1 */
  seconds?: number;
}

interface Armed {
  fault: Fault;
  method: string;
  segments: string[];
  skip: number;
  left: number;
}

export class Faults {
  #armed: Armed[] = [];

  add(fault: Fault): void {
    const [method = '', path = ''] = fault.on.split(' ');
    if (!path.startsWith('/')) throw new Error(`A fault is set on "METHOD /path", not on "${fault.on}"`);
    this.#armed.push({
      fault,
      method,
      segments: path.split('/'),
      skip: fault.skip ?? 0,
      left: fault.times === 'always' ? Number.POSITIVE_INFINITY : (fault.times ?? 1),
    });
  }

  clear(): void {
    this.#armed = [];
  }

  /** The faults that are not used up. */
  list(): Fault[] {
    return this.#armed.map(({ fault }) => fault);
  }

  /** Returns the fault that hits this request, if any, and counts the hit. */
  take(request: StripeRequest): Fault | undefined {
    if (this.#armed.length === 0) return undefined;
    const armed = this.#armed.find((each) => matches(each, request) && each.skip-- <= 0);
    if (!armed) return undefined;
    armed.left -= 1;
    if (armed.left <= 0) this.#armed = this.#armed.filter((each) => each !== armed);
    return armed.fault;
  }
}

function matches({ fault, method, segments }: Armed, request: StripeRequest): boolean {
  if (method !== '*' && method !== request.method) return false;
  const actual = (request.path.split('?')[0] ?? '').split('/');
  if (segments.length !== actual.length) return false;
  if (!segments.every((segment, index) => segment === '*' || segment === actual[index])) return false;
  if (fault.contains === undefined) return true;
  const text = [request.path, request.body, request.headers['idempotency-key'] ?? ''].join('\n');
  return text.includes(fault.contains) || text.includes(encodeURIComponent(fault.contains));
}
