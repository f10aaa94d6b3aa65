/** Simulated orders per second: the real definition, functions and history, one at a time, doubles in memory. */
import { openShop } from '../test/support/run-order';
import { type Measure, median } from './measure';

const WARM_UP = 2_000;
const ROUNDS = 5;
const ORDERS = 1_000;
const ORDERS_PER_SECOND = 1_000;

export async function measureOrders(): Promise<Measure[]> {
  // Stripe's client makes a stack trace for every request. tsx has them mapped to TypeScript, which Lambda has not.
  process.setSourceMapsEnabled(false);
  await run(WARM_UP);
  const rounds: { perSecond: number; perCpuSecond: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await timed());
  return [
    {
      what: 'Simulated orders per second',
      value: median(rounds.map(({ perSecond }) => perSecond)),
      unit: '1/s',
      aim: { least: ORDERS_PER_SECOND },
      note: `median of ${ROUNDS} rounds of ${ORDERS} orders, 9 transitions each, full history; aim: on an idle core`,
    },
    {
      what: 'Simulated orders per second of CPU time',
      value: median(rounds.map(({ perCpuSecond }) => perCpuSecond)),
      unit: '1/s',
      note: 'the same rounds; all threads of the process, so it depends less on what else runs',
    },
  ];
}

async function timed(): Promise<{ perSecond: number; perCpuSecond: number }> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await run(ORDERS);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: ORDERS / seconds, perCpuSecond: ORDERS / ((user + system) / 1e6) };
}

async function run(count: number): Promise<void> {
  const shop = openShop({ MUG: 2 * count, TEA: count });
  for (let index = 0; index < count; index++) {
    const { outcome, transitions } = await shop.run({ orderId: `B-${index}` });
    if (outcome !== 'SHIPPED' || transitions !== 9)
      throw new Error(`Order ${index}: ${outcome}, ${transitions}`);
  }
}
