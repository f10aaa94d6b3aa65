/** Measures size and cold start of each function, bundled as it is deployed. */
import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { repository } from '../../bin/local-cloud/paths';
import { bundleOptions } from '../../lib/workflow/bundle';
import { type Measure, median } from './measure';
import { temporaryFolder } from './processes';

const LOADS = 7;
const MOST_LOAD_MS = 60;

/** Largest size in KB (1,024 bytes), by what the bundle contains. */
const MOST_KB = { plain: 60, aws: 400, stripe: 650 };
const CONTENT = { plain: 'no AWS client', aws: 'AWS clients', stripe: 'AWS clients and Stripe' };

interface Bundle {
  /** E.g. `order-processing/charge-card`. */
  entry: string;
  file: string;
  bytes: number;
  content: keyof typeof MOST_KB;
}

export async function measureFunctions(): Promise<Measure[]> {
  const folder = temporaryFolder();
  const bundles = await Promise.all(functions().map((entry) => bundle(entry, folder)));
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, 'export {};\n');

  const loads = new Map<string, number[]>(
    [empty, ...bundles.map(({ file }) => file)].map((file) => [file, []]),
  );
  // In rounds, so that a busy moment of the machine does not affect one function only.
  for (let round = 0; round < LOADS; round++) {
    for (const [file, times] of loads) times.push(await loadMilliseconds(file));
  }
  const load = (file: string) => median(loads.get(file) ?? []);

  return [
    ...bundles.map(
      ({ entry, bytes, content }): Measure => ({
        what: `Bundle of ${entry}`,
        value: bytes / 1024,
        unit: 'KB',
        aim: { most: MOST_KB[content] },
        note: CONTENT[content],
      }),
    ),
    {
      what: 'Load of an empty module',
      value: load(empty),
      unit: 'ms',
      note: `to compare with; a fresh node each time, median of ${LOADS}`,
    },
    ...bundles.map(
      ({ entry, file }): Measure => ({
        what: `Load of ${entry}`,
        value: load(file),
        unit: 'ms',
        aim: { most: MOST_LOAD_MS },
        note: `${(load(file) - load(empty)).toFixed(0)} ms more than an empty module`,
      }),
    ),
  ];
}

/** Every handler below lambda/. */
function functions(): string[] {
  const lambda = join(repository, 'lambda');
  return readdirSync(lambda, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(join(lambda, name)).map((file) => `${name}/${file}`))
    .filter((file) => file.endsWith('.lambda.ts'))
    .map((file) => file.replace(/\.lambda\.ts$/, ''));
}

async function bundle(entry: string, folder: string): Promise<Bundle> {
  const file = join(folder, `${entry.replace('/', '-')}.mjs`);
  const options = { ...bundleOptions(entry), sourcemap: false, metafile: true } as const;
  const { metafile } = await build({ ...options, outfile: file });
  const inputs = Object.keys(metafile.inputs);
  const has = (part: string) => inputs.some((input) => input.includes(`node_modules/${part}`));
  const [output] = Object.values(metafile.outputs);
  return {
    entry,
    file,
    bytes: output?.bytes ?? 0,
    content: has('stripe/') ? 'stripe' : has('@aws-sdk/client-') ? 'aws' : 'plain',
  };
}

const LOADER = `
const start = performance.now();
await import(process.argv[1]);
console.log(performance.now() - start);
`;

async function loadMilliseconds(file: string): Promise<number> {
  const args = ['--input-type=module', '--eval', LOADER, pathToFileURL(file).href];
  // Without this process's loader and settings.
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH: process.env.PATH } });
  return Number(stdout);
}
