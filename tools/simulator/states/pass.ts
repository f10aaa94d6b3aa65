// Pass: its output is its input, or what Output says.

import type { Fields } from '../fields';
import { loadExit, type State } from '../state';

export function loadPass(fields: Fields, name: string): State {
  const exit = loadExit(fields);
  return {
    name,
    type: 'Pass',
    resumes: false,
    run: (step) => step.leave(exit),
  };
}
