import type { Command } from 'commander';
import type { Context } from '../cli/context';
import { readTimeline, resolveExecution } from '../cli/executions';
import { showStatus, watch } from '../cli/follow';

export function addStatus(program: Command, context: Context): void {
  program
    .command('status')
    .description('say where an execution stands, and why. Exits with 1 when it failed')
    .argument('<execution>', 'its name, the order id or its ARN')
    .option('--watch', 'follow it until it ends')
    .action(async (execution: string, options: { watch?: true }) => {
      const cloud = await context.cloud();
      const id = await resolveExecution(cloud, execution);
      if (options.watch) await watch(context, id);
      else await showStatus(context, id, await readTimeline(cloud, id));
    });
}
