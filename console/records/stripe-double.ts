// Asks the local cloud's double of Stripe what it holds. Its ledger needs no key, so none is read here.

import type { Cloud } from '../../bin/cli/cloud';
import { record } from '../../bin/history/json';

/** Amounts are in minor units. */
export interface LedgerPayment {
  id: string;
  status: string;
  currency: string;
  amount: number;
  authorised: number;
  captured: number;
  voided: number;
  refunded: number;
  declineCode: string | null;
  metadata: Record<string, string>;
}

interface LedgerCustomer {
  id: string;
  email: string | null;
  metadata: Record<string, string>;
}

interface Ledger {
  payments: LedgerPayment[];
  customers: LedgerCustomer[];
}

/** Milliseconds. */
const LONGEST = 5_000;

/** @param metadata what the payments and customers say of themselves: `{ orderId: 'A1' }` */
export async function ledgerOf(cloud: Cloud, metadata: Record<string, string>): Promise<Ledger> {
  const url = new URL('/_double/ledger', await cloud.output('SaasOnboarding', 'StripeEndpoint'));
  if (url.hostname !== '127.0.0.1')
    throw new Error(`${url.origin} is not the local cloud's double of Stripe.`);
  url.search = `${new URLSearchParams(metadata)}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(LONGEST) });
  if (!response.ok) throw new Error(`The double of Stripe answered ${response.status}.`);
  return { payments: [], customers: [], ...record(await response.json()) };
}
