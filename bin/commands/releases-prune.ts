import type { LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteStateMachineVersionCommand } from '@aws-sdk/client-sfn';
import { type Command, Option } from 'commander';
import type { Cloud } from '../cli/cloud';
import type { Context } from '../cli/context';
import { CliError } from '../cli/errors';
import { Interrupted } from '../cli/io';
import { period, wholeNumber } from '../cli/options';
import { tickerOf } from '../cli/ticker';
import { type FunctionVersion, surplusFunctions } from '../releases/functions';
import { namedIn, type Release, type Survey, surveyReleases, usualRule } from '../releases/survey';
import { table } from '../terminal/table';
import { clip, plain } from '../terminal/text';

interface Options {
  keep: number;
  olderThan: number;
  dryRun?: true;
  yes?: true;
}

/** A version to delete, of a state machine or of a function. */
interface Surplus {
  readonly of: string;
  readonly number: number;
  remove(): Promise<unknown>;
}

export function addPrune(releases: Command, context: Context): void {
  releases
    .command('prune')
    .description(
      'delete the versions of workflows and functions that nothing needs: no alias, no execution, no redrive',
    )
    .option(
      '--keep <n>',
      'the newest versions of each workflow and function stay anyway',
      wholeNumber(1, 1000),
      usualRule.keep,
    )
    .addOption(
      new Option(
        '--older-than <period>',
        'only what was made, and last used, at least 12h, 30d, … ago; 0d: at any time',
      )
        .argParser((text) => (text === '0d' ? 0 : period(text)))
        .default(usualRule.unusedFor, '19d'),
    )
    .option('--dry-run', 'only say what would be deleted')
    .option('--yes', 'do not ask')
    .action(async (options: Options) => {
      const { io } = context;
      const surplus = await findSurplus(context, options);
      if (surplus.length === 0) {
        io.out('There is nothing to prune.');
        return;
      }
      io.out(table([['Of', 'Versions'].map(io.colours.bold), ...grouped(surplus)]));
      const what = surplus.length === 1 ? 'this version' : `these ${surplus.length} versions`;
      if (options.dryRun) {
        io.err(`Nothing was deleted. Without --dry-run: deletes ${what}.`);
        return;
      }
      if (!options.yes && !(await io.confirm(`Delete ${what}?`)))
        throw new CliError('Nothing was deleted. Without a terminal to ask, say --yes.');
      await removeAll(surplus, context);
    });
}

async function findSurplus(
  { io, cloud: connect }: Context,
  { keep, olderThan }: Options,
): Promise<Surplus[]> {
  const cloud = await connect();
  const rule = { keep, unusedFor: olderThan, now: new Date() };
  const tell = tickerOf(io);
  const survey = await surveyReleases(cloud, rule, tell);
  const machines = survey.releases
    .filter(({ kept }) => kept === undefined)
    .map((release) => ofMachine(cloud, release))
    .reverse();
  const why = whyFunctionsStay(survey);
  if (why !== undefined) {
    io.err(`All versions of functions stay: ${why}`);
    return machines;
  }
  const lambda = await cloud.clients.functions();
  const functions = await surplusFunctions(cloud, lambda, neededBy(survey), rule, tell);
  // Functions last: whoever interrupts in between leaves no version of a machine without its functions.
  return [...machines, ...functions.map((each) => ofFunction(lambda, each))];
}

/** What an execution calls is known by its version. */
function whyFunctionsStay({ outside, incomplete }: Survey): string | undefined {
  const [first] = outside;
  if (first) {
    const { executions, machine } = first;
    return `${executions} of ${machine.name} run, or failed within 14 days, on no version that is there, and may need any.`;
  }
  const [unread] = incomplete;
  return unread && `${unread.name} has more executions that run or failed than can be read.`;
}

/** What the versions that stay call, and what is called when a machine is started past its alias. */
const neededBy = ({ releases, present }: Survey): ReadonlySet<string> =>
  new Set(
    [
      ...releases.filter(({ kept }) => kept !== undefined).map(({ definition }) => definition),
      ...present,
    ].flatMap((definition) => [...namedIn(definition)]),
  );

const ofMachine = ({ sfn }: Cloud, { machine, number, arn }: Release): Surplus => ({
  of: machine.name,
  number,
  remove: () => sfn.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn: arn })),
});

const ofFunction = (lambda: LambdaClient, { name, functionName, number }: FunctionVersion): Surplus => ({
  of: `function ${name}`,
  number,
  remove: async () => {
    const { DeleteFunctionCommand, ResourceNotFoundException } = await import('@aws-sdk/client-lambda');
    try {
      // Without the qualifier it would be the whole function.
      await lambda.send(new DeleteFunctionCommand({ FunctionName: functionName, Qualifier: String(number) }));
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
  },
});

/** A row for each machine and function. */
function grouped(surplus: readonly Surplus[]): string[][] {
  const numbers = new Map<string, number[]>();
  for (const { of, number } of surplus) numbers.set(of, [...(numbers.get(of) ?? []), number]);
  return [...numbers].map(([of, each]) => [plain(of), each.sort((a, b) => a - b).join(', ')]);
}

/** One after the other, and no further than the first that fails: what comes later may rest on it. */
async function removeAll(surplus: readonly Surplus[], { io, command }: Context): Promise<void> {
  const tell = tickerOf(io);
  let deleted = 0;
  try {
    await io.interruptible(async (signal) => {
      for (const each of surplus) {
        signal.throwIfAborted();
        tell(`${deleted} of ${surplus.length} are deleted …`);
        await each.remove();
        deleted++;
      }
    });
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    const at = surplus[deleted];
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new CliError(
      `Version ${at?.number} of ${at?.of} was not deleted, nor was what comes after it: ${clip(plain(why), 200)}\n` +
        `What nothing needs now is deleted by the same command: ${command('releases prune')}`,
    );
  } finally {
    io.out(`Deleted: ${deleted} of ${surplus.length}.`);
  }
}
