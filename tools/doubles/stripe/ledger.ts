/** What tests and people can look up in the double: payments, customers and the log of requests. */
import type { Customer, Customers } from './customers';
import type { IntentRecord, IntentStatus } from './intent';
import type { PaymentIntents } from './payment-intents';
import type { StripeRequest } from './protocol';

/** All amounts in minor units. */
export interface LedgerPayment {
  id: string;
  status: IntentStatus;
  currency: string;
  amount: number;
  /** Zero or `amount`. The next three fields say what became of it. */
  authorised: number;
  captured: number;
  /** Released by a cancellation or by expiry. */
  voided: number;
  refunded: number;
  declineCode: string | null;
  metadata: Record<string, string>;
}

export interface LoggedRequest {
  method: string;
  /** Without the query string. */
  path: string;
  idempotencyKey?: string;
  /** The API version that the caller requested; the account's version if absent. */
  stripeVersion?: string;
}

export class Ledger {
  /** Every request that reached the double, including those hit by a fault, oldest first. */
  readonly requests: LoggedRequest[] = [];

  constructor(
    private readonly intents: PaymentIntents,
    private readonly accounts: Customers,
  ) {}

  log({ method, path, headers }: StripeRequest): void {
    const { 'idempotency-key': idempotencyKey, 'stripe-version': stripeVersion } = headers;
    const [withoutQuery = ''] = path.split('?');
    this.requests.push({
      method,
      path: withoutQuery,
      ...(idempotencyKey !== undefined && { idempotencyKey }),
      ...(stripeVersion !== undefined && { stripeVersion }),
    });
  }

  /** Oldest first. */
  get payments(): LedgerPayment[] {
    return this.intents.all().map(toPayment);
  }

  /** All but deleted customers, oldest first. */
  get customers(): Customer[] {
    return this.accounts.all();
  }

  /** Money that is authorised, but neither captured nor released: zero once no order is in progress. */
  held(): number {
    return sum(this.payments.map(({ authorised, captured, voided }) => authorised - captured - voided));
  }

  /** Money that was captured and not refunded. */
  taken(): number {
    return sum(this.payments.map(({ captured, refunded }) => captured - refunded));
  }

  /** What says all of this of itself. */
  withMetadata(metadata: Readonly<Record<string, string>>): {
    payments: LedgerPayment[];
    customers: Customer[];
  } {
    const says = (each: { metadata: Record<string, string> }) =>
      Object.entries(metadata).every(([name, value]) => each.metadata[name] === value);
    return { payments: this.payments.filter(says), customers: this.customers.filter(says) };
  }

  toJSON() {
    const { payments, customers, requests } = this;
    return { held: this.held(), taken: this.taken(), payments, customers, requests };
  }
}

function toPayment({ intent, charge }: IntentRecord): LedgerPayment {
  const { id, status, currency, amount, metadata } = intent;
  const captured = charge?.amount_captured ?? 0;
  return {
    id,
    status,
    currency,
    amount,
    authorised: charge?.paid ? charge.amount : 0,
    captured,
    voided: captured === 0 ? (charge?.amount_refunded ?? 0) : 0,
    refunded: captured > 0 ? (charge?.amount_refunded ?? 0) : 0,
    declineCode: intent.last_payment_error?.decline_code ?? null,
    metadata,
  };
}

const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);
