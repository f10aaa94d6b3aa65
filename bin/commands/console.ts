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
    .argument(
      '[executions...]',
      'the one to open: its name, the order id or its ARN; several stand side by side',
    )
    .option(
      '--definition <workflow>',
      'open a definition instead, as it is deployed; without a cloud, as its file in statemachines/ has it',
    )
    .action(async (executions: string[], { definition }: Options) => {
      if (definition !== undefined && executions.length > 0)
        throw new CliError('Give executions or --definition, not both.', 2);
      const { link, close } =
        definition === undefined
          ? await openExecutions(context, executions)
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

async function openExecutions(context: Context, executions: readonly string[]): Promise<Opened> {
  const cloud = await context.cloud();
  const ids = await Promise.all(
    executions.map(async (each) => {
      const { name, arn } = await resolveExecution(cloud, each);
      return each.startsWith('arn:') ? arn : name;
    }),
  );
  const { MOST_COMPARED, startConsole } = await import('../../console');
  if (ids.length > MOST_COMPARED)
    throw new CliError(`At most ${MOST_COMPARED} executions stand side by side.`, 2);
  const [first] = ids;
  const { link, close } = await startConsole(cloud, context.command);
  const view = ids.length > 1 ? { compare: ids.join(',') } : first === undefined ? {} : { execution: first };
  return { link: link(view), close };
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
