/** `npm run review` compares two revisions as a pull request's reviewer wants to read it. See --help. */
import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { progressTo } from '../../bin/terminal/progress';
import { stages } from '../../lib/stages';
import { Problem } from '../local/problem';
import { Revisions } from '../revisions/revisions';
import { readCompat } from './compat';
import { render } from './report';
import { FINDINGS, type Finding, findingsIn, reviewOf } from './review';
import { bothSides, type Revision } from './sides';
import { loadSpec } from './spec';

interface Options {
  base: string;
  head?: string;
  stage: string;
  output?: string;
  compat?: string;
  failOn: Finding[];
}

const program = new Command('npm run review --')
  .description(
    'Synthesizes a stage as it was and as it is to be, and writes in Markdown what the difference does: to data, to ' +
      'executions that are running, to permissions, workflows, costs, code, alarms and outputs. Needs no credentials, ' +
      'and no network unless the base has other dependencies.',
  )
  .requiredOption('--base <revision>', 'what is deployed now: a branch, a tag or a commit')
  .option('--head <revision>', 'what is to be deployed (default: the work tree as it is)')
  .addOption(new Option('--stage <stage>', 'of which stage').choices(Object.keys(stages)).default('prod'))
  .option('--output <file>', 'writes the report there, too')
  .option('--compat <file>', 'adds the result of `npm run compat -- --json`, which takes minutes')
  .addOption(
    new Option(
      '--fail-on <finding...>',
      'ends with 1 for: a resource with content that is replaced or removed; a wider permission; executions that run and will fail',
    )
      .choices(FINDINGS)
      .default([], 'none'),
  );

async function main(): Promise<number> {
  const { base, head, stage, output, compat, failOn } = program.parse().opts<Options>();
  const repository = new Revisions();
  const revisions: [Revision, Revision] = [
    { title: base, commit: repository.commitOf(base) },
    head === undefined
      ? { title: 'the work tree', commit: undefined }
      : { title: head, commit: repository.commitOf(head) },
  ];
  const compatResult = compat === undefined ? undefined : readCompat(compat, revisions[0].commit ?? '');
  const progress = progressTo(process.stderr);
  const sides = await bothSides(repository, revisions, stage, progress);
  const review = await progress.step('Compared them', async () =>
    reviewOf(...sides, loadSpec(), compatResult),
  );
  const [from, to] = revisions.map(({ title, commit }) =>
    commit === undefined || commit.startsWith(title) ? title : `${title} (${commit.slice(0, 8)})`,
  );
  const report = render(review, { stage, base: from ?? base, head: to ?? '' });
  if (output !== undefined) writeFileSync(output, report);
  process.stdout.write(report);
  const found = findingsIn(review).filter((finding) => failOn.includes(finding));
  if (found.length > 0) process.stderr.write(`Found what --fail-on names: ${found.join(', ')}.\n`);
  return found.length > 0 ? 1 : 0;
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
