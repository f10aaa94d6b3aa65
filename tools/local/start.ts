// `npm start`: the local cloud with everything deployed, and samples run through it. See --help.

import { Command } from 'commander';
import { progressTo } from '../../bin/terminal/progress';
import { type LocalCloud, startLocalCloud } from './cloud';
import { Problem } from './problem';
import { report, usage } from './report';
import { importSamples } from './samples/imports';
import { onboardingSamples } from './samples/onboarding';
import { orderSamples } from './samples/orders';
import { reviewSamples } from './samples/reviews';
import { runSamples } from './samples/run';
import { seedStock } from './seed';

const program = new Command('npm start --')
  .description(
    'Starts the local cloud (an AWS emulator, a double of Stripe, our Step Functions), deploys every stack to it, ' +
      'runs the samples and stays up until Ctrl-C. It listens on the loopback only and never reaches a real account.',
  )
  .option('--exit', 'stop after the samples; exits 0 only if each ended as expected', false)
  .addHelpText(
    'after',
    '\nEnvironment:\n  LOCAL_CLOUD_PORT  port of the emulator (default: 4566); the others are the next free ones',
  );

async function main(): Promise<number> {
  const { exit } = program.parse().opts<{ exit: boolean }>();
  const { stdout } = process;
  const progress = progressTo(stdout);

  const cloud = await startLocalCloud({ progress });
  const results = await Promise.race([
    progress.step('Ran the samples', async () => {
      await seedStock(cloud.outputs['local-OrderProcessing']?.InventoryTableName ?? '');
      return runSamples(samples, cloud);
    }),
    cloud.died,
  ]);
  stdout.write(`\n${report(results, stdout)}\n`);

  const asExpected = results.every(({ problems }) => problems.length === 0);
  if (exit) return stop(cloud, asExpected ? 0 : 1);
  stdout.write(`\n${usage(cloud.endpoints, stdout)}\n`);
  return cloud.died;
}

const samples = [...orderSamples, ...reviewSamples, ...importSamples, ...onboardingSamples];

async function stop(cloud: LocalCloud, code: number): Promise<number> {
  await cloud.stop();
  return code;
}

// Every way to end this process goes through process.exit, on which all child processes end.
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
for (const [signal, code] of Object.entries(signals)) {
  process.on(signal, () => {
    process.stdout.write('\nStopped.\n');
    process.exit(code);
  });
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`\n${error instanceof Problem ? error : describe(error)}\n`);
    process.exit(1);
  },
);

/** Describes an unexpected error, with its stack. */
const describe = (error: unknown): string =>
  error instanceof Error && error.stack ? error.stack : String(error);
