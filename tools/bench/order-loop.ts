/** What tools/bench/orders.ts measures, in a process of its own. Prints what it came to as one line of JSON. */

import { simulate } from '../simulator';
import type { Execution } from '../simulator/types';
import { definitionOf } from '../world/definitions';
import { openShop } from '../world/order-shop';
import { orderInput } from '../world/orders';

const WARM_UP = 2_000;
const ROUNDS = 7;
const ORDERS = 1_000;

/** Per second, and per second of the CPU time of all threads. */
export interface Rate {
  perSecond: number;
  perCpuSecond: number;
}

export interface OrderLoop {
  ordersInRound: number;
  /** Entered by each. */
  states: number;
  /** Whole orders: functions, tables and Stripe are doubles in memory. */
  whole: Rate[];
  /** The same definition, each task answered at once with what it came to in a whole order. */
  bare: Rate[];
}

async function main(): Promise<OrderLoop> {
  const { execution, states } = await openShop({ MUG: 2, TEA: 1 }).run({ orderId: 'B' });
  const bare = bareOrders(taskResults(execution));
  await wholeOrders(WARM_UP);
  await bare(WARM_UP);
  const result: OrderLoop = { ordersInRound: ORDERS, states: states.length, whole: [], bare: [] };
  // In turn, so that a busy moment of the machine does not fall on one of them alone.
  for (let round = 0; round < ROUNDS; round++) {
    result.whole.push(await rate(wholeOrders));
    result.bare.push(await rate(bare));
  }
  return result;
}

async function rate(run: (count: number) => Promise<void>): Promise<Rate> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await run(ORDERS);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: ORDERS / seconds, perCpuSecond: ORDERS / ((user + system) / 1e6) };
}

async function wholeOrders(count: number): Promise<void> {
  const shop = openShop({ MUG: 2 * count, TEA: count });
  for (let index = 0; index < count; index++) {
    const { outcome, transitions } = await shop.run({ orderId: `B-${index}` });
    if (outcome !== 'SHIPPED' || transitions !== 9)
      throw new Error(`Order ${index}: ${outcome}, ${transitions}`);
  }
}

function bareOrders(results: ReadonlyMap<string, unknown>) {
  const definition = definitionOf('order-processing');
  const input = orderInput({});
  return async (count: number): Promise<void> => {
    for (let index = 0; index < count; index++) {
      const { transitions, cause } = await simulate(definition, {
        input,
        task: ({ state }) => results.get(state),
      });
      if (transitions !== 9) throw new Error(`Bare definition ${index}: ${transitions}, ${cause}`);
    }
  };
}

/** What each task came to, by its state. */
function taskResults({ events }: Execution): Map<string, unknown> {
  const stateOf = (id: number): string => {
    const event = events[id - 1];
    const entered = event?.stateEnteredEventDetails;
    return entered ? String(entered.name) : stateOf(event?.previousEventId ?? 0);
  };
  return new Map(
    events.flatMap(({ id, taskSucceededEventDetails: succeeded }) =>
      succeeded ? [[stateOf(id), JSON.parse(String(succeeded.output))]] : [],
    ),
  );
}

main().then(
  (result) => process.stdout.write(`${JSON.stringify(result)}\n`),
  (error: unknown) => {
    process.stderr.write(`${error}\n`);
    process.exitCode = 1;
  },
);
