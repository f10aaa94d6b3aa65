/** The workflows' inputs and outputs. Money is in minor units (cents), as integers. */
import type { DifferenceKind } from './differences';

/** One line of an order. */
export interface OrderLine {
  /** Letters, digits, `.`, `_` and `-`, at most 64. */
  sku: string;
  /** 1 to 10,000. */
  quantity: number;
  /** Minor units. Must be the shop's own price where the inventory's item has `prices`. */
  unitPrice: number;
}

export interface Address {
  name: string;
  line1: string;
  line2?: string | undefined;
  city: string;
  postalCode: string;
  state?: string | undefined;
  /** Two capital letters (ISO 3166-1). */
  country: string;
}

/** What an order is about. Ids are letters, digits and hyphens, at most 60. */
export interface OrderContents {
  orderId: string;
  customerId: string;
  email: string;
  /** Three letters (ISO 4217). */
  currency: string;
  /** 1 to 50 lines; lines of the same SKU are added up. */
  items: OrderLine[];
  shippingAddress: Address;
}

/** What an order is paid with: exactly one of a payment that its customer has confirmed, a saved card, a new card. */
export type OrderPayment =
  | {
      /**
       * Stripe's `pm_…`, never a card number. Declined when the bank asks the customer to authenticate (3-D Secure),
       * which most cards of Europe and the United Kingdom do.
       */
      paymentMethodId: string;
      /** Stripe's `cus_…` whose saved card `paymentMethodId` is. It pays off session. */
      stripeCustomerId?: string | undefined;
      paymentIntentId?: undefined;
    }
  | {
      /**
       * Stripe's `pi_…`. The shop makes it with the order's amount and currency, `capture_method: 'manual'` and
       * `metadata: { orderId }`; its page confirms it, 3-D Secure included. An order that does not ship releases the
       * money, so the next attempt needs a new one.
       */
      paymentIntentId: string;
      paymentMethodId?: undefined;
      stripeCustomerId?: undefined;
    };

/** The input of order-processing. */
export type OrderInput = OrderContents & OrderPayment;

/** A problem with an input. `path` is written as in JavaScript, `items[3].quantity`; '' means the whole input. */
export interface Problem {
  path: string;
  message: string;
}

/** The output of order-processing. `notified` is false when the message to the customer's topic could not be sent. */
export type OrderOutcome =
  | {
      outcome: 'SHIPPED';
      orderId: string;
      /** What was charged, in minor units of `currency`. */
      amount: number;
      currency: string;
      paymentIntentId: string;
      notified: boolean;
    }
  | {
      outcome: 'REJECTED';
      /** null when the input has no valid id. */
      orderId: string | null;
      /** The first 50, or as many as fit into 8 KB. */
      problems: Problem[];
      /** How many problems there are beyond those listed. */
      more: number;
      notified: boolean;
    }
  | {
      outcome: 'PAYMENT_DECLINED';
      orderId: string;
      /** A sentence for the customer. */
      reason: string;
      /**
       * Why, for the shop alone: Stripe's decline or error code, or one of ours. Never show it to a customer; it may
       * say that the card was reported stolen.
       */
      declineCode: string;
      notified: boolean;
    }
  | {
      /**
       * REVIEW_REJECTED: a person said no to the payment, or nobody answered in time. TRY_AGAIN: too many orders wanted
       * the same item at once, or another execution of the order was just ending; another attempt may work in a minute.
       */
      outcome: 'OUT_OF_STOCK' | 'TRY_AGAIN' | 'REVIEW_REJECTED';
      orderId: string;
      /** A sentence for a person. */
      reason: string;
      notified: boolean;
    }
  | {
      /** Another execution ships the order or has shipped it. The customer is not notified of this one. */
      outcome: 'ALREADY_PROCESSED';
      orderId: string;
      /** A sentence for a person. */
      reason: string;
    };

/** The customer as reviewers of a payment see them: the record that onboarding made, if there is one. */
export type ReviewCustomer =
  | {
      known: true;
      company: string;
      plan: Plan;
      /** ISO 8601. */
      customerSince: string;
    }
  | { known: false };

/** The plans that a customer can subscribe to. */
export type Plan = 'free' | 'pro' | 'enterprise';

/** The input of saas-onboarding. */
export interface SignupInput {
  /** Letters, digits and hyphens, at most 60: it becomes part of the execution's name. */
  userId: string;
  /** ASCII, with an international domain in its `xn--` form. Disposable addresses are refused. */
  email: string;
  /** At most 100 characters. */
  company: string;
  plan: Plan;
}

