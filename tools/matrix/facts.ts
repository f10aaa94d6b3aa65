/** What a run left behind, as the invariants look at it. */
import type { Difference } from '../../contracts/differences';
import type { OrderInput } from '../../contracts/types';
import type { Shipment } from '../doubles/fulfilment';
import type { LedgerPayment } from '../doubles/stripe/ledger';
import type { Execution } from '../simulator/types';
import type { EVERYTHING } from '../world/onboarding-world';
import type { Strike } from './plan';
import { type Attempt, identityOf, outcomeOf } from './site';

export interface Facts {
  attempts: readonly Attempt[];
  /** How the scenario ends when nothing else strikes than what is part of it; and when that does not strike either. */
  expected: { struck: string; spared: string };
  /** The strikes that struck, once for each time. */
  hits: readonly Strike[];
  /** All executions, nested ones too. */
  histories: readonly Execution[];
  secrets: readonly string[];
}

export interface OrderFacts extends Facts {
  /** Identities whose review was approved, and the answer arrived. */
  approved: ReadonlySet<string>;
  stock: readonly { sku: string; left: number; initial: number }[];
  /** How far the stock of any item ever was below zero, and above what there was at first. */
  range: { lowest: number; highest: number };
  /** Those that an execution made or claimed: `owner` is its identity. */
  payments: readonly (Omit<LedgerPayment, 'metadata'> & { owner: string })[];
  shipments: readonly Shipment[];
  notices: Readonly<Record<'confirmed' | 'failed' | 'invalid', readonly unknown[]>>;
}

export interface OnboardingFacts extends Facts {
  /** In the order of the attempts. */
  effects: readonly (typeof EVERYTHING)[];
  /** Tables without protection or backups, of customers. */
  unprotected: readonly string[];
  /** Of each attempt, the links in its e-mails, each once. */
  links: readonly (readonly string[])[];
  /** Of each attempt, what came of claiming its link twice. */
  claims: readonly (readonly string[])[];
  /** Executions that the live customer records name. */
  owners: readonly string[];
  notices: readonly unknown[];
}

export interface ImportFacts extends Facts {
  /** Of the file: the orders on its good lines, and how many lines it has. */
  good: readonly string[];
  lines: number;
  /** Executions of the orders, all of them in the order of their start. */
  orders: readonly Execution[];
  notices: readonly unknown[];
}

export interface ReconciliationFacts extends Facts {
  /** The payment without an order, and when it was made. */
  planted: { id: string; at: Date } | undefined;
  /** In the order of the attempts; empty for one that wrote none. */
  reports: readonly (readonly Difference[])[];
  told: readonly string[];
  /** Whether a payment, a reservation, stock or another record is not as it was before. */
  isChanged: boolean;
}

/** Seconds for which Stripe's double holds money. */
const AUTHORISED = 7 * 86_400;

export const list = (texts: readonly string[]): string | undefined =>
  texts.length > 0 ? texts.join('; ') : undefined;
export const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
export const itemsOf = ({ execution }: Attempt) => {
  const { items }: OrderInput = Object(execution.input);
  return items;
};
export const amountOf = (attempt: Attempt) =>
  sum(itemsOf(attempt).map(({ quantity, unitPrice }) => quantity * unitPrice));
export const withOutcome = (outcome: string) => (attempt: Attempt) => outcomeOf(attempt) === outcome;
export const label = (attempt: Attempt) =>
  `${attempt.execution.name} (${attempt.role}, ${outcomeOf(attempt)})`;
export const isStruck = ({ hits }: Facts, { role }: Attempt) => role === 'struck' && hits.length > 0;
export const expectedOf = ({ role }: Attempt, { expected }: Facts) =>
  role === 'struck' || role === 'elsewhere' ? expected.struck : expected.spared;
/** Whether it was told that its input is too large. */
export const isTooLarge = (facts: Facts, attempt: Attempt) =>
  isStruck(facts, attempt) &&
  facts.hits.some(
    ({ place, fault }) => /^(Validate|CheckFile)/.test(place) && fault.endsWith('States.DataLimitExceeded'),
  );
export const wasHit = ({ hits }: Facts, place: RegExp) => hits.some((hit) => place.test(hit.place));

