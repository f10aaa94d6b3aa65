// One visit to a state: its input, its context object, the evaluation of its fields, and its exit.

import { Interrupted, StateError, tooLarge } from './errors';
import { EvaluationError, expectType, type JsonType, type Scope, type Template } from './expressions';
import type { Flow } from './flow';
import { maxPayloadBytes, outputDetails, payload } from './history';
import type { Data, Exit, Result, State, Transition } from './state';
import type { ChildExecutions } from './states/map-run';
import type { Visit } from './types';

/** The largest size of a flow's variables together, in bytes of JSON. */
const maxVariablesBytes = 10 * 1024 * 1024;

/** The members of `$states` besides `input` and `context`. */
export type Extra = { result: unknown } | { errorOutput: unknown } | Record<string, never>;

/** An expression's failure is not what the work came to. */
const cameOf = ({ error = '', reason = '' }: StateError): Visit['came'] =>
  error === 'States.QueryEvaluationError' ? undefined : { error, cause: reason };

export class Step {
  /** Retries so far; a redrive resets it. */
  retryCount = 0;
  taskToken: string | undefined;
  /** Branches or iterations. Those that succeeded keep their results when redriven. */
  children: (Flow | undefined)[] | undefined;
  /** The children of a Distributed Map. A redrive runs those again that did not succeed. */
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

  /** Continues the visit after a redrive. */
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

  /** Throws States.QueryEvaluationError. `map` is the context's `Map`, for an iteration's ItemSelector. */
  async evaluate(template: Template, extra: Extra = {}, map: unknown = this.flow.map): Promise<unknown> {
    if (!template.evaluate) return template.constant;
    try {
      return await template.evaluate(this.scope(extra, map));
    } catch (thrown) {
      throw this.recorded(thrown);
    }
  }

  /** Evaluates a field whose value must have this type. */
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

  /** Evaluates a field whose value must be a number from `least` to `most`. */
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

  /** Records the failure and returns the error to throw. As on AWS, the event follows the one before the state. */
  evaluationFailed(location: string, problem: string, follows?: 'StateEntered'): StateError {
    const cause = this.cause(problem);
    const error = 'States.QueryEvaluationError';
    if (this.flow.last === this.entered && !follows) this.flow.last = this.before;
    this.flow.record('EvaluationFailed', { error, cause, location, state: this.state.name });
    return new StateError(error, cause);
  }

  /** A failure that cannot be caught. */
  fatal(problem: string): StateError {
    return new StateError('States.Runtime', this.cause(problem));
  }

  private cause(problem: string): string {
    const { state, entered } = this;
    return `An error occurred while executing the state '${state.name}' (entered at the event id #${entered}). ${problem}`;
  }

  private scope(extra: Extra, map: unknown): Scope {
    const { run, variables } = this.flow;
    const states = { input: this.input, context: this.context(map), ...extra };
    return { states, variables, random: run.random, clock: run.clock };
  }

  private context(map: unknown): Record<string, unknown> {
    const { run } = this.flow;
    if (run.givenContext) return run.givenContext;
    const { name, type } = this.state;
    const retries = type === 'Task' ? { RetryCount: this.retryCount } : {};
    return {
      ...run.context,
      State: { Name: name, EnteredTime: this.enteredTime, ...retries },
      ...(this.taskToken !== undefined && { Task: { Token: this.taskToken } }),
      ...(map !== undefined && { Map: map }),
    };
  }

  /** Tells whoever wants to know of each visit. */
  visited(came?: Visit['came']): void {
    const { run, variables, map } = this.flow;
    run.onVisit?.({
      state: this.state.name,
      input: this.input,
      variables,
      context: this.context(map),
      ...(came && { came }),
    });
  }

  /** Does a try of the state's work, and tells what it came to. */
  async watched(work: () => Promise<Result>): Promise<Result> {
    if (!this.flow.run.onVisit) return work();
    try {
      const result = await work();
      this.visited({ result: result.value });
      return result;
    } catch (thrown) {
      if (thrown instanceof StateError) this.visited(cameOf(thrown));
      throw thrown;
    }
  }

  /** Evaluates Assign and Output, both with the old variables, and leaves the state. `fallback` is the default output. */
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

  /** Sets variables for the states that follow. Returns their JSON, or undefined when there are none. */
  private assign(values: unknown): Record<string, string> | undefined {
    if (values === null || typeof values !== 'object') return undefined;
    const entries = Object.entries(values);
    if (entries.length === 0) return undefined;
    const texts = entries.map(([name, value]) => [name, payload(value, this.state.name)] as const);
    const bytes = texts.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
    if (bytes > maxPayloadBytes) throw tooLarge(this.state.name);
    const variables = { ...this.flow.variables, ...values };
    // A smaller Assign is not measured: each adds at most 256 KiB.
    if (bytes > maxPayloadBytes / 2 && Buffer.byteLength(JSON.stringify(variables)) > maxVariablesBytes) {
      throw tooLarge(this.state.name);
    }
    this.flow.variables = variables;
    return Object.fromEntries(texts);
  }
}
