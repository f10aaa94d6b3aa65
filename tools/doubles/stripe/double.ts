/**
 * A double of Stripe: its documented behaviour, in memory, for tests and for the local cloud.
 *
 * A request passes the same layers as at Stripe: authentication, then what can go wrong on the way, idempotency,
 * endpoint.
 */
import { Customers } from './customers';
import { isLoss, lose, serverError } from './fault-effects';
import { type Fault, Faults } from './faults';
import { doubleHttpClient } from './http-client';
import { IdempotencyKeys } from './idempotency';
import { Ledger } from './ledger';
import { PaymentIntents } from './payment-intents';
import { PaymentMethods } from './payment-methods';
import { StripeRefusal, type StripeRequest, type StripeResponse, type Wait } from './protocol';
import { Refunds } from './refunds';
import { authenticate, idGenerator, replay, toResponse } from './responses';
import { route } from './router';

export interface StripeDoubleOptions {
  /** Milliseconds since 1970. @default Date.now */
  now?: () => number;
  /** @default 'sk_test_double' */
  secretKey?: string;
  /** How long answers are replayed. @default 86400, the least that Stripe promises */
  idempotencyKeyLifetimeSeconds?: number;
  /** What the account is paid out in: other currencies are converted to it. @default 'usd' */
  settlementCurrency?: string;
}

export type StripeDouble = ReturnType<typeof createStripeDouble>;

export function createStripeDouble({
  now = Date.now,
  secretKey = 'sk_test_double',
  idempotencyKeyLifetimeSeconds = 24 * 3600,
  settlementCurrency = 'usd',
}: StripeDoubleOptions = {}) {
  const newId = idGenerator();
  const customers = new Customers(now, newId);
  const methods = new PaymentMethods(newId, customers);
  const intents = new PaymentIntents(now, newId, { methods, customers, settlementCurrency });
  const resources = { intents, customers, methods, refunds: new Refunds(now, newId, intents) };
  const keys = new IdempotencyKeys(now, idempotencyKeyLifetimeSeconds);
  const ledger = new Ledger(intents, customers);
  const faults = new Faults();

  async function handle(request: StripeRequest, wait: Wait): Promise<StripeResponse> {
    ledger.log(request);
    const requestId = newId('req');
    try {
      authenticate(request, double.secretKey);
      const fault = faults.take(request);
      const loss = fault && isLoss(fault) ? fault : undefined;
      if (loss && !loss.afterWork) await lose(loss, wait);
      const response = await answer(request, requestId, wait, fault);
      if (loss?.afterWork) await lose(loss, wait);
      return response;
    } catch (error) {
      if (error instanceof StripeRefusal) return toResponse(request, requestId, error);
      throw error;
    }
  }

  /** The idempotency layer around the endpoints. */
  async function answer(
    request: StripeRequest,
    requestId: string,
    wait: Wait,
    fault?: Fault,
  ): Promise<StripeResponse> {
    const key = request.method === 'POST' ? request.headers['idempotency-key'] : undefined;
    const first = key === undefined ? undefined : keys.begin(key, request);
    if (first) return replay(first, requestId);
    let response: StripeResponse | undefined;
    try {
      if (fault?.kind === 'slow') await wait(1000 * (fault.seconds ?? 1));
      response = toResponse(request, requestId, perform(request, fault));
    } catch (error) {
      if (!(error instanceof StripeRefusal && error.kept)) throw error;
      response = toResponse(request, requestId, error);
    } finally {
      if (key !== undefined) keys.end(key, response);
    }
    return response;
  }

  function perform(request: StripeRequest, fault?: Fault): object {
    const work = route(request, resources);
    if (fault?.kept && !fault.afterWork) throw serverError(true);
    const result = work(fault?.kind === 'processing' ? (fault.seconds ?? 1) : undefined);
    if (fault?.kept) throw serverError(true);
    return result;
  }

  const double = {
    /** The key that requests must carry. Set another one to rotate it. */
    secretKey,
    ledger,
    faults,
    /** What the customer's bank says on the shop's page, where a confirmed intent waits for it (`requires_action`). */
    authenticate: (paymentIntentId: string, { succeeds }: { succeeds: boolean }) =>
      intents.authenticate(paymentIntentId, succeeds),
    /**
     * Answers a request.
     *
     * @param wait lets the time of slow answers pass, and that of answers that never come.
     * @throws ConnectionLost when a fault keeps the answer from arriving.
     */
    handle,
    /**
     * For the `httpClient` option of the official client, which then talks to the double without a socket.
     *
     * @param wait how time passes for slow and hanging answers, up to the client's timeout. @default at once
     */
    httpClient: (wait: Wait = async () => {}) => doubleHttpClient(handle, wait),
  };
  return double;
}
