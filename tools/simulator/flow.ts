// A flow through a set of states: the whole execution, a branch, or an iteration.

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
  /** Id of the event that the flow's first event follows. */
  after: number;
  /** `Map` of the context object. */
  map?: unknown;
}

const notStarted = new Interrupter();
notStarted.abort(undefined);

export class Flow {
  variables: Readonly<Record<string, unknown>>;
  /** Id of the flow's latest event. */
  last: number;
  /** The state that is running or has failed. A redrive continues there. */
  step: Step | undefined;
  /** Set once the flow has succeeded. */
  output: Data | undefined;
  signal: Signal = notStarted;
  readonly map: unknown;
  private at: string;
  private input: Data;

  constructor(
    /** The execution, shared by all its flows. */
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

  /** Runs the flow to its end, from where it failed if it did. Throws StateError, or Interrupted when the signal aborts. */
  async execute(signal: Signal): Promise<Data> {
    this.signal = signal;
    let open = this.step;
    for (;;) {
      const state = this.states.get(this.at);
      const step: Step = open && state.resumes ? open.resume() : this.enter(state);
      open = undefined;
      this.step = step;
      if (!state.resumes) step.visited();
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

  /** Records an event that follows the flow's latest one, and becomes the latest. */
  record(type: string, details?: Record<string, unknown>): void {
    this.last = this.note(type, details);
  }

  /** Records an event that does not become the latest, and returns its id. Records nothing after an interruption. */
  note(type: string, details?: Record<string, unknown>): number {
    if (this.signal.aborted) throw new Interrupted();
    return this.run.history.add(type, this.last, details);
  }
}
