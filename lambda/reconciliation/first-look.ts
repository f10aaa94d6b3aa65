/** The first look goes through every payment, refund, customer and order, and notes what may differ. A page at a time. */
import { executionIdentity } from '../../contracts/identity';
import { idOf } from '../../contracts/names';
import type { Finding, Findings } from './findings';
import type { Ledgers, Owner } from './ledgers';
import type { Period } from './period';
import { hasFailed } from './refunds';

/** What a page shows, and from where to go on; without `after` it was the last. */
export interface Page {
  found: Finding[];
  after: string | undefined;
}

type Look = (period: Period, after: string | undefined, earlier: Findings) => Promise<Page>;

/** As old as a refund may be when the bank sends it back, and as the payments that it may be of. */
const REFUND_DAYS = 31;

/** How many orders are looked up at once. */
const AT_ONCE = 100;

export const createFirstLook = (ledgers: Ledgers) => {
  const payments: Look = async (period, after) => {
    const page = await ledgers.payments(period, after);
    const owned = await Promise.all(
      page.data.map(async (intent) => ({ intent, owner: await ledgers.ownerOf(intent) })),
    );
    const ours = owned.flatMap(({ intent, owner }) => (owner ? [{ intent, owner }] : []));
    const paid = ours.filter(({ intent }) => intent.status === 'succeeded').map(({ intent }) => intent.id);
    const suspects = await Promise.all(
      ours
        .filter(({ intent: { status } }) => status === 'succeeded' || status === 'requires_capture')
        .map(async ({ intent: { id }, owner }) =>
          (await ledgers.isShipped(owner, id)) ? [] : [{ id, owner }],
        ),
    );
    const candidateOf = ({ id, owner }: { id: string; owner: Owner }): Finding => ({
      candidate: { of: 'payment', paymentIntentId: id, execution: owner.execution },
    });
    return {
      found: [{ paid, compared: { payments: ours.length } }, ...suspects.flat().map(candidateOf)],
      after: lastOf(page),
    };
  };

  /** Of every deployment: only their payments tell whose they are. */
  const refunds: Look = async ({ until }, after) => {
    const from = new Date(until.getTime() - REFUND_DAYS * 86_400_000);
    const page = await ledgers.refunds({ from, until }, after);
    const found = page.data.filter(hasFailed).flatMap(({ id, payment_intent: payment }): Finding[] => {
      const paymentIntentId = typeof payment === 'string' ? payment : payment?.id;
      return paymentIntentId ? [{ candidate: { of: 'refund', refundId: id, paymentIntentId } }] : [];
    });
    return { found, after: lastOf(page) };
  };

  const customers: Look = async (period, after) => {
    const page = await ledgers.customers(period, after);
    const found = await Promise.all(
      page.data.map(async (customer): Promise<Finding[]> => {
        const execution = ledgers.signupOf(customer);
        if (execution === undefined) return [];
        const compared = { compared: { customers: 1 } };
        const { userId = '' } = customer.metadata;
        if ((await ledgers.customerOnRecord(userId)) === customer.id) return [compared];
        return [
          compared,
          { candidate: { of: 'customer', stripeCustomerId: customer.id, userId, execution } },
        ];
      }),
    );
    return { found: found.flat(), after: lastOf(page) };
  };

  const orders: Look = async ({ from, until }, after, { paid }) => {
    const { executions = [], nextToken } = await ledgers.orders(after);
    const started = executions.flatMap(({ name = '', startDate, status }) =>
      startDate && startDate >= from && startDate <= until ? [{ name, startDate, status }] : [],
    );
    const look = async ({ name, startDate, status }: (typeof started)[number]): Promise<Finding[]> => {
      const [orderId, execution] = [idOf(name), executionIdentity(name, startDate)];
      const suspect: Finding[] = [{ candidate: { of: 'order', orderId, execution } }];
      const reservation = await ledgers.reservation(orderId);
      if (reservation?.execution !== execution) return [];
      if (reservation.state === 'HELD') return status === 'RUNNING' ? [] : suspect;
      if (reservation.state !== 'SHIPPED') return [];
      const { paymentIntentId } = await ledgers.record(execution);
      return paymentIntentId !== undefined && paid.has(paymentIntentId) ? [] : suspect;
    };
    const found: Finding[] = [{ compared: { orders: started.length } }];
    for (let first = 0; first < started.length; first += AT_ONCE) {
      found.push(...(await Promise.all(started.slice(first, first + AT_ONCE).map(look))).flat());
    }
    const oldest = executions.at(-1)?.startDate;
    return { found, after: oldest && oldest < from ? undefined : nextToken };
  };

  return { payments, refunds, customers, orders };
};

/** Id of a page's last object, after which the next page begins. */
const lastOf = ({ data, has_more }: { data: { id: string }[]; has_more: boolean }) =>
  has_more ? data.at(-1)?.id : undefined;
