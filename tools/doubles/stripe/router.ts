/** Finds the endpoint for a method and path. */
import type { Customers } from './customers';
import type { Disputes } from './disputes';
import type { PaymentIntent } from './intent';
import { type Params, parseForm } from './params';
import type { PaymentIntents } from './payment-intents';
import type { PaymentMethods } from './payment-methods';
import { invalidParameter, StripeRefusal, type StripeRequest } from './protocol';
import type { Refunds } from './refunds';

export interface Resources {
  intents: PaymentIntents;
  refunds: Refunds;
  disputes: Disputes;
  customers: Customers;
  methods: PaymentMethods;
}

/** Does an endpoint's work and returns the object of the response. */
export type Work = (processingSeconds?: number) => object;

/**
 * @throws StripeRefusal 404 when there is no such endpoint, 400 when the body is not form-encoded.
 */
export function route(
  request: StripeRequest,
  { intents, refunds, disputes, customers, methods }: Resources,
): Work {
  const [path = '', query = ''] = request.path.split('?');
  const [, version, resource, id = '', action, ...rest] = path.split('/');
  const params = readParams(request, query);
  const key = [request.method, resource, id && ':id', action].filter(Boolean).join(' ');
  if (version === 'v1' && rest.length === 0) {
    switch (key) {
      case 'POST payment_intents':
        return showing(params, intents, (seconds) => intents.create(params, seconds));
      case 'GET payment_intents':
        return () => intents.list(params);
      case 'GET payment_intents :id':
        return showing(params, intents, () => intents.retrieve(id));
      case 'POST payment_intents :id confirm':
        return showing(params, intents, (seconds) => intents.confirm(id, params, seconds));
      case 'POST payment_intents :id capture':
        return showing(params, intents, () => intents.capture(id, params));
      case 'POST payment_intents :id cancel':
        return showing(params, intents, () => intents.cancel(id, params));
      case 'POST payment_methods :id attach':
        return () => methods.attach(id, params);
      case 'POST refunds':
        return () => refunds.create(params);
      case 'GET refunds':
        return () => refunds.list(params);
      case 'GET refunds :id':
        return () => refunds.retrieve(id);
      case 'GET disputes :id':
        return () => disputes.retrieve(id);
      case 'POST disputes :id close':
        return () => disputes.close(id, params);
      case 'POST customers':
        return () => customers.create(params);
      case 'GET customers':
        return () => customers.list(params);
      case 'GET customers :id':
        return () => customers.retrieve(id);
      case 'DELETE customers :id':
        return () => customers.delete(id);
    }
  }
  const message = `Unrecognized request URL (${request.method}: ${path}), or not one that this double of Stripe serves.`;
  throw new StripeRefusal(404, { type: 'invalid_request_error', message }, false);
}

function readParams(request: StripeRequest, query: string): Params {
  if (request.method !== 'POST') return parseForm(query);
  const type = request.headers['content-type'] ?? '';
  if (request.body !== '' && !type.startsWith('application/x-www-form-urlencoded')) {
    const message = 'Invalid request: the content type of a POST must be application/x-www-form-urlencoded.';
    throw new StripeRefusal(400, { type: 'invalid_request_error', message }, false);
  }
  return parseForm(request.body);
}

/** For endpoints that return an intent: `expand[]=latest_charge` replaces the charge's id by the charge. */
function showing(params: Params, intents: PaymentIntents, work: (seconds?: number) => PaymentIntent): Work {
  const { expand } = params;
  if (expand === undefined) return work;
  for (const property of Object.values(expand)) {
    if (property !== 'latest_charge') {
      throw invalidParameter('expand', `This property cannot be expanded (${String(property)}).`);
    }
  }
  return (seconds) => {
    const intent = work(seconds);
    return { ...intent, latest_charge: intents.record(intent.id).charge ?? null };
  };
}
