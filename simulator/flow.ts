// One thread of control through a set of states: the execution itself, a branch, an iteration.

import { Interrupted } from './errors';
import type { History } from './history';
import { inputDetails, payload } from './history';
import type { Random } from './random';
import type { State, StateMachine, States } from './state';
import { Step } from './step';
import type { Clock, Execution, ExecutionOptions, MapRun, TaskRunner } from './types';

/** What all flows of an execution share. */
export interface Run {
  readonly name: string;
  readonly arn: string;
  readonly history: History;
  readonly clock: Clock;
  readonly random: Random;
  readonly task: TaskRunner;
  /** Billed transitions. */
  transitions: number;
  /** `Execution` and `StateMachine` of the context object. */
  readonly context: Record<string, unknown>;
  readonly region: string;
  readonly stateMachine: { name: string; arn: string };
  /** Starts a child execution of a Distributed Map. */
  startChild(machine: StateMachine, child: ChildOptions): Execution;
  addMapRun(mapRun: MapRun): void;
}

export type ChildOptions = Pick<ExecutionOptions, 'input' | 'name' | 'arn' | 'stateMachine'>;

/** Where a flow begins. */
export interface Start {
  input: unknown;
  variables: Readonly<Record<string, unknown>>;
  /** Id of the event that it follows. */
  after: number;
  /** `Map` of the context object. */
  map?: unknown;
}

export class Flow {
  variables: Readonly<Record<string, unknown>>;
  /** Id of the latest event in this flow. */
  last: number;
  /** The state that is running, or that failed: a redrive goes on there. */
  step: Step | undefined;
  /** Set once the flow has come to its end. */
  output: { value: unknown } | undefined;
  signal: AbortSignal = AbortSignal.abort();
  readonly map: unknown;
  private at: string;
  private input: unknown;
  private inputText: string;

  constructor(
    readonly run: Run,
    private readonly states: States,
    start: Start,
  ) {
    this.at = states.startAt;
    this.input = start.input;
    this.inputText = payload(start.input, this.at);
    this.variables = start.variables;
    this.last = start.after;
    this.map = start.map;
  }

  /** Runs to the end, or on from where it failed. Throws StateError, or Interrupted when the signal aborts. */
  async execute(signal: AbortSignal): Promise<unknown> {
    this.signal = signal;
    let open = this.step;
    for (;;) {
      if (signal.aborted) throw new Interrupted();
      const state = this.states.get(this.at);
      const step: Step = open && state.resumes ? open.resume() : this.enter(state);
      open = undefined;
      this.step = step;
      const { next, output, text } = await state.run(step);
      this.step = undefined;
      if (next === undefined) {
        this.output = { value: output };
        return output;
      }
      this.at = next;
      this.input = output;
      this.inputText = text;
    }
  }

  private enter(state: State): Step {
    const before = this.last;
    this.run.transitions++;
    this.record(`${state.type}StateEntered`, { name: state.name, ...inputDetails(this.inputText) });
    return new Step(this, state, this.input, before);
  }

  /** Records an event after the latest one of this flow, and makes it the latest one. */
  record(type: string, details?: Record<string, unknown>): void {
    this.last = this.note(type, details);
  }

  /** Records an event that the next one will not follow. Answers its id. */
  note(type: string, details?: Record<string, unknown>): number {
    if (this.signal.aborted) throw new Interrupted();
    return this.run.history.add(type, this.last, details);
  }
}
