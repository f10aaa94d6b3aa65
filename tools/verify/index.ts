/** `npm run verify:aws` compares the simulator with AWS. See --help. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SFNClient } from '@aws-sdk/client-sfn';
import { Command, Option } from 'commander';
import { explain } from '../../bin/cli/errors';
import { coloursFor, progressTo } from '../../bin/terminal/progress';
import { table } from '../../bin/terminal/table';
import { clip } from '../../bin/terminal/text';
import { definitionNames } from '../world/definitions';
import { record } from './recordings';
import { type Disagreement, verify } from './verify';

interface Options {
  only?: string[];
  profile?: string;
  role?: string;
  list?: true;
}

// Otherwise the AWS SDK would print its warning about Node 20 with every run.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const program = new Command('npm run verify:aws --')
  .description(
    'Asks AWS what it makes of every state of every definition (TestState), with inputs, variables and answers that runs ' +
      'of the simulator met, and of every definition (ValidateStateMachineDefinition). Prints where the simulator says ' +
      'otherwise, and ends with 1 then.',
  )
  .addOption(new Option('--only <workflow...>', 'these definitions alone').choices(definitionNames))
  .option('--profile <name>', 'the profile whose account and Region are asked')
  .option('--role <arn>', 'a role for the states without a mocked service, should AWS want one')
  .option('--list', 'show the questions, and ask nobody')
  .addHelpText(
    'after',
    `
It needs credentials that may states:TestState and states:ValidateStateMachineDefinition, in any account. It creates
nothing and calls no other service, because every service's answer is mocked. Some 300 calls, ten a second.

Exit codes: 0 they agree, 1 they do not, 2 AWS could not be asked.`,
  );

async function main(): Promise<number> {
  const { only, profile, role, list } = program.parse().opts<Options>();
  const progress = progressTo(process.stderr);
  const { questions, definitions, missing } = await progress.step('Ran the simulator for questions', () =>
    record(),
  );
  if (missing.length > 0)
    throw new Error(`No run comes to ${missing.join(', ')}: add one to tools/verify/recordings.ts.`);
  const isAsked = (workflow: string) => only?.includes(workflow) ?? true;
  const chosen = questions.filter(({ workflow }) => isAsked(workflow));
  if (list) {
    console.log(
      table([
        ['Workflow', 'State', 'With'],
        ...chosen.map(({ workflow, state, about }) => [workflow, state, about]),
      ]),
    );
    return 0;
  }
  const sfn = new SFNClient({
    ...(profile !== undefined && { profile }),
    // Ten a second is the quota of the whole account: others may ask too.
    maxAttempts: 8,
    retryMode: 'adaptive',
    // A Wait really waits.
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
  });
  const found = await progress.step(`Asked AWS ${chosen.length} questions`, () =>
    verify({
      sfn,
      questions: chosen,
      definitions: new Map([...definitions].filter(([workflow]) => isAsked(workflow))),
      ...(role !== undefined && { roleArn: role }),
      sleep: (milliseconds) => sleep(milliseconds),
    }),
  );
  console.log(report(found, chosen.length));
  return found.length > 0 ? 1 : 0;
}

function report(found: readonly Disagreement[], asked: number): string {
  const { bold, green } = coloursFor(process.stdout);
  if (found.length === 0) return green(`AWS and the simulator agree on all ${asked} questions.`);
  const head = ['Workflow', 'State', 'With', 'What', 'AWS', 'The simulator'].map(bold);
  const rows = found.map(({ workflow, state, about, what, aws, simulator }) => [
    workflow,
    state,
    clip(about, 40),
    what,
    clip(aws, 100),
    clip(simulator, 100),
  ]);
  return `${table([head, ...rows])}\n\n${found.length} disagreements in ${asked} questions.`;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${explain(error).message}\n`);
    process.exit(2);
  },
);
