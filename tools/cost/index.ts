/** `npm run cost` computes what executions and stages cost. See --help. */
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { progressTo } from '../../bin/terminal/progress';
import { costPage } from './page';
import { render } from './render';

const program = new Command('npm run cost --')
  .description(
    'Computes billed transitions by end, dollars per million executions by what happens, the fixed cost of each ' +
      'stage and its ceilings, from the definitions, lib/stages.ts and the templates. Calls nobody.',
  )
  .option('--write', 'write docs/cost.md instead of showing it');

async function main(): Promise<void> {
  const { write } = program.parse().opts<{ write?: true }>();
  const page = await render(progressTo(process.stderr));
  if (write) writeFileSync(costPage, page);
  else process.stdout.write(page);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
