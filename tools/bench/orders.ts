/** Simulated orders per second: the real definition, functions and history, one at a time, doubles in memory. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { repository } from '../../bin/local-cloud/paths';
import { type Measure, median } from './measure';
import type { OrderLoop } from './order-loop';
import { run, temporaryFolder } from './processes';

const LEAST_PER_SECOND = 1_000;

export async function measureOrders(): Promise<Measure[]> {
  const { ordersInRound, rounds } = await orderLoop();
  return [
    {
      what: 'Simulated orders per second',
      value: median(rounds.map(({ perSecond }) => perSecond)),
      unit: '1/s',
      aim: { least: LEAST_PER_SECOND },
      note: `median of ${rounds.length} rounds of ${ordersInRound}, 9 transitions and the full history each; aim: one idle core`,
    },
    {
      what: 'Simulated orders per second of CPU time',
      value: median(rounds.map(({ perCpuSecond }) => perCpuSecond)),
      unit: '1/s',
      note: 'the same rounds, garbage collector’s threads included: depends less on what else runs',
    },
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
