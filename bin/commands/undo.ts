import type { Command } from 'commander';
import type { Context } from '../cli/context';
import { CliError } from '../cli/errors';
import { readTimeline, resolveExecution } from '../cli/executions';
import { planUndoing, undo } from '../cli/undoing';
import { isPastReturn } from '../history/notes';
import { verdictOf } from '../history/verdict';
import { table } from '../terminal/table';
import { clip, plain } from '../terminal/text';

export function addUndo(program: Command, context: Context): void {
  program
    .command('undo')
    .description('undo an execution that no redrive can bring to its end: calls its compensations from here')
    .argument('<execution>', 'its name, the order id or its ARN')
    .option('--yes', 'do not ask')
    .action(async (execution: string, options: { yes?: true }) => {
      const { io } = context;
      const cloud = await context.cloud();
      const id = await resolveExecution(cloud, execution);
      const timeline = await readTimeline(cloud, id);
      const { outcome, todo, advice } = verdictOf(timeline);
      if (outcome === 'RUNNING') {
        throw new CliError(
          `${id.name} is running: it may still end by itself. Stop it first if it must be undone.`,
        );
      }
      if (todo === undefined)
        throw new CliError(`${id.name} ended well, as ${outcome}: it is not undone from here.`);
      if (todo === 'retry') throw new CliError(`${id.name} is undone already: nothing is left of it.`);
      if (todo === 'decide') {
        throw new CliError(`Not all of ${id.name} can be undone from here. ${advice ?? 'See the runbook.'}`);
      }

      if (isPastReturn(timeline.visits)) {
        throw new CliError(
          `${id.name} is past the point of undoing: the customer exists. Finish it: ${context.command(`redrive ${id.name}`)}`,
        );
      }
      const plan = await planUndoing(cloud, id.arn, timeline);
      if (plan.length === 0) {
        io.out(`${id.name} had made nothing yet: there is nothing to undo.`);
        return;
      }
      io.err(
        `${id.name} stopped half-way. Undoing it calls, in this order: ${plan.map(({ state }) => state).join(', ')}`,
      );
      if (!options.yes && !(await io.confirm(`Undo ${id.name}?`))) {
        throw new CliError(`${id.name} was not undone. Without a terminal to ask, say --yes.`);
      }
      const clients = { lambda: await cloud.clients.lambda(), dynamodb: await cloud.clients.dynamodb() };
      const done: string[][] = [];
      for (const each of plan) {
        try {
          done.push([each.state, clip(plain(await undo(each, clients)), 120)]);
        } catch (error) {
          const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
          io.out(table([...done, [each.state, io.colours.red(clip(plain(why), 120))]]));
          throw new CliError(
            `${id.name} is not undone yet. When the cause is gone, the same command goes on: what was done is not done twice.`,
          );
        }
      }
      io.out(table(done));
      io.out(`${id.name} is undone. Do not redrive it.`);
    });
}
