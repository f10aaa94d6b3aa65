/**
 * What becomes of orders when all want the same product. A model of DynamoDB: an item takes part in one transaction at
 * a time, for 20 ms, and a transaction that comes meanwhile is cancelled with TransactionConflict. All else is the real
 * definition with the real functions, which take no time; time is virtual.
 */
import type { Fault } from '../doubles/faults';
import { random } from '../simulator/random';
import type { Execution } from '../simulator/types';
import { openShop } from '../world/order-shop';
import { type Measure, median, percentile } from './measure';

const RATES = [20, 40, 60];
const SECONDS = 60;
const TRANSACTION_MS = 20;
const SKU = 'HOT';

export interface Rush {
  orders: number;
  /** Counts by outcome: SHIPPED, TRY_AGAIN, … FAILED. */
  outcomes: Record<string, number>;
  /** Seconds from the start of each execution to its end. */
  waits: number[];
}

/**
 * Orders that arrive by chance, so many a second on the average, for so many seconds.
 * @throws when more or less of the product is sold than ships
 */
export async function rush(
  perSecond: number,
  seconds: number,
  transactionMs = TRANSACTION_MS,
): Promise<Rush> {
  const pauses = pausesWithin(perSecond, seconds);
  const shop = openShop({ [SKU]: pauses.length });
  shop.fail({ 'dynamodb:transactWriteItems': oneAtATime(transactionMs) });
  const executions: Execution[] = [];
  const arrive = async () => {
    for (const [index, pause] of pauses.entries()) {
      await shop.clock.sleep(pause);
      const items = [{ sku: SKU, quantity: 1, unitPrice: 700 }];
      executions.push(shop.start({ orderId: `H-${index}`, items }));
    }
    return Promise.all(executions.map((execution) => execution.done()));
  };
  const results = await shop.clock.run(arrive());

  const outcomes: Record<string, number> = {};
  for (const { status, output } of results) {
    const outcome = status === 'SUCCEEDED' ? String(Object(output).outcome) : status;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  const sold = pauses.length - shop.world.stock(SKU);
  if (sold !== (outcomes.SHIPPED ?? 0))
    throw new Error(`${sold} are sold, ${outcomes.SHIPPED} have shipped.`);
  const waits = executions.map(({ startDate, stopDate }) => (Number(stopDate) - startDate.getTime()) / 1000);
  return { orders: executions.length, outcomes, waits };
}

/** The item is the product; the orders' own reservations are in nobody's way. */
function oneAtATime(transactionMs: number): Fault {
  let freeAt = 0;
  return async (work, { clock, error }) => {
    const now = clock.now().getTime();
    if (now < freeAt) throw await error('conflict');
    freeAt = now + transactionMs;
    await clock.sleep(transactionMs / 1000);
    return work();
  };
}

/** Seconds from one arrival to the next. */
function pausesWithin(perSecond: number, seconds: number): number[] {
  const { number } = random(1);
  const pauses: number[] = [];
  for (let at = 0; ; ) {
    const pause = -Math.log(1 - number()) / perSecond;
    at += pause;
    if (at > seconds) return pauses;
    pauses.push(pause);
  }
}

export async function measureHotProduct(): Promise<Measure[]> {
  const rushes: Rush[] = [];
  for (const perSecond of RATES) rushes.push(await rush(perSecond, SECONDS));
  const failed = rushes.reduce((sum, { outcomes }) => sum + (outcomes.FAILED ?? 0), 0);
  return [
    ...rushes.map(
      ({ orders, outcomes, waits }, index): Measure => ({
        what: `${RATES[index]} orders per second of one product: TRY_AGAIN`,
        value: (100 * (outcomes.TRY_AGAIN ?? 0)) / orders,
        unit: '%',
        note:
          `of ${orders} in ${SECONDS} s; waits: median ${median(waits).toFixed(1)} s, ` +
          `99 of 100 within ${percentile(waits, 99).toFixed(0)} s`,
      }),
    ),
    {
      what: 'FAILED among all these',
      value: failed,
      unit: 'orders',
      aim: { most: 0 },
      note: `one transaction at a time per item, ${TRANSACTION_MS} ms each, so at most ${1000 / TRANSACTION_MS} a second`,
    },
  ];
}
