// What reconciliation finds: the kinds of difference, and what a person does about each.

export const differenceKinds = {
  MONEY_WITHOUT_SHIPMENT: 'Money is taken and nothing is shipped: refund it.',
  SHIPMENT_WITHOUT_MONEY: 'The order is shipped and not paid: stop the parcel, or ask for the money.',
  HOLD_WITHOUT_ORDER:
    'Money or stock is held and no order is under way: redrive or undo the execution; else cancel the payment.',
  REFUND_FAILED: "The customer's bank sent the refund back: pay the money back in another way.",
  STRIPE_CUSTOMER_WITHOUT_CUSTOMER:
    'A customer at Stripe has no account here: redrive the signup; else delete the customer at Stripe.',
} as const;

export type DifferenceKind = keyof typeof differenceKinds;

/** A line of the report. Ids only, no personal data. */
export interface Difference {
  kind: DifferenceKind;
  /** What is held: of HOLD_WITHOUT_ORDER only. */
  held?: 'MONEY' | 'STOCK';
  /** Since when, in ISO 8601: the start of the execution, or when the object was made at Stripe. */
  since: string;
  /** Name of the execution that owns it; absent when no execution does. */
  execution?: string;
  orderId?: string;
  userId?: string;
  paymentIntentId?: string;
  refundId?: string;
  stripeCustomerId?: string;
  /** Minor units of `currency`; absent where no money is known of. */
  amount?: number;
  currency?: string;
}
