/** What Stripe reports by itself about a payment, and what it means for us. https://docs.stripe.com/api/events/types */
import type Stripe from 'stripe';
import type { Report } from './payment-records';

/** The types of events that a stage asks for. */
export const STRIPE_EVENTS = [
  'charge.dispute.closed',
  'charge.dispute.created',
  'payment_intent.canceled',
  'refund.failed',
  'refund.updated',
] as const;

export type PaymentEvent = Extract<Stripe.Event, { type: (typeof STRIPE_EVENTS)[number] }>;

export interface News {
  paymentIntentId: string;
  /** Identity of the execution that made the intent, where the event itself tells. */
  execution?: string | undefined;
  /** Which list on the payment's record grows by which of Stripe's ids. */
  report: Report;
  id: string;
  /** What a person must know, as sentences about the order, and the section of the runbook. */
  alert?: { text: string; runbook: string };
}

/** Returns undefined when nothing follows from the event. */
export function newsOf(event: PaymentEvent): News | undefined {
  switch (event.type) {
    case 'refund.failed':
    case 'refund.updated':
      return newsOfRefund(event.data.object);
    case 'charge.dispute.created':
    case 'charge.dispute.closed':
      return newsOfDispute(event.data.object, event.type === 'charge.dispute.closed');
    case 'payment_intent.canceled': {
      const { id, metadata } = event.data.object;
      // Nobody must act: an order that is under way finds out when it captures, and ends PAYMENT_DECLINED.
      return { paymentIntentId: id, execution: metadata.execution, report: 'canceledIntents', id };
    }
    default:
      return undefined;
  }
}

/** A refund first looks as if it had succeeded, and fails up to 30 days later. */
function newsOfRefund(refund: Stripe.Refund): News | undefined {
  const { id, status, failure_reason: reason = status } = refund;
  const paymentIntentId = idOf(refund.payment_intent);
  if (paymentIntentId === undefined || (status !== 'failed' && status !== 'canceled')) return undefined;
  const text = `the refund ${id} of ${amountOf(refund)} did not arrive (${reason}). Stripe has given the money back to us, not to the customer.`;
  return { paymentIntentId, report: 'failedRefunds', id, alert: { text, runbook: 'stripe-refund-failed' } };
}

function newsOfDispute(dispute: Stripe.Dispute, isClosed: boolean): News | undefined {
  const { id, status, reason } = dispute;
  const paymentIntentId = idOf(dispute.payment_intent);
  if (paymentIntentId === undefined) return undefined;
  if (isClosed) return { paymentIntentId, report: status === 'lost' ? 'disputesLost' : 'disputesWon', id };
  const { due_by: due } = dispute.evidence_details;
  const text =
    `the customer disputes ${amountOf(dispute)} (${id}, ${reason}). ` +
    (due === null ? 'No answer is due.' : `Answer by ${new Date(due * 1000).toISOString()}, or it is lost.`);
  return { paymentIntentId, report: 'disputes', id, alert: { text, runbook: 'stripe-disputed' } };
}

const amountOf = ({ amount, currency }: { amount: number; currency: string }) =>
  `${amount} ${currency} (minor units)`;

const idOf = (expandable: string | { id: string } | null) =>
  typeof expandable === 'string' ? expandable : expandable?.id;
