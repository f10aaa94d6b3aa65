/** What tools/bench/orders.ts measures, in a process of its own. Prints what it came to as one line of JSON. */
import { openShop } from '../world/order-shop';

const WARM_UP = 2_000;
const ROUNDS = 7;
const ORDERS = 1_000;

export interface OrderLoop {
  ordersInRound: number;
  /** Orders per second, and per second of the CPU time of all threads. */
  rounds: { perSecond: number; perCpuSecond: number }[];
}

async function main(): Promise<OrderLoop> {
  await run(WARM_UP);
  const rounds: OrderLoop['rounds'] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const cpu = process.cpuUsage();
    const started = performance.now();
    await run(ORDERS);
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    rounds.push({ perSecond: ORDERS / seconds, perCpuSecond: ORDERS / ((user + system) / 1e6) });
  }
  return { ordersInRound: ORDERS, rounds };
}

async function run(count: number): Promise<void> {
  const shop = openShop({ MUG: 2 * count, TEA: count });
  for (let index = 0; index < count; index++) {
    const { outcome, transitions } = await shop.run({ orderId: `B-${index}` });
    if (outcome !== 'SHIPPED' || transitions !== 9)
      throw new Error(`Order ${index}: ${outcome}, ${transitions}`);
  }
}

main().then(
  (result) => process.stdout.write(`${JSON.stringify(result)}\n`),
  (error: unknown) => {
    process.stderr.write(`${error}\n`);
    process.exitCode = 1;
  },
);
