import type { Command } from 'commander';
import type { Context } from '../cli/context';
import { definitionNamed } from '../cli/definitions';
import { CliError } from '../cli/errors';
import { resolveExecution } from '../cli/executions';

interface Options {
  definition?: string;
}

interface Opened {
  link: string;
  close(): Promise<void>;
}

export function addConsole(program: Command, context: Context): void {
  program
    .command('console')
    .description('show executions in the browser, live: a page on this machine that only reads, until Ctrl-C')
    .argument('[execution]', 'the one to open: its name, the order id or its ARN')
    .option(
      '--definition <workflow>',
      'open a definition instead, as it is deployed; without a cloud, as its file in statemachines/ has it',
    )
    .action(async (execution: string | undefined, { definition }: Options) => {
      if (definition !== undefined && execution !== undefined)
        throw new CliError('Give an execution or --definition, not both.', 2);
      const { link, close } =
        definition === undefined
          ? await openExecution(context, execution)
          : await openDefinition(context, definition);
      context.io.out(link);
      context.io.err(
        'Open the link in a browser on this machine. Whoever has it can read what it shows. Ctrl-C ends it.',
      );
      try {
        await context.io.interruptible((signal) => context.io.sleep(FOREVER, signal));
      } finally {
        await close();
      }
    });
}

// The console is loaded below, because no other command needs it.

async function openExecution(context: Context, execution: string | undefined): Promise<Opened> {
  const cloud = await context.cloud();
  const id = execution === undefined ? undefined : await resolveExecution(cloud, execution);
  const { startConsole } = await import('../../console');
  const { link, close } = await startConsole(cloud, context.command);
  const shown = execution?.startsWith('arn:') ? id?.arn : id?.name;
  return { link: link(shown === undefined ? {} : { execution: shown }), close };
}

async function openDefinition(context: Context, definition: string): Promise<Opened> {
  // A wrong name is refused before anything listens.
  const { name } = definitionNamed(definition);
  const { startConsole, startConsoleOfFiles } = await import('../../console');
  const { link, close } = context.hasCloud()
    ? await startConsole(await context.cloud(), context.command)
    : await startConsoleOfFiles();
  return { link: link({ definition: name }), close };
}

/** The longest time that Node can wait, in milliseconds: 24 days. */
const FOREVER = 2 ** 31 - 1;
