import { ExecutionNotRedrivable, RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { type Context, renderOptions } from '../cli/context';
import { CliError } from '../cli/errors';
import { readTimeline, resolveExecution } from '../cli/executions';
import { renderStatus } from '../history/render';
import { verdictOf } from '../history/verdict';

export function addRedrive(program: Command, context: Context): void {
  program
    .command('redrive')
    .description('let an execution that stopped half-way go on from where it failed, within 14 days')
    .argument('<execution>', 'its name, the order id or its ARN')
    .action(async (execution: string) => {
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
    });
}
