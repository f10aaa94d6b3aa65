// `npm start`: the local cloud with everything deployed, and samples run through it. See --help.

import { Command, Option } from 'commander';
import { connect } from '../../bin/cli/cloud';
import { coloursFor, type Progress, progressTo } from '../../bin/terminal/progress';
import { type LocalCloud, startLocalCloud } from './cloud';
import { isSynthesized, sourcesNow } from './deployment';
import { oldNode } from './node-version';
import { Problem } from './problem';
import { redeployer } from './redeploy';
import { changed, report, usage } from './report';
import { samplesNamed } from './samples';
import { runSamples } from './samples/run';
import { seedStock } from './seed';
import { onChange, onEnter, oneAtATime, ownsTerminal } from './triggers';

const program = new Command('npm start --')
  .description(
    'Starts the local cloud (an AWS emulator, a double of Stripe, our Step Functions), deploys every stack to it, ' +
      'runs the samples and stays up until Ctrl-C. It listens on the loopback only and never reaches a real account.',
  )
  .option('--only <name>', 'only samples whose name begins so, such as order or order-1005; none: no samples')
  .option('--watch', 'deploy whenever a source has changed, as Enter does')
  .addOption(
    new Option('--exit', 'stop after the samples; exits 0 only if each ended as expected').conflicts('watch'),
  )
  .addHelpText(
    'after',
    '\nWhile it is up:\n  Enter             synthesizes, deploys the stacks that changed, and says what that was;\n' +
      '                    for changes in tools/ start anew\n  Ctrl-C            ends all of it',
  )
  .addHelpText(
    'after',
    '\nEnvironment:\n  LOCAL_CLOUD_PORT  port of the emulator (default: 4566); the others are the next free ones',
  );

async function main(): Promise<number> {
  const { exit, only = '', watch } = program.parse().opts<{ exit?: true; only?: string; watch?: true }>();
  const samples = samplesNamed(only);
  const { stdout } = process;
  const progress = progressTo(stdout);
  const warning = oldNode();
  if (warning) process.stderr.write(`${warning}\n`);

  const cloud = await startLocalCloud({ progress });
  const link = exit ? undefined : await openConsole();
  if (link) stdout.write(`\n${watchIt(link)}\n\n`);
  await Promise.race([seedStock(cloud.outputs.OrderProcessing?.InventoryTableName ?? ''), cloud.died]);
  const results =
    samples.length > 0
      ? await Promise.race([progress.step('Ran the samples', () => runSamples(samples, cloud)), cloud.died])
      : [];
  if (results.length > 0) stdout.write(`\n${report(results, stdout)}\n`);

  const asExpected = results.every(({ problems }) => problems.length === 0);
  if (exit) return stop(cloud, asExpected ? 0 : 1);
  stdout.write(`\n${link ? `${watchIt(link)}\n` : ''}${usage(cloud.endpoints, stdout)}\n`);
  const ask = redeployOnRequest(cloud, progress);
  if (!process.stdin.isTTY || ownsTerminal()) onEnter(process.stdin, ask);
  if (watch) {
    onChange(sourcesNow, ask);
    if (!isSynthesized(cloud.endpoints.stripe)) void ask();
  }
  return cloud.died;
}

/** Starts the page that shows executions, and returns its link. */
async function openConsole(): Promise<string> {
  const { startConsole } = await import('../../console');
  const { link } = await startConsole(await connect('local'), (words) => `npm run workflows -- ${words}`);
  return link();
}

const watchIt = (link: string): string => `${coloursFor(process.stdout).bold('See it run:')}      ${link}`;

/** Neither a mistake in the sources nor a refused deployment ends the cloud: whoever made it mends it, and asks again. */
function redeployOnRequest(cloud: LocalCloud, progress: Progress): () => Promise<void> {
  const { stdout, stderr } = process;
  const redeploy = redeployer(cloud);
  return oneAtATime(async () => {
    try {
      stdout.write(`\n${changed(await redeploy(progress), stdout)}\n`);
    } catch (error) {
      stderr.write(`\n${said(error)}\n\nThe local cloud is as it was. Mend it, then press Enter.\n`);
    }
  });
}

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
    process.stderr.write(`\n${said(error)}\n`);
    process.exit(1);
  },
);

/** Of what is not foreseen, the stack is worth seeing. */
function said(error: unknown): string {
  return error instanceof Error && error.stack && !(error instanceof Problem) ? error.stack : String(error);
}
