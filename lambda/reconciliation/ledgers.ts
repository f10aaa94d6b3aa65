/** Reads what is compared: Stripe, our tables, and executions. Nothing here writes. */
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  ExecutionDoesNotExist,
  ListExecutionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type Stripe from 'stripe';
import { nameOfIdentity, startOfIdentity } from '../../contracts/identity';
import { executionArn } from '../../contracts/names';
import type { NamedById } from '../../contracts/workflows';
import { createPaymentIntents, type PaymentIntent } from '../order-processing/payment-intents';
import { createPaymentRecords } from '../order-processing/payment-records';
import { findReservation } from '../order-processing/reservations';
import { aws } from '../shared/aws';
import { toWorkflowError } from '../shared/stripe';
import type { Period } from './period';

export interface LedgerOptions {
  /** Resolves to the client; throws StripeKeyMissing. */
  connect: () => Promise<Stripe>;
  dynamodb: Pick<DynamoDBClient, 'send'>;
  sfn: Pick<SFNClient, 'send'>;
  paymentsTable: string;
  reservationsTable: string;
  customersTable: string;
  /** ARNs of the state machines. */
  machines: Readonly<Record<NamedById, string>>;
}

/** Whose a payment is. One that the shop made for an order and no execution has claimed has no `execution`. */
export interface Owner {
  orderId: string;
  /** Identity. */
  execution?: string | undefined;
}

export type Ledgers = ReturnType<typeof createLedgers>;

const seconds = (date: Date) => Math.floor(date.getTime() / 1000);

/** Every method throws RateLimited or TemporaryFailure when another try may work. */
export function createLedgers(options: LedgerOptions) {
  const { connect, dynamodb, sfn, paymentsTable, reservationsTable, customersTable, machines } = options;
  const intents = createPaymentIntents(connect);
  const records = createPaymentRecords({ dynamodb, table: paymentsTable, now: () => new Date() });

  /** What the ARN of each execution of this deployment begins with; others may share the Stripe account. */
  const prefixOf = (workflow: NamedById) => executionArn(machines[workflow], '');

  const stripe = async <Result>(work: (client: Stripe) => Promise<Result>): Promise<Result> => {
    const client = await connect();
    try {
      return await work(client);
    } catch (error) {
      throw toWorkflowError(error);
    }
  };

  /** @param after id of the last object of the page before */
  const page = ({ from, until }: Period, after: string | undefined) => ({
    created: { gte: seconds(from), lte: seconds(until) },
    limit: 100,
    ...(after !== undefined && { starting_after: after }),
  });

  const reservation = (orderId: string) => findReservation({ dynamodb, reservationsTable }, orderId);

  return {
    payments: (period: Period, after?: string) =>
      stripe((client) => client.paymentIntents.list(page(period, after))),
    refunds: (period: Period, after?: string) => stripe((client) => client.refunds.list(page(period, after))),
    customers: (period: Period, after?: string) =>
      stripe((client) => client.customers.list(page(period, after))),

    /** Executions of orders, newest first. */
    orders: (nextToken?: string) =>
      aws(() =>
        sfn.send(new ListExecutionsCommand({ stateMachineArn: machines.order, maxResults: 1000, nextToken })),
      ),

    payment: (id: string) => intents.find(id),
    refundsOf: (paymentIntentId: string) =>
      stripe(
        async (client) => (await client.refunds.list({ payment_intent: paymentIntentId, limit: 100 })).data,
      ),
    /** Returns undefined for one that was deleted. */
    customer: (id: string) =>
      stripe(async (client) => {
        const customer = await client.customers.retrieve(id);
        return customer.deleted ? undefined : customer;
      }),

    reservation,
    record: records.find,

    /** The id at Stripe of the customer on record. */
    async customerOnRecord(customerId: string): Promise<string | undefined> {
      const Key = { customerId: { S: customerId } };
      const { Item } = await aws(() =>
        dynamodb.send(new GetItemCommand({ TableName: customersTable, Key, ConsistentRead: true })),
      );
      return Item?.stripeCustomerId?.S;
    },

    /** Returns undefined for a payment that is none of this deployment's. */
    async ownerOf({ id, metadata, status }: PaymentIntent): Promise<Owner | undefined> {
      const { orderId, execution, executionArn: arn } = metadata;
      if (orderId === undefined) return undefined;
      if (execution !== undefined)
        return arn?.startsWith(prefixOf('order')) ? { orderId, execution } : undefined;
      const claimant = await records.claimant(id);
      if (claimant !== undefined) return { orderId, execution: claimant };
      // Nothing but the order tells whose shop made it.
      return status === 'requires_capture' && (await reservation(orderId)) ? { orderId } : undefined;
    },

    /** Whether the payment is the one of an order that is shipped. */
    async isShipped({ orderId, execution }: Owner, paymentIntentId: string): Promise<boolean> {
      if (execution === undefined) return false;
      const [reserved, record] = await Promise.all([reservation(orderId), records.find(execution)]);
      const isShipped = reserved?.execution === execution && reserved.state === 'SHIPPED';
      return isShipped && record.paymentIntentId === paymentIntentId;
    },

    /** Returns the identity of the signup that made a customer at Stripe, if it was one of this deployment. */
    signupOf({ metadata: { execution = '' } }: Stripe.Customer): string | undefined {
      const prefix = prefixOf('onboarding');
      return execution.startsWith(prefix) ? execution.slice(prefix.length) : undefined;
    },

    /** Returns undefined when it is gone, or another one has its name. */
    async execution(workflow: NamedById, identity: string): Promise<DescribeExecutionOutput | undefined> {
      const arn = executionArn(machines[workflow], nameOfIdentity(identity));
      try {
        const found = await aws(() => sfn.send(new DescribeExecutionCommand({ executionArn: arn })));
        return found.startDate?.getTime() === startOfIdentity(identity).getTime() ? found : undefined;
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return undefined;
        throw error;
      }
    },
  };
}
