// Pass: its output is its input, or what Output says.

import type { Fields } from '../fields';
import { commonFields, exitFields, loadExit, type State } from '../state';

export function loadPass(fields: Fields, name: string): State {
  fields.only(...commonFields, ...exitFields);
  const exit = loadExit(fields);
  return {
    name,
    type: 'Pass',
    resumes: false,
    run: (step) => step.leave(exit),
  };
}
