// What states of all types have in common.

import type { Template } from './expressions';
import type { Fields } from './fields';
import type { Step } from './step';

/** The states of a machine, a branch or an item processor. */
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

/** The input or output of a state, and its JSON. */
export interface Data {
  value: unknown;
  text: string;
}

/** The result of a state's work, with its JSON if that is already known. */
export interface Result {
  value: unknown;
  text?: string;
}

/** The next state, and its input. */
export interface Transition {
  /** Undefined at the end of the flow. */
  next: string | undefined;
  output: Data;
}

export interface State {
  readonly name: string;
  readonly type: string;
  /** Whether a redrive continues inside the state (Task, Parallel, Map) instead of entering it again. */
  readonly resumes: boolean;
  /** Runs the state until it is left. Throws StateError when it fails. */
  run(step: Step): Promise<Transition>;
}

/** Assign, Output and Next. */
export interface Exit {
  next: string | undefined;
  assign: Template | undefined;
  output: Template | undefined;
}

export const loadExit = (fields: Fields): Exit => ({
  next: fields.optionalText('Next'),
  assign: fields.template('Assign'),
  output: fields.template('Output'),
});