/** Whether an import ended at its Fail state: a redrive does not help, a repeat of the import does. */
export const asksForRepeat = ({ execution: { result } }: Attempt) =>
  Boolean(result?.cause?.includes('--again'));

/** Whether the order began while the import ran: at its very start means before it. */
export const beganDuring = ({ startDate }: Execution, { execution }: Attempt) =>
  startDate > execution.startDate && startDate <= (execution.stopDate ?? startDate);

/** Says of each attempt what is wrong with it. */
export const each =
  <F extends Facts>(wrong: (attempt: Attempt, facts: F, index: number) => string | undefined | false) =>
  (facts: F): string | undefined =>
    list(
      facts.attempts.flatMap((attempt, index) => {
        const detail = wrong(attempt, facts, index);
        return detail ? [`${label(attempt)}: ${detail}`] : [];
      }),
    );

/** How an order may end that was struck, or met another execution of its own. */
export function mayEnd(attempt: Attempt, facts: OrderFacts): string[] {
  const expected = expectedOf(attempt, facts);
  const isReviewed = amountOf(attempt) >= 100_000;
  const meetsOthers =
    facts.attempts.length > 1 && facts.attempts.some((other) => other !== attempt && other.role !== 'last');
  return [
    expected,
    ...(isStruck(facts, attempt) ? ['FAILED', 'TRY_AGAIN', facts.expected.spared] : []),
    ...(isTooLarge(facts, attempt) ? ['REJECTED'] : []),
    ...(meetsOthers ? ['ALREADY_PROCESSED', 'FAILED', 'TRY_AGAIN'] : []),
    // A confirmed payment is the first attempt's; and whatever is authorised expires.
    ...((meetsOthers && 'paymentIntentId' in Object(attempt.execution.input)) ||
    lasted(attempt) > AUTHORISED ||
    facts.hits.some(({ fault }) => fault === 'expires')
      ? ['PAYMENT_DECLINED']
      : []),
    ...(isReviewed && isStruck(facts, attempt) && !facts.approved.has(identityOf(attempt))
      ? ['REVIEW_REJECTED']
      : []),
    ...(expected !== 'SHIPPED' && expected !== 'REJECTED' && (meetsOthers || isStruck(facts, attempt))
      ? ['PAYMENT_DECLINED']
      : []),
  ];
}

const lasted = ({ execution: { startDate, stopDate } }: Attempt) =>
  ((stopDate ?? startDate).getTime() - startDate.getTime()) / 1000;

const TOPIC_OF: Readonly<Record<string, 'confirmed' | 'invalid'>> = {
  SHIPPED: 'confirmed',
  REJECTED: 'invalid',
};

/** Notices that their order's end does not bear out. */
export function toldWrong({ attempts, notices }: OrderFacts): string[] {
  const due = new Map(
    attempts
      .filter((attempt) => outcomeOf(attempt) !== 'ALREADY_PROCESSED')
      .map((attempt) => [`${identityOf(attempt)}/${outcomeOf(attempt)}`, outcomeOf(attempt)]),
  );
  return Object.entries(notices).flatMap(([topic, messages]) =>
    messages.flatMap((message) => {
      const { noticeId, outcome } = Object(message);
      const isRight = due.get(noticeId) === outcome && (TOPIC_OF[outcome] ?? 'failed') === topic;
      return isRight ? [] : [`${topic} says ${outcome} of ${noticeId}`];
    }),
  );
}

/** Orders whose customer heard nothing, although the output does not say so. */
export function notTold(facts: OrderFacts): string[] {
  const told = new Set(
    Object.values(facts.notices)
      .flat()
      .map((message) => Object(message).noticeId),
  );
  return facts.attempts.flatMap((attempt) => {
    const outcome = outcomeOf(attempt);
    if (outcome === 'ALREADY_PROCESSED' || told.has(`${identityOf(attempt)}/${outcome}`)) return [];
    const isExcused =
      outcome === 'FAILED'
        ? wasHit(facts, /^NotifyOrderFailed$/)
        : Object(attempt.execution.result?.output).notified === false;
    return isExcused ? [] : [`nobody was told of ${label(attempt)}`];
  });
}
