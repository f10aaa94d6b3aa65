// Choice: follows the first rule whose condition is true.

import type { Template } from '../expressions';
import type { Fields } from '../fields';
import { type Exit, loadExit, type State } from '../state';

interface Rule extends Exit {
  condition: Template;
}

export function loadChoice(fields: Fields, name: string): State {
  const rules = fields.list('Choices').map(loadRule);
  const fallback: Exit = { ...loadExit(fields), next: fields.optionalText('Default') };
  return {
    name,
    type: 'Choice',
    resumes: false,
    async run(step) {
      const { onReached } = step.flow.run;
      for (const [index, rule] of rules.entries()) {
        if (!(await step.evaluateAs('boolean', rule.condition))) continue;
        onReached?.(name, `Choices[${index}]`);
        return step.leave(rule);
      }
      // The state's own Assign and Output belong to its Default.
      if (fallback.next !== undefined) {
        onReached?.(name, 'Default');
        return step.leave(fallback);
      }
      throw step.fatal('Failed to transition out of the state. The state does not point to a next state.');
    },
  };
}

const loadRule = (fields: Fields): Rule => ({
  ...loadExit(fields),
  condition: fields.requiredTemplate('Condition'),
});