/** The output of saas-onboarding. */
export type OnboardingOutcome =
  | {
      outcome: 'ONBOARDED';
      userId: string;
      /** Name of the tenant's own DynamoDB table. */
      databaseId: string;
      /** The key itself is shown once, through the link in the welcome e-mail. */
      apiKeyId: string;
      stripeCustomerId: string;
    }
  | {
      outcome: 'REJECTED';
      /** null when the input has no valid id. */
      userId: string | null;
      /** The first 50, or as many as fit into 8 KB. */
      problems: Problem[];
      /** How many problems there are beyond those listed. */
      more: number;
      /** Whether the message to the topic signup-errors could be sent. */
      notified: boolean;
    };

/** The input of bulk-orders: a file of orders, one JSON object a line, in the bucket for uploads. */
export interface BulkOrdersInput {
  bucket: string;
  /** Begins with `uploads/`. */
  key: string;
  /** S3 version of the file. @default the newest when the import reads it */
  versionId?: string | undefined;
  /**
   * True for a repeat: an order whose attempts have all ended undone (declined, out of stock, failed and undone) is
   * started again, as its next attempt. @default false: each order is started once
   */
  again?: boolean | undefined;
}

/** A line of an imported file that is not a valid order. */
export interface BadLine {
  /** Counted from 1, as editors do. */
  line: number;
  problems: Problem[];
  /** How many problems there are beyond those listed. */
  more: number;
}

/** A line of an imported file that is a valid order. */
interface GoodLine {
  line: number;
  orderId: string;
}

/** An order that the import did not start, or may not have started. Importing the file again is safe. */
export interface FailedLine extends GoodLine {
  /** Name of the error that failed the order's batch; null when the import ended before the batch did. */
  error: string | null;
}

/** An order that stopped half-way, neither completed nor undone, and was left alone: a person must look. */
export interface HalfWayLine extends GoodLine {
  /** The execution's name. */
  execution: string;
}

/**
 * Counts of a file's lines, without blank ones:
 * total = started + startedAgain + alreadyStarted + halfWay + invalid + failed.
 */
export interface ImportSummary {
  key: string;
  versionId: string;
  total: number;
  started: number;
  /** Only in a repeat: orders whose attempts had all ended undone, and whose next attempt was started. */
  startedAgain: number;
  /** Orders whose execution name was in use already, with this input or another. In a repeat: they run, or shipped. */
  alreadyStarted: number;
  /** Only in a repeat: orders that stopped half-way, which a redrive completes or undoes. */
  halfWay: number;
  invalid: number;
  failed: number;
  /** The first 50, or as many as fit into a message. */
  badLines: BadLine[];
  /** At most 50. */
  failedLines: FailedLine[];
  /** At most 50. */
  halfWayLines: HalfWayLine[];
  /** S3 URI of all bad lines, as JSON Lines of `BadLine`. */
  report: string;
}

/** The output of bulk-orders. `notified` is false when the message to the topic could not be sent. */
export type BulkOrdersOutcome =
  | ({ outcome: 'IMPORTED'; notified: boolean } & ImportSummary)
  | {
      /** The file does not exist, or holds no orders. */
      outcome: 'REJECTED';
      /** null when the input names no key. */
      key: string | null;
      problems: Problem[];
      more: number;
      notified: boolean;
    };

/** The input of reconciliation. What Stripe or Step Functions made in this time is compared. */
export interface ReconciliationInput {
  /** ISO 8601, in UTC; at most 31 days before `until`. @default 7 days before `until` */
  from?: string | undefined;
  /** ISO 8601, in UTC. @default the execution's start */
  until?: string | undefined;
}

/** The output of reconciliation. */
export type ReconciliationOutcome =
  | {
      /** DIFFERENCES also when not everything could be compared: see `complete`. */
      outcome: 'MATCHED' | 'DIFFERENCES';
      from: string;
      until: string;
      /** False when there was too much to compare in one execution. */
      complete: boolean;
      /** How many were compared, of this deployment's own. */
      compared: { payments: number; orders: number; customers: number };
      /** What looked different because its execution still runs, or waits for a redrive. */
      open: number;
      differences: Record<DifferenceKind, number>;
      /** S3 URI of the differences, as JSON Lines of `Difference`. */
      report: string;
    }
  | {
      outcome: 'REJECTED';
      problems: Problem[];
      more: number;
    };
