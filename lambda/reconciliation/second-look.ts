/**
 * The second look takes what may differ by itself, and decides. The execution is described before anything else is
 * read: once it has ended, nothing that is read after can still be on its way.
 */
import type Stripe from 'stripe';
import type { Difference } from '../../contracts/differences';
import { nameOfIdentity, startOfIdentity } from '../../contracts/identity';
import { saysUndone } from '../../contracts/undone';
import type { NamedById } from '../../contracts/workflows';
import type { PaymentIntent } from '../order-processing/payment-intents';
import type { Candidate } from './findings';
import type { Ledgers } from './ledgers';
import { refunded, unsettled } from './refunds';

/**
 * How long an execution that stopped half-way, or a payment that no order has claimed, is left to those whom other
 * alarms have told. Authorisations last seven days.
 */
const PATIENCE_MS = 3 * 86_400_000;

interface Dependencies {
  ledgers: Ledgers;
  now: () => Date;
}

/** Returns undefined for what matches, OPEN for what is under way or has somebody who looks after it. */
export const createSecondLook = ({ ledgers, now }: Dependencies) => {
  const isRecent = (date: Date) => now().getTime() - date.getTime() < PATIENCE_MS;

  async function isOpen(workflow: NamedById, identity: string): Promise<boolean> {
    const execution = await ledgers.execution(workflow, identity);
    switch (execution?.status) {
      case 'RUNNING':
      case 'PENDING_REDRIVE':
        return true;
      case 'FAILED':
      case 'TIMED_OUT':
      case 'ABORTED':
        return !saysUndone(execution.cause) && isRecent(execution.stopDate ?? now());
      default:
        return false;
    }
  }

  /** A payment of this deployment, as it is now. */
  async function ownPayment(id: string) {
    const intent = await ledgers.payment(id);
    const owner = intent && !isSettled(intent) ? await ledgers.ownerOf(intent) : undefined;
    if (!intent || !owner) return undefined;
    const execution = owner.execution && nameOfIdentity(owner.execution);
    const ids = { ...(execution && { execution }), orderId: owner.orderId, paymentIntentId: id };
    return { intent, owner, ids };
  }

  async function payment({ paymentIntentId, execution }: CandidateOf<'payment'>): Promise<Verdict> {
    if (execution !== undefined && (await isOpen('order', execution))) return 'OPEN';
    const found = await ownPayment(paymentIntentId);
    if (!found) return undefined;
    const { intent, owner, ids } = found;
    const since = madeAt(intent);
    if (owner.execution !== execution || (!execution && isRecent(since))) return 'OPEN';
    if (await ledgers.isShipped(owner, paymentIntentId)) return undefined;

    const common = { since: since.toISOString(), ...ids, currency: intent.currency };
    if (intent.status === 'requires_capture') {
      return { kind: 'HOLD_WITHOUT_ORDER', held: 'MONEY', ...common, amount: intent.amount_capturable };
    }
    const refunds = await ledgers.refundsOf(paymentIntentId);
    const amount = intent.amount_received - refunded(refunds);
    // A refund that failed is a difference of its own.
    if (amount <= 0 || unsettled(refunds).length > 0) return undefined;
    return { kind: 'MONEY_WITHOUT_SHIPMENT', ...common, amount };
  }

  async function refund({ refundId, paymentIntentId }: CandidateOf<'refund'>): Promise<Verdict> {
    const found = await ownPayment(paymentIntentId);
    if (!found) return undefined;
    const failed = unsettled(await ledgers.refundsOf(paymentIntentId)).find(({ id }) => id === refundId);
    if (!failed) return undefined;
    const { amount, currency } = failed;
    const since = madeAt(failed).toISOString();
    return { kind: 'REFUND_FAILED', since, ...found.ids, refundId, amount, currency };
  }

  async function order({ orderId, execution }: CandidateOf<'order'>): Promise<Verdict> {
    if (await isOpen('order', execution)) return 'OPEN';
    const reservation = await ledgers.reservation(orderId);
    if (reservation?.execution !== execution) return undefined;
    const ids = { execution: nameOfIdentity(execution), orderId };
    const since = startOfIdentity(execution).toISOString();
    if (reservation.state === 'HELD') return { kind: 'HOLD_WITHOUT_ORDER', held: 'STOCK', since, ...ids };
    if (reservation.state !== 'SHIPPED') return undefined;

    const { paymentIntentId } = await ledgers.record(execution);
    const intent = paymentIntentId === undefined ? undefined : await ledgers.payment(paymentIntentId);
    if (intent?.status === 'succeeded' || (intent && isSettled(intent))) return undefined;
    return {
      kind: 'SHIPMENT_WITHOUT_MONEY',
      since,
      ...ids,
      ...(paymentIntentId && { paymentIntentId }),
      ...(intent && { amount: intent.amount, currency: intent.currency }),
    };
  }

  async function customer(candidate: CandidateOf<'customer'>): Promise<Verdict> {
    const { stripeCustomerId, userId, execution } = candidate;
    if (await isOpen('onboarding', execution)) return 'OPEN';
    const found = await ledgers.customer(stripeCustomerId);
    if (!found || isSettled(found)) return undefined;
    if ((await ledgers.customerOnRecord(userId)) === stripeCustomerId) return undefined;
    return {
      kind: 'STRIPE_CUSTOMER_WITHOUT_CUSTOMER',
      since: madeAt(found).toISOString(),
      execution: nameOfIdentity(execution),
      userId,
      stripeCustomerId,
    };
  }

  return (candidate: Candidate): Promise<Verdict> => {
    switch (candidate.of) {
      case 'payment':
        return payment(candidate);
      case 'refund':
        return refund(candidate);
      case 'order':
        return order(candidate);
      case 'customer':
        return customer(candidate);
    }
  };
};

type Verdict = Difference | 'OPEN' | undefined;

type CandidateOf<Kind extends Candidate['of']> = Extract<Candidate, { of: Kind }>;

const madeAt = ({ created }: { created: number }): Date => new Date(created * 1000);

/** Whoever has settled a difference that stays at Stripe notes it there, in the metadata. */
const isSettled = ({ metadata }: PaymentIntent | Stripe.Customer): boolean => metadata.settled !== undefined;
