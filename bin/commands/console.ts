import type { Command } from 'commander';
import type { Context } from '../cli/context';
import { resolveExecution } from '../cli/executions';

export function addConsole(program: Command, context: Context): void {
  program
    .command('console')
    .description('show executions in the browser, live: a page on this machine that only reads, until Ctrl-C')
    .argument('[execution]', 'the one to open: its name, the order id or its ARN')
    .action(async (execution: string | undefined) => {
      const cloud = await context.cloud();
      const id = execution === undefined ? undefined : await resolveExecution(cloud, execution);
      // Loaded here, because no other command needs it.
      const { startConsole } = await import('../../console');
      const { link, close } = await startConsole(cloud, context.command);
      context.io.out(link(execution?.startsWith('arn:') ? id?.arn : id?.name));
      context.io.err(
        'Open the link in a browser on this machine. Whoever has it can read executions. Ctrl-C ends it.',
      );
      try {
        await context.io.interruptible((signal) => context.io.sleep(FOREVER, signal));
      } finally {
        await close();
      }
    });
}

/** The longest time that Node can wait, in milliseconds: 24 days. */
const FOREVER = 2 ** 31 - 1;
