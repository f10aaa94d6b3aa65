/** `npm run compat` runs the definitions of a revision with today's functions, and the other way round. See --help. */
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { coloursFor, progressTo } from '../../bin/terminal/progress';
import { Problem } from '../local/problem';
import { Revisions } from '../revisions/revisions';
import { compare } from './compare';
import { judge, MEANT_FILE, readMeant } from './meant';
import { decisive, type Result, renderResult } from './report';
import { openWorkshop } from './workshop';

interface Options {
  base: string;
  minutes: number;
  running: boolean;
  json: boolean;
}

const notNegative = (text: string): number => {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0) return number;
  throw new InvalidArgumentError('A number, 0 or more.');
};

const program = new Command('npm run compat --')
  .description(
    'Runs the definitions of a revision with the functions of the work tree, and the other way round, through the ' +
      'tests of workflows and the fault matrix. Lists what fails in the mix, with the reason, and ends with 1 when ' +
      'executions can meet it and compat.json does not say that it is meant.',
  )
  .requiredOption('--base <revision>', 'what is deployed now: a branch, a tag or a commit')
  .option('--minutes <n>', 'how long the fault matrix runs in each mix; 0: not at all', notNegative, 1)
  .option('--running', 'only the mixes that executions can meet', false)
  .option('--json', 'prints the result as JSON', false)
  .addHelpText(
    'after',
    `
An execution keeps its definition. Where a Task's failure is caught, it also keeps the function's version that it began
with; every other Task calls the function's alias live (docs/adr/0013-releases.md). So executions meet two mixes:
  old definitions, new functions where executions call live: those that run while the work tree is released
  new definitions, old functions where executions call live: those that today's began, when the base is deployed again
The same with all functions is run, too: what fails there alone is harmless to what runs.

Definitions are held to the tests of their own revision. compat.json in the work tree says what is meant to fail:
  { "meant": [{ "fails": "order-processing.test.ts: *", "direction": "old definitions", "reason": "…", "release": "1.4" }] }`,
  );

async function main(): Promise<number> {
  const { base: revision, minutes, running: metOnly, json } = program.parse().opts<Options>();
  const began = Date.now();
  const revisions = new Revisions();
  const commit = revisions.commitOf(revision);
  const entries = readMeant(join(__dirname, '../..', MEANT_FILE));
  const progress = progressTo(process.stderr);
  const workshop = await progress.step('Both revisions, side by side', async () =>
    openWorkshop(revisions, commit),
  );
  const { failures, ...comparison } = await compare(workshop, { minutes, metOnly }, progress);
  const judged = judge(failures, entries);
  const result: Result = {
    isCompatible: decisive(judged).length === 0,
    base: { revision, commit },
    ...comparison,
    ...judged,
    // Of a part, nothing can be said.
    stale: minutes > 0 && !metOnly ? judged.stale : [],
    problem: workshop.base.problem,
    milliseconds: Date.now() - began,
  };
  process.stdout.write(
    json ? `${JSON.stringify(result, null, 2)}\n` : `\n${renderResult(result, coloursFor(process.stdout))}\n`,
  );
  return result.isCompatible ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(
      `${error instanceof Problem ? error : error instanceof Error ? error.stack : error}\n`,
    );
    process.exitCode = 2;
  },
);
