// Fail: ends the flow with the definition's Error and Cause.

import { StateError } from '../errors';
import type { Template } from '../expressions';
import type { Fields } from '../fields';
import type { State } from '../state';
import type { Step } from '../step';

export function loadFail(fields: Fields, name: string): State {
  const error = fields.template('Error');
  const cause = fields.template('Cause');
  return {
    name,
    type: 'Fail',
    resumes: false,
    async run(step) {
      throw new StateError(await text(step, error), await text(step, cause));
    },
  };
}

async function text(step: Step, template: Template | undefined): Promise<string | undefined> {
  return template && String(await step.evaluateAs('string', template));
}
