import { Argument, type Command, Option } from 'commander';
import { type WorkflowName, workflowNames } from '../../contracts/workflows';
import type { Context } from '../cli/context';
import { findHalfWay, type HalfWay } from '../cli/halfway';
import { period } from '../cli/options';
import { table } from '../terminal/table';
import { clip, duration, money, plain } from '../terminal/text';

interface Options {
  since: number;
  json?: true;
}

export function addStuck(program: Command, context: Context): void {
  program
    .command('stuck')
    .description('list executions that stopped half-way: neither completed nor undone, the oldest first')
    .addArgument(new Argument('[workflow]', 'only those of this workflow').choices(workflowNames))
    .addOption(
      new Option('--since <period>', 'those that ended within the last 12h, 7d, …')
        .argParser(period)
        .default(period('90d'), '90d'),
    )
    .option('--json', 'for machines')
    .action(async (workflow: WorkflowName | undefined, { since, json }: Options) => {
      const cloud = await context.cloud();
      const { found, isComplete } = await findHalfWay(cloud, {
        workflow,
        since: new Date(Date.now() - since),
      });
      if (json) context.io.out(JSON.stringify(found, null, 2));
      else show(context, found);
      if (!isComplete)
        context.io.err('There are more than could be read: name a workflow, or a shorter --since.');
      // Scripts can test the exit code for something to do.
      if (found.length > 0) context.exitCode = 1;
    });
}

function show({ io, command }: Context, found: readonly HalfWay[]): void {
  if (found.length === 0) {
    io.out('Nothing is stuck.');
    return;
  }
  const head = ['Execution', 'Stopped at', 'Error', 'Since', 'Amount', 'To redrive'].map(io.colours.bold);
  const now = Date.now();
  io.out(table([head, ...found.map((each) => rowOf(each, now, io.colours))]));
  const states = [
    ...new Set(found.filter(({ redriveUntil }) => redriveUntil).flatMap(({ states }) => states)),
  ];
  for (const state of states) {
    io.err(
      `When the cause is gone, all that stopped there: ${command(`redrive --all --failed-at ${state}`)}`,
    );
  }
  const lost = found.find(({ redriveUntil }) => !redriveUntil);
  if (lost) io.err(`What cannot be redriven any more is undone with: ${command(`undo ${plain(lost.name)}`)}`);
}

const rowOf = (each: HalfWay, now: number, colours: Context['io']['colours']): string[] => [
  plain(each.name),
  each.states.join(' and ') || '–',
  clip(plain(each.error), 40),
  `${duration(now - each.stoppedAt.getTime())} ago`,
  each.amount ? money(each.amount.value, each.amount.currency) : '–',
  each.redriveUntil ? `${duration(each.redriveUntil.getTime() - now)} left` : colours.red('no more'),
];
