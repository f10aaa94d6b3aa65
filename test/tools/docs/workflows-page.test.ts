import { readFileSync } from 'node:fs';
import { renderWorkflowsPage, workflowsPage } from '../../../tools/docs/workflows-page';
import { definitionNames } from '../../../tools/world/definitions';

test('docs/workflows.md is up to date', () => {
  if (readFileSync(workflowsPage, 'utf8') === renderWorkflowsPage()) return;
  throw new Error('docs/workflows.md is not what statemachines/ says now. Run `npm run docs` and commit it.');
});

test('every definition is drawn', () => {
  const page = renderWorkflowsPage();
  expect(definitionNames.length).toBeGreaterThan(0);
  for (const name of definitionNames) expect(page).toContain(`\n## ${name}\n`);
});
