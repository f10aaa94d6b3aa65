/**
 * Stripe's idempotency layer: stores the first response to a POST, success or error, under its key and replays it.
 * https://docs.stripe.com/api/idempotent_requests, https://docs.stripe.com/error-low-level#idempotency
 */
import { StripeRefusal, type StripeRequest, type StripeResponse } from './protocol';

const MAX_KEY_LENGTH = 255;

interface Entry {
  path: string;
  body: string;
  startedAt: number;
  /** Absent while the first request with the key is in progress. */
  response?: StripeResponse;
}

export class IdempotencyKeys {
  readonly #entries = new Map<string, Entry>();

  constructor(
    private readonly now: () => number,
    private readonly lifetimeSeconds: number,
  ) {}

  /**
   * Reserves the key for this request, or returns the response to replay.
   *
   * @throws StripeRefusal when the key belongs to another request, or to one in progress.
   */
  begin(key: string, request: StripeRequest): StripeResponse | undefined {
    if (key.length > MAX_KEY_LENGTH)
      throw refusal(400, `An idempotency key has up to ${MAX_KEY_LENGTH} characters`);
    this.#prune();
    const entry = this.#entries.get(key);
    if (!entry) {
      this.#entries.set(key, { path: request.path, body: request.body, startedAt: this.now() });
      return undefined;
    }
    if (entry.path !== request.path) {
      throw refusal(
        400,
        `Keys for idempotent requests can only be used for the same endpoint they were first used for ` +
          `('${request.path}' vs '${entry.path}'). Use a key other than '${key}' for a different request.`,
      );
    }
    if (!sameParams(entry.body, request.body)) {
      throw refusal(
        400,
        'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
          `Use a key other than '${key}' for a different request.`,
      );
    }
    if (!entry.response) {
      throw refusal(
        409,
        `There is another request in progress under the idempotency key ${key}. Try again later.`,
        'idempotency_key_in_use',
      );
    }
    return entry.response;
  }

  /** Deletes expired keys. The oldest come first. */
  #prune(): void {
    const oldest = this.now() - this.lifetimeSeconds * 1000;
    for (const [key, { startedAt }] of this.#entries) {
      if (startedAt > oldest) return;
      this.#entries.delete(key);
    }
  }

  /** Stores the response. Without one, frees the key. */
  end(key: string, response: StripeResponse | undefined): void {
    const entry = this.#entries.get(key);
    if (response && entry) entry.response = response;
    else this.#entries.delete(key);
  }
}

const refusal = (status: 400 | 409, message: string, code?: string) =>
  new StripeRefusal(status, { type: 'idempotency_error', message, ...(code && { code }) }, false);

/** Compares parameters in any order. */
const sameParams = (left: string, right: string) => left === right || sorted(left) === sorted(right);

const sorted = (body: string) => body.split('&').sort().join('&');
