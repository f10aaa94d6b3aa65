import { ExecutionNotRedrivable, RedriveExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { type Command, Option } from 'commander';
import { type WorkflowName, workflowNames } from '../../contracts/workflows';
import { type Context, renderOptions } from '../cli/context';
import { CliError } from '../cli/errors';
import { readTimeline, resolveExecution } from '../cli/executions';
import { findHalfWay, type HalfWay } from '../cli/halfway';
import { Interrupted } from '../cli/io';
import { period, wholeNumber } from '../cli/options';
import { tickerOf } from '../cli/ticker';
import { renderStatus } from '../history/render';
import { verdictOf } from '../history/verdict';
import { table } from '../terminal/table';
import { clip, plain } from '../terminal/text';

interface Options {
  all?: true;
  failedAt?: string;
  workflow?: WorkflowName;
  since: number;
  perMinute: number;
}

export function addRedrive(program: Command, context: Context): void {
  program
    .command('redrive')
    .description('let an execution that stopped half-way go on from where it failed, within 14 days')
    .argument('[execution]', 'its name, the order id or its ARN')
    .option('--all', 'every execution that `stuck` lists')
    .option('--failed-at <state>', 'with --all: only those that stopped at this state')
    .addOption(
      new Option('--workflow <workflow>', 'with --all: only of this workflow').choices(workflowNames),
    )
    .addOption(
      new Option('--since <period>', 'with --all: those that ended within the last 12h, 7d, …')
        .argParser(period)
        .default(period('14d'), '14d'),
    )
    .option('--per-minute <n>', 'with --all: how fast', wholeNumber(1, 6000), 60)
    .action(async (execution: string | undefined, options: Options) => {
      if ((execution === undefined) === (options.all === undefined)) {
        throw new CliError('Name one execution, or say --all.', 2);
      }
      if (execution === undefined) await redriveAll(context, options);
      else await redriveOne(context, execution);
    });
}

async function redriveOne(context: Context, execution: string): Promise<void> {
  const cloud = await context.cloud();
  const id = await resolveExecution(cloud, execution);
  const timeline = await readTimeline(cloud, id);
  const { outcome, todo, at } = verdictOf(timeline);
  if (outcome === 'RUNNING') throw new CliError(`${id.name} is running: there is nothing to redrive.`);
  if (todo === undefined)
    throw new CliError(`${id.name} ended well, as ${outcome}: there is nothing to redrive.`);
  if (todo !== 'redrive') {
    context.io.out(renderStatus(timeline, await renderOptions(context, id, timeline)));
    throw new CliError(`${id.name} was not redriven: it would only fail again.`);
  }
  try {
    await cloud.sfn.send(new RedriveExecutionCommand({ executionArn: id.arn }));
  } catch (error) {
    if (!(error instanceof ExecutionNotRedrivable)) throw error;
    throw new CliError(`${id.name} can no longer be redriven: ${error.message}`);
  }
  context.io.out(`${id.name} goes on${at.length > 0 ? ` at ${at.join(' and ')}` : ''}`);
  context.io.err(`Follow it: ${context.command(`status ${id.name} --watch`)}`);
}

/** Redrives one after the other, at a limited rate. If interrupted, run it again: it redrives the rest. */
async function redriveAll(context: Context, options: Options): Promise<void> {
  const { io, command } = context;
  const cloud = await context.cloud();
  const { workflow, failedAt, since } = options;
  const search = { workflow, failedAt, since: new Date(Date.now() - since) };
  const { found, isComplete } = await findHalfWay(cloud, search);
  if (found.length === 0) {
    io.out(`Nothing is stuck${failedAt === undefined ? '' : ` at ${failedAt}`}.`);
    return;
  }
  const results: [HalfWay, string][] = [];
  const wasInterrupted = await io
    .interruptible(async (signal) => {
      const tell = tickerOf(io);
      for (const each of found) {
        if (results.length > 0) await io.sleep(60_000 / options.perMinute, signal);
        results.push([each, await redriven(cloud.sfn, each)]);
        tell(`${results.length} of ${found.length} …`);
      }
      return false;
    })
    .catch((error: unknown) => {
      if (error instanceof Interrupted) return true;
      throw error;
    });

  const head = ['Execution', 'Stopped at', 'Result'].map(io.colours.bold);
  io.out(
    table([head, ...results.map(([each, result]) => [plain(each.name), each.states.join(' and '), result])]),
  );
  const failed = results.filter(([, result]) => result !== goesOn);
  if (failed.length > 0) context.exitCode = 1;
  if (!isComplete) io.err('There are more than could be read: run it again.');
  io.err(`See what became of them: ${command('stuck')}`);
  if (wasInterrupted) throw new Interrupted();
}

const goesOn = 'goes on';

async function redriven(sfn: SFNClient, { arn }: HalfWay): Promise<string> {
  try {
    await sfn.send(new RedriveExecutionCommand({ executionArn: arn }));
    return goesOn;
  } catch (error) {
    return clip(plain(error instanceof Error ? `${error.name}: ${error.message}` : error), 90);
  }
}
