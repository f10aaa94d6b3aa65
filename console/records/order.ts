// What the tables and the double of Stripe hold of an order.

import type { Cloud } from '../../bin/cli/cloud';
import { record } from '../../bin/history/json';
import { money, plain } from '../../bin/terminal/text';
import { nameOfIdentity } from '../../contracts/identity';
import type { ShownRecord } from '../model';
import { type Item, readItem, textIn, textsIn } from './items';
import { type LedgerPayment, ledgerOf } from './stripe-double';

/** The most products whose stock is shown. */
const MOST_PRODUCTS = 10;

export interface Owner {
  /** The execution's name, and its identity in records. */
  name: string;
  identity: string;
  input: Record<string, unknown>;
}

export async function recordsOfOrder(cloud: Cloud, owner: Owner): Promise<ShownRecord[]> {
  const { name, identity, input } = owner;
  const orderId = typeof input.orderId === 'string' ? input.orderId : '';
  if (orderId === '') return [];
  const [reservation, payment, review, { payments }, ...stock] = await Promise.all([
    readItem(cloud, ['OrderProcessing', 'ReservationsTableName'], { orderId }),
    readItem(cloud, ['OrderProcessing', 'PaymentsTableName'], { execution: identity }),
    // Whoever has the task token can answer.
    readItem(cloud, ['OrderProcessing', 'ReviewsTableName'], { execution: name }, ['taskToken']),
    ledgerOf(cloud, { orderId }),
    ...quantitiesIn(input).map(async ({ sku, quantity }) => ({
      sku,
      quantity,
      item: await readItem(cloud, ['OrderProcessing', 'InventoryTableName'], { sku }),
    })),
  ]);
  return [
    ...stock.map(({ sku, quantity, item }) => ({
      title: `Stock of ${sku}`,
      says: stockSays(item, { quantity, reservation, owner }),
      item,
    })),
    { title: 'Reservation', says: reservationSays(reservation, owner), item: reservation },
    { title: 'Payment record', says: paymentSays(payment), item: payment },
    ...(review ? [{ title: 'Review', says: reviewSays(review), item: review }] : []),
    ...(payments.length === 0
      ? [{ title: 'Payment at Stripe', says: 'none: the order was charged nothing' }]
      : []),
    ...payments.map((each) => ({
      title: 'Payment at Stripe',
      says: ledgerSays(each, owner),
      item: { ...each },
    })),
  ];
}

/** What the order wants of each product. */
function quantitiesIn({ items }: Record<string, unknown>): { sku: string; quantity: number }[] {
  const wanted = new Map<string, number>();
  for (const { sku, quantity } of (Array.isArray(items) ? items : []).map(record))
    if (typeof sku === 'string' && sku !== '' && typeof quantity === 'number')
      wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
  return [...wanted].slice(0, MOST_PRODUCTS).map(([sku, quantity]) => ({ sku, quantity }));
}

function who(identity: string, { identity: own, name }: Owner): string {
  if (identity === own) return 'this execution';
  const other = plain(nameOfIdentity(identity));
  return other === name ? 'another execution of this name' : other;
}

interface Hold {
  quantity: number;
  reservation: Item | undefined;
  owner: Owner;
}

function stockSays(item: Item | undefined, { quantity, reservation, owner }: Hold): string {
  if (!item) return 'the shop has no such product';
  const free = `${plain(item.available)} free`;
  const isOwn = textIn(reservation, 'execution') === owner.identity;
  const state = textIn(reservation, 'state');
  if (!isOwn) return `${free}, none held by this execution`;
  if (state === 'HELD') return `${free}, ${quantity} held by this execution`;
  if (state === 'SHIPPED') return `${free}, ${quantity} went out with this execution`;
  return `${free}, ${quantity} given back by this execution`;
}

function reservationSays(item: Item | undefined, owner: Owner): string {
  const holder = textIn(item, 'execution');
  const barred = textsIn(item, 'released').includes(owner.identity)
    ? '; this execution can hold no more'
    : '';
  if (holder === undefined) return `none, nor was there one${barred}`;
  switch (textIn(item, 'state')) {
    case 'HELD':
      return `held by ${who(holder, owner)}${barred}`;
    case 'SHIPPED':
      return `shipped by ${who(holder, owner)}${barred}`;
    default:
      return `released, was held by ${who(holder, owner)}${barred}`;
  }
}

/** Lists of what Stripe reported later. */
const reports: Record<string, string> = {
  failedRefunds: 'refunds that failed',
  disputes: 'disputes',
  disputesWon: 'disputes won',
  disputesLost: 'disputes lost',
  canceledIntents: 'cancelled by Stripe',
};

function paymentSays(item: Item | undefined): string {
  if (!item) return 'none: this execution has neither charged nor reversed anything';
  const { amount, currency } = item;
  return [
    textIn(item, 'paymentIntentId') ?? 'no payment',
    ...(typeof amount === 'number' ? [money(amount, plain(currency))] : []),
    item.reversed === true ? 'reversed: it can be charged no more' : '',
    ...Object.entries(reports).flatMap(([name, words]) => {
      const ids = textsIn(item, name);
      return ids.length === 0 ? [] : [`${words}: ${ids.map(plain).join(', ')}`];
    }),
  ]
    .filter(Boolean)
    .join(', ');
}

function reviewSays(item: Item): string {
  const { amount, currency } = item;
  const asked = `${money(Number(amount), plain(currency))}, asked ${at(item, 'requestedAt')}`;
  const decision = textIn(item, 'decision');
  const first = textIn(item, 'firstApprovedBy');
  if (decision) return `${asked}: ${plain(decision)} by ${plain(item.decidedBy)} at ${at(item, 'decidedAt')}`;
  const half = first ? `, approved by ${plain(first)}, the first of two` : '';
  return `${asked}, no answer${half}, time until ${at(item, 'expiresAt')}`;
}

const at = (item: Item, name: string): string => plain(item[name]).slice(0, 19).replace('T', ' ');

function ledgerSays(payment: LedgerPayment, owner: Owner): string {
  const { id, metadata } = payment;
  const { execution } = metadata;
  const made = execution === undefined ? "made on the shop's page" : `made by ${who(execution, owner)}`;
  return `${id}, ${made}: ${becameOf(payment)}`;
}

function becameOf({
  amount,
  currency,
  authorised,
  captured,
  voided,
  refunded,
  declineCode,
  status,
}: LedgerPayment) {
  const sum = (minor: number) => money(minor, currency);
  if (captured > 0)
    return `captured ${sum(captured)}, ${refunded > 0 ? `refunded ${sum(refunded)}` : 'nothing refunded'}`;
  if (voided > 0) return `authorised ${sum(authorised)}, released again, nothing taken`;
  if (authorised > 0) return `authorised ${sum(authorised)}, not taken yet`;
  if (declineCode) return `${sum(amount)} declined (${plain(declineCode)}), nothing taken`;
  return `${sum(amount)} ${plain(status)}, nothing taken`;
}
