// One thread of control through a set of states: the execution itself, a branch, an iteration.

import { Interrupted } from './errors';
import type { RunningExecution } from './execution';
import { inputDetails } from './history';
import { Interrupter, type Signal } from './interrupter';
import type { Data, State, States } from './state';
import { Step } from './step';

/** Where a flow begins. */
export interface Start {
  input: Data;
  variables: Readonly<Record<string, unknown>>;
  /** Id of the event that it follows. */
  after: number;
  /** `Map` of the context object. */
  map?: unknown;
}

const notStarted = new Interrupter();
notStarted.abort(undefined);

export class Flow {
  variables: Readonly<Record<string, unknown>>;
  /** Id of the latest event in this flow. */
  last: number;
  /** The state that is running, or that failed: a redrive goes on there. */
  step: Step | undefined;
  /** Set once the flow has come to its end. */
  output: Data | undefined;
  signal: Signal = notStarted;
  readonly map: unknown;
  private at: string;
  private input: Data;

  constructor(
    /** The execution, which all its flows share. */
    readonly run: RunningExecution,
    private readonly states: States,
    start: Start,
  ) {
    this.at = states.startAt;
    this.input = start.input;
    this.variables = start.variables;
    this.last = start.after;
    this.map = start.map;
  }

  /** Runs to the end, or on from where it failed. Throws StateError, or Interrupted when the signal aborts. */
  async execute(signal: Signal): Promise<Data> {
    this.signal = signal;
    let open = this.step;
    for (;;) {
      const state = this.states.get(this.at);
      const step: Step = open && state.resumes ? open.resume() : this.enter(state);
      open = undefined;
      this.step = step;
      const { next, output } = await state.run(step);
      this.step = undefined;
      if (next === undefined) {
        this.output = output;
        return output;
      }
      this.at = next;
      this.input = output;
    }
  }

  private enter(state: State): Step {
    const before = this.last;
    this.run.transitions++;
    this.run.onReached?.(state.name, 'State');
    this.record(`${state.type}StateEntered`, { name: state.name, ...inputDetails(this.input.text) });
    return new Step(this, state, this.input, before);
  }

  /** Records an event after the latest one of this flow, and makes it the latest one. */
  record(type: string, details?: Record<string, unknown>): void {
    this.last = this.note(type, details);
  }

  /** Records an event that the next one will not follow. Answers its id. After an interruption, nothing is recorded. */
  note(type: string, details?: Record<string, unknown>): number {
    if (this.signal.aborted) throw new Interrupted();
    return this.run.history.add(type, this.last, details);
  }
}
