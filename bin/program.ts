// Builds the command line from its commands, and turns errors into messages and exit codes.

import { Command, CommanderError, Option } from 'commander';
import { type StageName, stages } from '../lib/stages';
import { type Cloud, connect } from './cli/cloud';
import type { Context } from './cli/context';
import { explain } from './cli/errors';
import { idHelp } from './cli/executions';
import { Interrupted, type Io } from './cli/io';
import { addClaim } from './commands/claim';
import { addConsole } from './commands/console';
import { addHistory } from './commands/history';
import { addImport } from './commands/import';
import { addList } from './commands/list';
import { addLogs } from './commands/logs';
import { addReconcile } from './commands/reconcile';
import { addRedrive } from './commands/redrive';
import { addReleases } from './commands/releases';
import { addReview } from './commands/review';
import { addStart } from './commands/start';
import { addStatus } from './commands/status';
import { addStripe } from './commands/stripe';
import { addStuck } from './commands/stuck';
import { addUndo } from './commands/undo';
import { addWelcome } from './commands/welcome';
import { findRunningCloud } from './local-cloud/running';

interface GlobalOptions {
  stage?: StageName;
  debug?: true;
}

const examples = `
${idHelp}

Examples:
  $ npm run workflows -- start order --input order.json --wait
  $ npm run workflows -- status A1 --watch
  $ npm run workflows -- list --status FAILED --since 1h
  $ npm run workflows -- history order-A1
  $ npm run workflows -- logs order-A1
  $ npm run workflows -- start order --from order-A1 --attempt 2

Exit codes: 0 all is well, 1 the workflow or the operation failed, 2 the command was given wrongly.`;

/** Runs one command line, without node and script. Returns the exit code. */
export async function run(
  args: readonly string[],
  io: Io,
  connectTo: (stage: StageName | undefined) => Promise<Cloud> = connect,
  isLocalUp: () => boolean = () => findRunningCloud() !== undefined,
): Promise<number> {
  const program = new Command('workflows');
  const options = () => program.opts<GlobalOptions>();
  let cloud: Promise<Cloud> | undefined;
  const context: Context = {
    io,
    exitCode: 0,
    cloud: () => (cloud ??= announced(connectTo(options().stage), io)),
    hasCloud: () => {
      const { stage = 'local' } = options();
      return stage !== 'local' || isLocalUp();
    },
    command: (words) => {
      const { stage } = options();
      return `npm run workflows -- ${words}${stage === undefined ? '' : ` --stage ${stage}`}`;
    },
  };

  program
    .description('Start the workflows, see what they do, and put right what has failed.')
    .addOption(
      new Option(
        '--stage <stage>',
        'which deployment (default: the local cloud when it runs, else dev)',
      ).choices(Object.keys(stages)),
    )
    .option('--debug', 'show the stack trace of an error')
    .addHelpText('after', examples)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.err(text.trimEnd()),
    });
  for (const add of [
    addStart,
    addStatus,
    addList,
    addHistory,
    addConsole,
    addLogs,
    addReview,
    addStuck,
    addRedrive,
    addUndo,
    addImport,
    addWelcome,
    addReconcile,
    addReleases,
    addStripe,
    addClaim,
  ]) {
    add(program, context);
  }

  try {
    await program.parseAsync(args, { from: 'user' });
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    // Shells report 130 for a program that Ctrl-C ended.
    if (error instanceof Interrupted) return 130;
    const { message, exitCode } = explain(error);
    io.err(`${io.colours.red('Error:')} ${message}`);
    if (options().debug && error instanceof Error) io.err(error.stack ?? '');
    return exitCode;
  }
}

async function announced(connecting: Promise<Cloud>, io: Io): Promise<Cloud> {
  const cloud = await connecting;
  io.err(io.colours.dim(`Using ${cloud.place}`));
  return cloud;
}
