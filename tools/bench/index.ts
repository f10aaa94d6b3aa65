/** `npm run bench` measures the numbers that the README and the project's aims mention. See --help. */
import { Command, Option } from 'commander';
import { progressTo } from '../../bin/terminal/progress';
import { measureStart, measureTests } from './commands';
import { measureConsole } from './console';
import { measureEmulator } from './emulator';
import { measureFunctions } from './functions';
import { measureHotProduct } from './hot-product';
import { type Measure, report } from './measure';
import { measureOrders } from './orders';

const PARTS = ['orders', 'hot-product', 'functions', 'console', 'test', 'start'] as const;
type Part = (typeof PARTS)[number];

const program = new Command('npm run bench --')
  .description(
    'Measures simulated orders per second, what becomes of orders for one product, size and cold start of each function, what a reader of the console waits for (in Chromium, where there is one), and the time that npm test takes. ' +
      'Prints one table: what was measured, with its unit, and the aim beside it. Run it on an idle machine.',
  )
  .option(
    '--start',
    'also measure from a clone of HEAD to the first order, cold and warm; takes minutes',
    false,
  )
  .addOption(new Option('--only <part>', 'measure this part alone').choices(PARTS))
  .addHelpText('after', '\nKB are 1,024 bytes, minified, without the source map.');

async function main(): Promise<void> {
  const { only, start } = program.parse().opts<{ only?: Part; start: boolean }>();
  const parts = only ? [only] : PARTS.filter((part) => part !== 'start' || start);
  const progress = progressTo(process.stdout);
  const measure: Record<Part, () => Promise<Measure[]>> = {
    orders: async () => [
      ...(await progress.step('Simulated orders', measureOrders)),
      ...(await progress.step('Seven states in simulator and emulator', measureEmulator)),
    ],
    'hot-product': () => progress.step('A product that everybody orders', measureHotProduct),
    functions: () => progress.step('Bundled and loaded the functions', measureFunctions),
    console: () => progress.step('The console in Chromium', measureConsole),
    test: () => progress.step('npm test', measureTests),
    start: () => measureStart(progress),
  };
  const measures: Measure[] = [];
  for (const part of parts) measures.push(...(await measure[part]()));
  process.stdout.write(`\n${report(measures, process.stdout)}\n`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`\n${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  },
);
