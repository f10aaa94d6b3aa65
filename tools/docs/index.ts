// `npm run docs`: writes the generated pages of docs/.

import { writeFileSync } from 'node:fs';
import { progressTo } from '../../bin/terminal/progress';
import { costPage } from '../cost/page';
import { render } from '../cost/render';
import { renderWorkflowsPage, workflowsPage } from './workflows-page';

async function main(): Promise<void> {
  writeFileSync(workflowsPage, renderWorkflowsPage());
  writeFileSync(costPage, await render(progressTo(process.stderr)));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
