// Succeed: ends the flow successfully.

import type { Fields } from '../fields';
import type { State } from '../state';

export function loadSucceed(fields: Fields, name: string): State {
  const exit = { next: undefined, assign: undefined, output: fields.template('Output') };
  return {
    name,
    type: 'Succeed',
    resumes: false,
    run: (step) => step.leave(exit),
  };
}
