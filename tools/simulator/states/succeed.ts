// Succeed: ends the flow successfully.

import type { Fields } from '../fields';
import { commonFields, type State } from '../state';

export function loadSucceed(fields: Fields, name: string): State {
  fields.only(...commonFields, 'Output');
  const exit = { next: undefined, assign: undefined, output: fields.template('Output') };
  return {
    name,
    type: 'Succeed',
    resumes: false,
    run: (step) => step.leave(exit),
  };
}
