import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { Argument, type Command, Option } from 'commander';
import { startOnce } from '../../client/start';
import { executionName } from '../../contracts/names';
import { type NamedById, namesById, workflows } from '../../contracts/workflows';
import type { Context } from '../cli/context';
import { CliError } from '../cli/errors';
import { explainingMissing, resolveExecution, stateMachineArn } from '../cli/executions';
import { showStatus, untilEnded } from '../cli/follow';
import { readJson } from '../cli/input';
import { wholeNumber } from '../cli/options';
import { record } from '../history/json';
import { moment } from '../terminal/text';

interface Options {
  input?: string;
  from?: string;
  attempt: number;
  wait?: true;
}

export function addStart(program: Command, context: Context): void {
  program
    .command('start')
    .description('start a workflow, once: the same input again is the same execution')
    .addArgument(new Argument('<workflow>', 'what to start').choices(namesById))
    .option('--input <file>', 'its input as JSON (an order, a signup); - reads it from the standard input')
    .addOption(new Option('--from <execution>', 'take the input of an earlier execution').conflicts('input'))
    .option('--attempt <n>', '2 or more tries again what has ended', wholeNumber(1, 999), 1)
    .option('--wait', 'wait for the end. Exits with 1 when it failed')
    .action(async (workflow: NamedById, options: Options) => {
      const input = await inputOf(options, context);
      const name = executionName(workflow, record(input)[workflows[workflow].id], options.attempt);
      const cloud = await context.cloud();
      const started = await startOnce(cloud.sfn, {
        stateMachineArn: await stateMachineArn(cloud, workflow),
        name,
        input,
      });
      const id = { name: started.name, arn: started.executionArn };
      if (options.wait) {
        await showStatus(context, id, await untilEnded(context, id));
        return;
      }
      context.io.out(`${id.name}  started ${moment(started.startedAt)}\n${id.arn}`);
      context.io.err(`Follow it: ${context.command(`status ${id.name} --watch`)}`);
    });
}

async function inputOf({ input, from }: Options, { io, cloud: connect }: Context): Promise<unknown> {
  if (input !== undefined) return readJson(input, io);
  if (from === undefined) {
    throw new CliError('Say what to start with: --input <file>, or - for the standard input.', 2);
  }
  const cloud = await connect();
  const id = await resolveExecution(cloud, from);
  const earlier = await explainingMissing(cloud, id, () =>
    cloud.sfn.send(new DescribeExecutionCommand({ executionArn: id.arn })),
  );
  return JSON.parse(earlier.input ?? '{}');
}
