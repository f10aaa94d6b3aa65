/**
 * What Stripe reports by itself, of the types that the double knows. https://docs.stripe.com/api/events/object
 * Stripe delivers an event at least once, in no certain order; the double reports each once.
 */
import { STRIPE_VERSION } from '../../../lambda/shared/stripe-version';

type EventType =
  | 'charge.dispute.closed'
  | 'charge.dispute.created'
  | 'payment_intent.canceled'
  | 'refund.failed';

export interface StripeEvent {
  id: string;
  object: 'event';
  api_version: string;
  /** Unix time in seconds. */
  created: number;
  /** The object as it was then. */
  data: { object: object };
  livemode: false;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: EventType;
}

export type ReportEvent = (type: EventType, object: object) => void;

export const reporter =
  (
    now: () => number,
    newId: (prefix: string) => string,
    listener: (event: StripeEvent) => void,
  ): ReportEvent =>
  (type, object) =>
    listener({
      id: newId('evt'),
      object: 'event',
      api_version: STRIPE_VERSION,
      created: Math.floor(now() / 1000),
      data: { object: structuredClone(object) },
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
    });
