import type { Command } from 'commander';
import { type Context, renderOptions } from '../cli/context';
import { readChildren, readTimeline, resolveExecution } from '../cli/executions';
import { renderHistory } from '../history/render';
import { verdictOf } from '../history/verdict';

export function addHistory(program: Command, context: Context): void {
  program
    .command('history')
    .description('tell what happened: each state, its tries and errors, what was undone, the outcome')
    .argument('<execution>', 'its name, the order id or its ARN')
    .option('--json', 'for machines, with the input, answers and variables in full')
    .action(async (execution: string, options: { json?: true }) => {
      const cloud = await context.cloud();
      const id = await resolveExecution(cloud, execution);
      const timeline = await readTimeline(cloud, id);
      if (options.json) {
        const children = Object.fromEntries(await readChildren(cloud, timeline));
        context.io.out(
          JSON.stringify({ ...id, ...timeline, verdict: verdictOf(timeline), children }, null, 2),
        );
      } else {
        context.io.out(renderHistory(timeline, await renderOptions(context, id, timeline)));
      }
    });
}
