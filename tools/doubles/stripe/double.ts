/**
 * A double of Stripe: implements the documented behaviour in memory, for tests and for the local cloud.
 *
 * A request passes the same layers as at Stripe: authentication, faults on the network, idempotency, and then the
 * endpoint.
 */
import { Customers } from './customers';
import { Disputes } from './disputes';
import { reporter, type StripeEvent } from './events';
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
  /** How long responses are replayed. @default 86400, the minimum that Stripe guarantees */
  idempotencyKeyLifetimeSeconds?: number;
  /** The currency of payouts, to which others are converted. @default 'usd' */
  settlementCurrency?: string;
  /** Gets the events that Stripe sends by itself. @default ignores them */
  onEvent?: (event: StripeEvent) => void;
}

export type StripeDouble = ReturnType<typeof createStripeDouble>;

export function createStripeDouble({
  now = Date.now,
  secretKey = 'sk_test_double',
  idempotencyKeyLifetimeSeconds = 24 * 3600,
  settlementCurrency = 'usd',
  onEvent = () => {},
}: StripeDoubleOptions = {}) {
  const newId = idGenerator();
  const customers = new Customers(now, newId);
  const methods = new PaymentMethods(newId, customers);
  const report = reporter(now, newId, onEvent);
  const intents = new PaymentIntents(now, newId, { methods, customers, settlementCurrency, report });
  const refunds = new Refunds(now, newId, intents, report);
  const disputes = new Disputes(now, newId, intents, report);
  const resources = { intents, customers, methods, refunds, disputes };
  const keys = new IdempotencyKeys(now, idempotencyKeyLifetimeSeconds);
  const ledger = new Ledger(intents, customers);
  const faults = new Faults();

  /** Lets refunds fail, disputes open and authorisations expire that are due. */
  function catchUp(): void {
    disputes.catchUp();
    refunds.catchUp();
  }

  async function handle(request: StripeRequest, wait: Wait): Promise<StripeResponse> {
    refunds.catchUp();
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
    /** The key that requests must have. Set another one to rotate it. */
    secretKey,
    ledger,
    faults,
    catchUp,
    /** Completes the bank's challenge of an intent in `requires_action`, as the customer does on the shop's page. */
    authenticate: (paymentIntentId: string, { succeeds }: { succeeds: boolean }) =>
      intents.authenticate(paymentIntentId, succeeds),
    /** What a person writes into the metadata of a payment, in the dashboard. */
    annotate: (paymentIntentId: string, metadata: Record<string, string>) =>
      Object.assign(intents.retrieve(paymentIntentId).metadata, metadata),
    /** The customer's bank sends a refund back. */
    failRefund: (id: string) => resources.refunds.fail(id),
    /**
     * Handles a request.
     *
     * @param wait waits for slow responses, and for the client's timeout when there is no response.
     * @throws ConnectionLost when a fault loses the response.
     */
    handle,
    /**
     * For the `httpClient` option of the official client, which then calls the double in process.
     *
     * @param wait waits for slow and missing responses, up to the client's timeout. @default does not wait
     */
    httpClient: (wait: Wait = async () => {}) => doubleHttpClient(handle, wait),
  };
  return double;
}
