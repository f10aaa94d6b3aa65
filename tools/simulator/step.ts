// One visit to one state: its input, its context object, its expressions, and the way out.

import { Interrupted, StateError, tooLarge } from './errors';
import { EvaluationError, expectType, type JsonType, type Scope, type Template } from './expressions';
import type { Flow } from './flow';
import { maxPayloadBytes, outputDetails, payload } from './history';
import type { Data, Exit, Result, State, Transition } from './state';
import type { ChildExecutions } from './states/map-run';

/** All variables of a flow together hold at most this many bytes of JSON. */
const maxVariablesBytes = 10 * 1024 * 1024;

/** What `$states` has besides `input` and `context`. */
export type Extra = { result: unknown } | { errorOutput: unknown } | Record<string, never>;

export class Step {
  /** Retries so far; starts again with a redrive. */
  retryCount = 0;
  taskToken: string | undefined;
  /** Branches or iterations; those that ended well keep their results over a redrive. */
  children: (Flow | undefined)[] | undefined;
  /** The children of a Distributed Map: a redrive runs those again that did not succeed. */
  mapRun: ChildExecutions | undefined;
  private readonly entered: number;
  private readonly enteredTime: string;

  constructor(
    readonly flow: Flow,
    readonly state: State,
    readonly data: Data,
    /** Id of the event before this state was entered. */
    private readonly before: number,
  ) {
    this.entered = flow.last;
    this.enteredTime = flow.run.clock.now().toISOString();
  }

  get input(): unknown {
    return this.data.value;
  }

  /** For a redrive: the same visit goes on. */
  resume(): this {
    this.retryCount = 0;
    if (this.state.type === 'Task') this.flow.run.transitions++;
    return this;
  }

  retry(): void {
    this.retryCount++;
    this.flow.run.transitions++;
    this.forgetChildren();
  }

  /** All of them will run again. */
  forgetChildren(): void {
    this.children = undefined;
    this.mapRun = undefined;
  }

  async sleep(seconds: number): Promise<void> {
    const { run, signal } = this.flow;
    await run.clock.sleep(seconds, signal).catch(() => {});
    if (signal.aborted) throw new Interrupted();
  }

  /** Fails with States.QueryEvaluationError. `map` is the context's `Map`, for an iteration's ItemSelector. */
  async evaluate(template: Template, extra: Extra = {}, map: unknown = this.flow.map): Promise<unknown> {
    if (!template.evaluate) return template.constant;
    try {
      return await template.evaluate(this.scope(extra, map));
    } catch (thrown) {
      throw this.recorded(thrown);
    }
  }

  /** Evaluates a field that needs a value of one type. */
  async evaluateAs(type: JsonType, template: Template): Promise<unknown> {
    const value = await this.evaluate(template);
    this.requireType(value, type, template);
    return value;
  }

  requireType(value: unknown, type: JsonType, template: Template): void {
    try {
      expectType(value, type, template);
    } catch (thrown) {
      throw this.recorded(thrown);
    }
  }

  /** Evaluates a field that needs a number from `least` to `most`. */
  async number(template: Template, least: number, most: number, kind = 'number'): Promise<number> {
    const { location } = template;
    const value = await this.evaluateAs('number', template);
    const isWhole = kind === 'number' || Number.isInteger(value);
    if (typeof value === 'number' && isWhole && value >= least && value <= most) return value;
    throw this.evaluationFailed(
      location,
      `The field '${location}' must be a ${kind} from ${least} to ${most}, but was ${value}`,
    );
  }

  wholeNumber(template: Template, least: number, most: number): Promise<number> {
    return this.number(template, least, most, 'whole number');
  }

  private recorded(thrown: unknown): unknown {
    return thrown instanceof EvaluationError
      ? this.evaluationFailed(thrown.location, thrown.message)
      : thrown;
  }

  /** Records the failure; answers it to be thrown. It follows what came before the state, as AWS records it. */
  evaluationFailed(location: string, problem: string, follows?: 'StateEntered'): StateError {
    const cause = this.cause(problem);
    const error = 'States.QueryEvaluationError';
    if (this.flow.last === this.entered && !follows) this.flow.last = this.before;
    this.flow.record('EvaluationFailed', { error, cause, location, state: this.state.name });
    return new StateError(error, cause);
  }

  /** A failure of the state that nothing can catch. */
  fatal(problem: string): StateError {
    return new StateError('States.Runtime', this.cause(problem));
  }

  private cause(problem: string): string {
    const { state, entered } = this;
    return `An error occurred while executing the state '${state.name}' (entered at the event id #${entered}). ${problem}`;
  }

  private scope(extra: Extra, map: unknown): Scope {
    const { run, variables } = this.flow;
    const { name, type } = this.state;
    const retries = type === 'Task' ? { RetryCount: this.retryCount } : {};
    const context = {
      ...run.context,
      State: { Name: name, EnteredTime: this.enteredTime, ...retries },
      ...(this.taskToken !== undefined && { Task: { Token: this.taskToken } }),
      ...(map !== undefined && { Map: map }),
    };
    const states = { input: this.input, context, ...extra };
    return { states, variables, random: run.random, clock: run.clock };
  }

  /** Assign and Output, both with the variables as they were, then the state's exit. `fallback` is for no Output. */
  async leave(exit: Exit, extra: Extra = {}, fallback: Result = this.data): Promise<Transition> {
    const assigned = exit.assign && (await this.evaluate(exit.assign, extra));
    const output: Result = exit.output ? { value: await this.evaluate(exit.output, extra) } : fallback;
    const text = output.text ?? payload(output.value, this.state.name);
    const assignedVariables = this.assign(assigned);
    this.flow.record(`${this.state.type}StateExited`, {
      name: this.state.name,
      ...outputDetails(text),
      ...(assignedVariables && { assignedVariables, assignedVariablesDetails: { truncated: false } }),
    });
    return { next: exit.next, output: { value: output.value, text } };
  }

  /** Sets variables for the states to come. Answers their JSON texts, or undefined when there are none. */
  private assign(values: unknown): Record<string, string> | undefined {
    if (values === null || typeof values !== 'object') return undefined;
    const entries = Object.entries(values);
    if (entries.length === 0) return undefined;
    const texts = entries.map(([name, value]) => [name, payload(value, this.state.name)] as const);
    const bytes = texts.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
    if (bytes > maxPayloadBytes) throw tooLarge(this.state.name);
    const variables = { ...this.flow.variables, ...values };
    // Only then is it worth measuring: each Assign adds 256 KiB at most.
    if (bytes > maxPayloadBytes / 2 && Buffer.byteLength(JSON.stringify(variables)) > maxVariablesBytes) {
      throw tooLarge(this.state.name);
    }
    this.flow.variables = variables;
    return Object.fromEntries(texts);
  }
}
