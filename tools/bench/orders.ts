/** What the simulator does in a second, one execution at a time in one process. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { repository } from '../../bin/local-cloud/paths';
import { type Measure, median } from './measure';
import type { OrderLoop, Rate } from './order-loop';
import { run, temporaryFolder } from './processes';

/** Per second of one idle core. */
const LEAST = { whole: 1_300, bare: 2_600 };

export async function measureOrders(): Promise<Measure[]> {
  const { ordersInRound, states, whole, bare } = await orderLoop();
  const rounds = `median of ${whole.length} rounds of ${ordersInRound}, in turn`;
  const measures = (what: string, rates: Rate[], least: number, note: string): Measure[] => [
    {
      what: `${what} per second`,
      value: median(rates.map(({ perSecond }) => perSecond)),
      unit: '1/s',
      aim: { least },
      note: `${note}; ${rounds}; aim: one idle core`,
    },
    {
      what: `${what} per second of CPU time`,
      value: median(rates.map(({ perCpuSecond }) => perCpuSecond)),
      unit: '1/s',
      note: 'the same rounds, garbage collector’s threads included: depends less on what else runs',
    },
  ];
  return [
    ...measures('Whole orders', whole, LEAST.whole, `${states} states, functions and doubles, full history`),
    ...measures('Bare definitions', bare, LEAST.bare, 'the same, but tasks are answered at once'),
  ];
}

/** Compiled first, as functions and tests are: what tsx adds to every closure and stack trace costs a fifth. */
async function orderLoop(): Promise<OrderLoop> {
  const file = join(temporaryFolder(), 'order-loop.js');
  await build({
    entryPoints: [join(repository, 'tools', 'bench', 'order-loop.ts')],
    outfile: file,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    // tools/world/definitions.ts finds the definitions from where it is.
    define: { __dirname: JSON.stringify(join(repository, 'tools', 'world')) },
  });
  let printed = '';
  await run(process.execPath, [file], {
    folder: repository,
    environment: { NODE_PATH: join(repository, 'node_modules'), NODE_OPTIONS: '' },
    onLine: (line) => {
      printed = line;
    },
  });
  return JSON.parse(printed);
}
