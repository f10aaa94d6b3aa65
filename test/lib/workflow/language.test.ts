/**
 * Definitions that AWS takes and definitions that AWS refuses: the check at synth says the same of each.
 */
import { definitionProblems } from '../../../lib/workflow/definition';
import cases from './language-cases.json';

const problemsOf = (definition: unknown) =>
  definitionProblems({
    file: 'statemachines/case.asl.json',
    text: JSON.stringify(definition),
    bindings: {},
    stackFile: 'lib/stacks/case-stack.ts',
    workflow: 'Case',
  });

test.each(cases.accepted)('$what is accepted', ({ definition }) => {
  expect(problemsOf(definition)).toEqual([]);
});
