// The smoke test's command line, and the table that it prints.

import { randomBytes } from 'node:crypto';
import { Command, CommanderError, Option } from 'commander';
import { type StageName, stages } from '../../lib/stages';
import { type Cloud, connect } from '../cli/cloud';
import { explain } from '../cli/errors';
import { Interrupted, type Io } from '../cli/io';
import { wholeNumber } from '../cli/options';
import { table } from '../terminal/table';
import { type Check, rejects, type Smoke, ships } from './checks';
import { smokeId, whyNothingShips } from './orders';

interface Options {
  stage: StageName;
  ship: boolean;
  timeout: number;
}

const help = `
It needs the rights of somebody who starts orders; for one that ships also dynamodb:UpdateItem on the inventory,
states:GetExecutionHistory and DescribeStateMachineForExecution, and lambda:InvokeFunction on CancelShipment.

Exit codes: 0 all ended as expected, 1 something did not, 2 the command was given wrongly.`;

/** Runs it. Returns the exit code. */
export async function smoke(
  args: readonly string[],
  io: Io,
  connectTo: (stage: StageName) => Promise<Cloud> = connect,
): Promise<number> {
  const program = new Command('npm run smoke --')
    .description(
      'Sends orders through a deployed stage: one that validation rejects; and where Stripe is in test mode, one that ' +
        'ships, whose shipment it cancels at once. Says what stays there afterwards.',
    )
    .addOption(
      new Option('--stage <stage>', 'which deployment').choices(Object.keys(stages)).makeOptionMandatory(),
    )
    .option('--no-ship', 'no order that ships: for a stage whose fulfilment queue nobody reads')
    .option('--timeout <seconds>', 'how long an order may take', wholeNumber(5, 3600), 120)
    .addHelpText('after', help)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.err(text.trimEnd()),
    });
  try {
    const { stage, ship, timeout } = program.parse(args, { from: 'user' }).opts<Options>();
    const cloud = await connectTo(stage);
    io.err(io.colours.dim(`Using ${cloud.place}`));
    return report(await checks({ cloud, io, timeout }, ship), stage, io);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    // As shells do for a program that Ctrl-C ended.
    if (error instanceof Interrupted) return 130;
    io.err(`${io.colours.red('Error:')} ${explain(error).message}`);
    return 1;
  }
}

async function checks(run: Smoke, ship: boolean): Promise<Check[]> {
  const id = smokeId(new Date(), randomBytes(2).toString('hex'));
  const rejected = await rejects(run, `${id}-rejected`);
  const why = ship ? whyNothingShips(stages[run.cloud.stage]) : '--no-ship';
  if (why === undefined) return [rejected, await ships(run, `${id}-ships`)];
  run.io.err(`No order ships: ${why}`);
  return [rejected];
}

function report(all: readonly Check[], stage: StageName, { out, err, colours }: Io): number {
  const rows = all.map(({ isRight, shows, expected, found, seconds, execution }) => [
    isRight ? colours.green('✔') : colours.red('✘'),
    shows,
    expected,
    (isRight ? colours.green : colours.red)(found),
    `${seconds.toFixed(1)} s`,
    execution,
  ]);
  out(table([['', 'Sent', 'Expected', 'Came', 'Took', 'Execution'], ...rows]));
  out(
    ['', 'What stays there:', ...all.flatMap(({ leaves }) => leaves).map((line) => `- ${line}`)].join('\n'),
  );
  const wrong = all.filter(({ isRight }) => !isRight);
  for (const { execution } of wrong)
    if (execution) err(`Look closer: npm run workflows -- history ${execution} --stage ${stage}`);
  return wrong.length > 0 ? 1 : 0;
}
