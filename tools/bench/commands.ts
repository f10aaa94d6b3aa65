/** Measures the commands that people wait for: the tests, and from a clone to the first order. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { repository } from '../../bin/local-cloud/paths';
import type { Progress } from '../../bin/terminal/progress';
import { preferPort } from '../local/ports';
import type { Measure } from './measure';
import { run, temporaryFolder } from './processes';

const MOST_TEST_SECONDS = 60;

export async function measureTests(): Promise<Measure[]> {
  let tests = '';
  const seconds = await run('npm', ['test'], {
    folder: repository,
    onLine: (line) => {
      tests = /^Tests:.*?(\d+) total/.exec(line)?.[1] ?? tests;
    },
  });
  const note = `${tests} tests; ${availableParallelism()} cores here, aim: on 2 idle ones`;
  return [{ what: 'npm test', value: seconds, unit: 's', aim: { most: MOST_TEST_SECONDS }, note }];
}

/** Cold: a new clone, with npm's and pip's own caches as they are. Warm: `npm start` again, in the same clone. */
export async function measureStart(progress: Progress): Promise<Measure[]> {
  const folder = join(temporaryFolder(), 'clone');
  const step = (name: string, args: string[], where = folder) =>
    progress.step(name, () => run(args[0] ?? '', args.slice(1), { folder: where }));

  const clone = await step('Cloned HEAD', ['git', 'clone', '--quiet', repository, folder], repository);
  const install = await step('npm ci', ['npm', 'ci']);
  // On the same port, because the templates contain the Stripe double's address and would be made again.
  const port = await preferPort(0);
  const cold = await progress.step('npm start -- --exit, cold', () => start(folder, port));
  const warm = await progress.step('npm start -- --exit, warm', () => start(folder, port));

  const before = clone + install;
  const rest = (earlier: number, { samples }: Start) =>
    `all samples after ${(earlier + samples).toFixed(0)} s`;
  return [
    {
      what: 'From clone to the first shipped order, cold',
      value: before + cold.shipped,
      unit: 's',
      note: `clone ${clone.toFixed(1)} s, npm ci ${install.toFixed(1)} s, npm start the rest; ${rest(before, cold)}`,
    },
    {
      what: 'From npm start to the first shipped order, warm',
      value: warm.shipped,
      unit: 's',
      note: `the same clone again; ${rest(0, warm)}`,
    },
  ];
}

/** Seconds since `npm start`. */
interface Start {
  shipped: number;
  samples: number;
}

async function start(folder: string, port: number): Promise<Start> {
  const started = performance.now();
  let samples = Number.NaN;
  let sampling = Number.NaN;
  let order = Number.NaN;
  await run('npm', ['start', '--', '--exit'], {
    folder,
    environment: { LOCAL_CLOUD_PORT: String(port) },
    onLine: (line) => {
      const ran = /Ran the samples \(([\d.]+) s\)/.exec(line);
      if (ran) {
        samples = (performance.now() - started) / 1000;
        sampling = Number(ran[1]);
      }
      order = Number(/^order-\S+ .* SHIPPED +([\d.]+) s/.exec(line)?.[1] ?? order);
    },
  });
  // The samples start together, so the order's own time counts from their start.
  return { samples, shipped: samples - sampling + order };
}
