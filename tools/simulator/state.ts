// What the interpreter knows of any state, whatever its type; and the fields that most types share.

import type { Template } from './expressions';
import type { Fields } from './fields';
import type { Step } from './step';

/** A set of states: of the machine, of a branch, of an item processor. */
export interface States {
  readonly startAt: string;
  get(name: string): State;
}

export interface StateMachine extends States {
  /** Infinity when the definition has none. */
  timeoutSeconds: number;
}

/** Loads the states inside a state. */
export interface Loader {
  states(fields: Fields): States;
}

/** A value that goes from state to state, and its JSON. */
export interface Data {
  value: unknown;
  text: string;
}

/** The value that a state's work came to; with its JSON where that is known already. */
export interface Result {
  value: unknown;
  text?: string;
}

/** Where the flow goes on from a state, with what. */
export interface Transition {
  /** Undefined at the end of the flow. */
  next: string | undefined;
  output: Data;
}

export interface State {
  readonly name: string;
  readonly type: string;
  /** Whether a redrive continues inside (Task, Parallel, Map) instead of entering the state anew. */
  readonly resumes: boolean;
  /** Runs the state until it is left. Throws StateError when it fails. */
  run(step: Step): Promise<Transition>;
}

/** What is done on the way out of a state. */
export interface Exit {
  next: string | undefined;
  assign: Template | undefined;
  output: Template | undefined;
}

export const commonFields = ['Type', 'Comment', 'QueryLanguage'];
export const exitFields = ['Next', 'End', 'Assign', 'Output'];

export function loadExit(fields: Fields): Exit {
  const next = fields.optionalText('Next');
  if (!next && fields.get('End') !== true) fields.fail("needs 'Next' or 'End'");
  return { next, assign: fields.template('Assign'), output: fields.template('Output') };
}
