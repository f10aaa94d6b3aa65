// Says in words what a visit to a state has done. States that are missing here need no explanation.

import { money, plain } from '../terminal/text';
import { record } from './json';
import type { Visit } from './timeline';

type Note = (answer: Record<string, unknown>, visit: Visit) => string | undefined;

const authorised: Note = ({ amount, currency }) =>
  typeof amount === 'number' ? `authorised ${money(amount, String(currency))}` : undefined;

const decided: Note = ({ decision }) =>
  decision === undefined ? undefined : `the answer: ${plain(decision)}`;

const done: Record<string, Note> = {
  ChargeCard: authorised,
  ReserveInventory: () => 'stock is reserved',
  CreateShipment: () => 'the pick request is queued',
  CapturePayment: () => 'the money is taken',
  NotifyOrderFailed: () => 'the customer is told that nothing was ordered',
  ReviewPayment: decided,
  RequestReview: decided,
  CreateDatabaseAccount: () => 'the table is being made',
  CreateAPIKey: () => 'the API key is made',
  CreateStripeCustomer: ({ id }) => `the Stripe customer is ${plain(id)}`,
  RecordCustomer: () => 'the customer is on record: from here on nothing is undone',
  SendWelcomeEmail: () => 'the welcome e-mail is sent',
};

const undone: Record<string, Note> = {
  CancelShipment: () => 'the shipment is cancelled',
  ReleaseInventory: ({ released }) => (released ? 'the stock is released' : 'no stock was held'),
  ReversePayment: ({ reversal }) =>
    ({
      NOTHING: 'there was nothing to pay back',
      CANCELED: 'the payment is cancelled, nothing was charged',
      REFUNDED: 'the payment is refunded',
    })[String(reversal)] ?? 'the payment is reversed',
  DeleteDatabase: (_, visit) => (wasCaught(visit) ? 'there was no table' : 'the table is deleted'),
  DeleteAPIKey: () => 'the API key is deleted, or was never made',
  DeleteStripeCustomers: (_, { branches }) =>
    branches.length === 0 ? 'there was no Stripe customer' : 'the Stripe customer is deleted',
};

/** States that undo: their names, for a test that holds them against the definitions. */
export const compensations: readonly string[] = Object.keys(undone);

export const isCompensation = ({ state }: Visit): boolean => Object.hasOwn(undone, state);

/** After these states nothing is undone any more: an execution that fails later must be completed. */
const pointsOfNoReturn = new Set(['RecordCustomer']);

export const isPastReturn = (visits: readonly Visit[]): boolean =>
  visits.some((visit) => pointsOfNoReturn.has(visit.state) && visit.exitedAt && !wasCaught(visit));

/** Whether the last try failed and a Catch led on from the state. */
export const wasCaught = ({ exitedAt, tries, failure }: Visit): boolean =>
  exitedAt !== undefined && (tries.at(-1)?.error !== undefined || failure !== undefined);

/** Says what the visit did; undefined while it runs and when it failed. */
export function noteOf(visit: Visit): string | undefined {
  if (!visit.exitedAt || (wasCaught(visit) && !isCompensation(visit))) return undefined;
  const note = ownEntry(undone, visit.state) ?? ownEntry(done, visit.state);
  return note?.(record(visit.answer), visit);
}

const ownEntry = (notes: Record<string, Note>, state: string): Note | undefined =>
  Object.hasOwn(notes, state) ? notes[state] : undefined;
