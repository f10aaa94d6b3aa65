/**
 * The check at synth accepts and refuses the same definitions as AWS. Sources: recordings, results of AWS's
 * ValidateStateMachineDefinition that others published, and AWS's documentation.
 */
import { definitionProblems } from '../../../../lib/workflow/definition';
import type { Json } from '../../../../lib/workflow/json';
import { accepted, refused } from './cases';

const problemsOf = (definition: Json) =>
  definitionProblems({
    file: 'statemachines/case.asl.json',
    text: JSON.stringify(definition),
    bindings: {},
    workflow: 'Case/Workflow',
    stage: 'dev',
  });

test.each(accepted)('%s: accepted', (_what, definition) => {
  expect(problemsOf(definition)).toEqual([]);
});

test.each(refused)('%s: refused', (_what, definition, says) => {
  const problems = problemsOf(definition).filter((problem) => !problem.includes('a rule of this project'));
  expect(problems).toContainEqual(expect.stringContaining(says));
  for (const problem of problems) expect(problem).toMatch(/^statemachines\/case\.asl\.json: /);
});
