/**
 * Stripe's idempotency layer: the first answer to a POST is kept under its key and replayed, whatever it was.
 * https://docs.stripe.com/api/idempotent_requests, https://docs.stripe.com/error-low-level#idempotency
 */
import { StripeRefusal, type StripeRequest, type StripeResponse } from './protocol';

const MAX_KEY_LENGTH = 255;

interface Entry {
  path: string;
  body: string;
  startedAt: number;
  /** Missing as long as the first request under the key is being worked on. */
  response?: StripeResponse;
}

export class IdempotencyKeys {
  readonly #entries = new Map<string, Entry>();

  constructor(
    private readonly now: () => number,
    private readonly lifetimeSeconds: number,
  ) {}

  /**
   * Takes the key for this request, or returns the answer to replay.
   *
   * @throws StripeRefusal when the key stands for another request, or for one still under way.
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

  /** Forgets what is older than a key lives. The oldest come first. */
  #prune(): void {
    const oldest = this.now() - this.lifetimeSeconds * 1000;
    for (const [key, { startedAt }] of this.#entries) {
      if (startedAt > oldest) return;
      this.#entries.delete(key);
    }
  }

  /** Keeps the answer; without one the key is free again, as if it had never been used. */
  end(key: string, response: StripeResponse | undefined): void {
    const entry = this.#entries.get(key);
    if (response && entry) entry.response = response;
    else this.#entries.delete(key);
  }
}

const refusal = (status: 400 | 409, message: string, code?: string) =>
  new StripeRefusal(status, { type: 'idempotency_error', message, ...(code && { code }) }, false);

/** Order does not matter. */
const sameParams = (left: string, right: string) => left === right || sorted(left) === sorted(right);

const sorted = (body: string) => body.split('&').sort().join('&');
