import { Argument, type Command, Option } from 'commander';
import { describeExecution, type ExecutionState } from '../../client/status';
import { machineArn } from '../../contracts/names';
import { type WorkflowName, workflowNames } from '../../contracts/workflows';
import { inBatches } from '../cli/batches';
import type { Context } from '../cli/context';
import { stateMachineArn } from '../cli/executions';
import { period, wholeNumber } from '../cli/options';
import { findExecutions, type Status, statuses } from '../cli/search';
import { failureOf, sentence } from '../history/failure';
import { record } from '../history/json';
import { table } from '../terminal/table';
import { clip, duration, moment, plain } from '../terminal/text';

interface Options {
  status?: Status;
  since: number;
  limit: number;
  json?: true;
}

type Listed = { readonly workflow: WorkflowName } & ExecutionState<unknown>;

/** The longest reason that a row shows, in characters. */
const REASON = 90;

export function addList(program: Command, context: Context): void {
  program
    .command('list')
    .description('list executions, the newest first: how they ended, and why')
    .addArgument(new Argument('[workflow]', 'only those of this workflow').choices(workflowNames))
    .addOption(new Option('--status <status>', 'only those with this status').choices(statuses))
    .addOption(
      new Option('--since <period>', 'those that ran within the last 30m, 12h, 7d, …')
        .argParser(period)
        .default(period('1d'), '1d'),
    )
    .option('--limit <n>', 'the most to show', wholeNumber(1, 1000), 50)
    .option('--json', 'for machines')
    .action(async (workflow: WorkflowName | undefined, options: Options) => {
      const { found, isComplete } = await find(context, workflow ? [workflow] : workflowNames, options);
      const shown = await describe(context, found.slice(0, options.limit));
      if (options.json) context.io.out(JSON.stringify(shown, null, 2));
      else show(context, shown);
      if (found.length > shown.length) {
        context.io.err(`${shown.length} of ${found.length} are shown: see --limit and --since.`);
      }
      if (!isComplete) context.io.err('There are more than could be read: ask for one --status.');
    });
}

async function find({ cloud: connect }: Context, names: readonly WorkflowName[], options: Options) {
  const cloud = await connect();
  const since = new Date(Date.now() - options.since);
  const searches = await Promise.all(
    names.map(async (workflow) => {
      const machine = machineArn(await stateMachineArn(cloud, workflow));
      const search = await findExecutions(cloud.sfn, machine, { status: options.status, since });
      return { ...search, found: search.executions.map((execution) => ({ workflow, ...execution })) };
    }),
  );
  return {
    found: searches.flatMap(({ found }) => found).sort((a, b) => Number(b.startDate) - Number(a.startDate)),
    isComplete: searches.every(({ isComplete }) => isComplete),
  };
}

/** Concurrent calls of DescribeExecution, few enough not to be throttled. */
const AT_ONCE = 20;

async function describe(
  { cloud: connect }: Context,
  found: readonly { workflow: WorkflowName; executionArn: string | undefined }[],
): Promise<Listed[]> {
  const { sfn } = await connect();
  return inBatches(found, AT_ONCE, async ({ workflow, executionArn = '' }) => ({
    workflow,
    ...(await describeExecution<unknown>(sfn, executionArn)),
  }));
}

function show({ io, command }: Context, executions: readonly Listed[]): void {
  if (executions.length === 0) {
    io.out('There is no such execution.');
    return;
  }
  const head = ['Execution', 'Outcome', 'Started', 'Took', 'Why'].map(io.colours.bold);
  const now = new Date();
  io.out(
    table([
      head,
      ...executions.map((execution) => {
        const { name, startedAt } = execution;
        const end = 'endedAt' in execution ? execution.endedAt : undefined;
        return [
          plain(name),
          outcomeOf(execution, io.colours),
          moment(startedAt),
          `${duration((end ?? now).getTime() - startedAt.getTime())}${end ? '' : ' so far'}`,
          clip(reasonOf(execution), REASON),
        ];
      }),
    ]),
  );
  const failed = executions.find((execution) => 'undone' in execution);
  if (failed) {
    io.err(`What happened, and what to do, for each of them: ${command(`history ${plain(failed.name)}`)}`);
  }
}

function outcomeOf(execution: Listed, colours: Context['io']['colours']): string {
  if ('undone' in execution) return colours.red(execution.status + (execution.undone ? ', undone' : ''));
  if (execution.status !== 'SUCCEEDED') return colours.yellow(execution.status);
  const { outcome } = record(execution.output);
  return colours.green(typeof outcome === 'string' ? plain(outcome) : execution.status);
}

function reasonOf(execution: Listed): string {
  if (!('undone' in execution) || execution.error === undefined) return '';
  const failure = failureOf(execution);
  return `${failure.state === undefined ? '' : `${failure.state}: `}${sentence(failure)}`;
}
