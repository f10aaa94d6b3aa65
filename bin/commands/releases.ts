import type { Command } from 'commander';
import { LIVE } from '../../contracts/names';
import type { Context } from '../cli/context';
import { tickerOf } from '../cli/ticker';
import { machineNamed } from '../releases/machines';
import { type Release, type Survey, surveyReleases, usualRule } from '../releases/survey';
import { table } from '../terminal/table';
import { moment, plain } from '../terminal/text';
import { addPrune } from './releases-prune';
import { addRollback } from './releases-rollback';

export function addReleases(program: Command, context: Context): void {
  const releases = program
    .command('releases')
    .description(
      'list the versions of the workflows: which is live, how many executions are on each, what prune would delete',
    )
    .argument('[workflow]', 'only those of this one')
    .option('--json', 'for machines, with what each version runs')
    .action(async (workflow: string | undefined, options: { json?: true }) => {
      const cloud = await context.cloud();
      const survey = await surveyReleases(cloud, { ...usualRule, now: new Date() }, tickerOf(context.io));
      const of = workflow === undefined ? undefined : machineNamed(survey.machines, workflow).name;
      const shown = survey.releases.filter(({ machine }) => of === undefined || machine.name === of);
      if (options.json) context.io.out(JSON.stringify(shown.map(forMachines), null, 2));
      else show(context, shown);
      remark(context, survey);
    });
  addPrune(releases, context);
  addRollback(releases, context);
}

/** With what each version runs as text. */
const forMachines = ({ machine, weights, ...release }: Release) => ({
  workflow: machine.name,
  ...release,
  live: weights[LIVE] ?? 0,
});

function show({ io, command }: Context, releases: readonly Release[]): void {
  if (releases.length === 0) {
    io.out('There is no version yet. A deployment makes one of each workflow.');
    return;
  }
  const described = releases.some(({ description }) => description !== undefined);
  const head = ['Workflow', 'Version', 'Made', 'Live', 'Running', 'Failed in 14 d', 'Prune'];
  io.out(
    table([
      [...head, ...(described ? ['What it is'] : [])].map(io.colours.bold),
      ...releases.map(({ machine, number, madeAt, weights, running, redrivable, kept, description }) => [
        plain(machine.name),
        String(number),
        moment(madeAt),
        weights[LIVE] === undefined ? '–' : io.colours.green(`${weights[LIVE]} %`),
        count(running),
        count(redrivable),
        kept === undefined ? io.colours.yellow('deletes it') : `keeps it: ${kept}`,
        ...(described ? [plain(description ?? '')] : []),
      ]),
    ]),
  );
  if (releases.some(({ kept }) => kept === undefined))
    io.err(`To delete what nothing needs: ${command('releases prune')}`);
}

const count = (executions: number): string => (executions === 0 ? '–' : String(executions));

function remark({ io }: Context, { outside, incomplete }: Survey): void {
  for (const { machine, executions } of outside) {
    io.err(
      `${machine.name} has executions on no version: ${executions} that run or failed in 14 days. They were started past the alias ${LIVE}.`,
    );
  }
  for (const { name } of incomplete)
    io.err(`${name} has more executions than are read: its numbers are too small.`);
}
