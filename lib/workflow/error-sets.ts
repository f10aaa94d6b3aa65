/**
 * A definition names a set of errors (contracts/error-sets.ts) in place of an error, as in
 * `"ErrorEquals": ["${LambdaPassing}", "States.Timeout"]`. Synth writes the names out, so that the template contains
 * each error, and the source stays valid JSON.
 */
import { errorSets } from '../../contracts/error-sets';

type ErrorSet = keyof typeof errorSets;

const isErrorSet = (name: string): name is ErrorSet => Object.hasOwn(errorSets, name);

/** Writes out the sets in a definition's text. Other placeholders stay as they are. */
export const withErrorSets = (text: string): string =>
  text.replace(/"\$\{(\w+)\}"/g, (whole, name: string) =>
    isErrorSet(name) ? errorSets[name].map((error) => JSON.stringify(error)).join(', ') : whole,
  );
