// An execution, from its start to its end, redrives included.

import { VirtualClock } from './clock';
import { load } from './definition';
import { Interrupted, StateError } from './errors';
import { Flow } from './flow';
import { History, inputDetails, maxEvents, outputDetails, payload } from './history';
import { Interrupter, type Signal } from './interrupter';
import { parseJson } from './long-integers';
import { type Random, random } from './random';
import type { StateMachine } from './state';
import type {
  Clock,
  Execution,
  ExecutionOptions,
  ExecutionResult,
  ExecutionStatus,
  MapRun,
  TaskRunner,
} from './types';

/** AWS redrives an execution for this many days after its end. */
const redrivableDays = 14;

/** Starts an execution, which runs on its own. Throws DefinitionError when the definition cannot run. */
export function startExecution(options: ExecutionOptions): Execution {
  const { clock, task } = options;
  const watched = clock instanceof VirtualClock ? clock.watch(task) : task;
  return new RunningExecution(load(options.definition), { ...options, task: watched }, random(options.seed));
}

/** Promise.withResolvers, which Node 20 does not have. */
function deferred() {
  let resolve: (result: ExecutionResult) => void = () => {};
  const promise = new Promise<ExecutionResult>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Created once, because creating an error is slow and nothing reads this one. */
const over = new Interrupted();

type ChildOptions = Pick<ExecutionOptions, 'input' | 'name' | 'arn' | 'stateMachine'>;
type Options = Omit<ExecutionOptions, 'definition' | 'seed'>;

export class RunningExecution implements Execution {
  readonly name: string;
  readonly arn: string;
  readonly input: unknown;
  readonly startDate: Date;
  readonly history: History;
  readonly mapRuns: MapRun[] = [];
  readonly clock: Clock;
  readonly task: TaskRunner;
  readonly stateMachine: ExecutionOptions['stateMachine'];
  readonly region: string;
  readonly onReached: ExecutionOptions['onReached'];
  readonly onVisit: ExecutionOptions['onVisit'];
  readonly givenContext: ExecutionOptions['context'];
  /** `Execution` and `StateMachine` of the context object. */
  context: Record<string, unknown> = {};
  transitions = 1;
  redriveCount = 0;
  redriveDate: Date | undefined;
  stopDate: Date | undefined;
  result: ExecutionResult | undefined;
  private readonly root: Flow;
  private interrupter = new Interrupter();
  private ended = deferred();
  private callOffDeadline = () => {};
  /** Resolves when the run before the redrive has unwound. */
  private unwound: Promise<void> = Promise.resolve();

  constructor(
    private readonly machine: StateMachine,
    private readonly options: Options,
    readonly random: Random,
  ) {
    this.name = options.name;
    this.arn = options.arn;
    this.clock = options.clock;
    this.task = options.task;
    this.stateMachine = options.stateMachine;
    this.region = options.arn.split(':')[3] ?? '';
    this.onReached = options.onReached;
    this.onVisit = options.onVisit;
    this.givenContext = options.context;
    this.startDate = this.clock.now();
    const text = payload(options.input, options.name);
    // A copy, since the caller may change its object.
    this.input = parseJson(text);
    this.history = new History(this.clock, options.onEvent, () => this.historyIsFull());
    this.history.add('ExecutionStarted', 0, { ...inputDetails(text), roleArn: options.roleArn });
    this.root = new Flow(this, machine, { input: { value: this.input, text }, variables: {}, after: 0 });
    this.begin();
  }

  get status(): ExecutionStatus {
    return this.result?.status ?? 'RUNNING';
  }

  get events() {
    return this.history.events;
  }

  done(): Promise<ExecutionResult> {
    return this.ended.promise;
  }

  stop(error?: string, cause?: string): void {
    const details = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
    this.end({ status: 'ABORTED', ...details }, 'ExecutionAborted', details, 0);
  }

  get notRedrivable(): string | undefined {
    if (this.status === 'RUNNING' || this.status === 'SUCCEEDED') {
      return `Execution is ${this.status} and cannot be redriven`;
    }
    if (this.events.length >= maxEvents - 1) return 'Execution history event limit exceeded';
    const ended = this.stopDate?.getTime() ?? 0;
    const days = (this.clock.now().getTime() - ended) / 86_400_000;
    return days > redrivableDays ? 'Execution redrivable period exceeded' : undefined;
  }

  redrive(): void {
    const reason = this.notRedrivable;
    if (reason) throw new Error(reason);
    this.redriveCount++;
    this.redriveDate = this.clock.now();
    this.result = undefined;
    this.stopDate = undefined;
    this.interrupter = new Interrupter();
    this.ended = deferred();
    const details = { redriveCount: this.redriveCount };
    this.root.last = this.history.add('ExecutionRedriven', this.events.length, details);
    this.begin();
  }

  /** Starts a child execution of a Distributed Map. */
  startChild(machine: StateMachine, child: ChildOptions): Execution {
    const { onEvent: _, onMapRun: __, ...shared } = this.options;
    return new RunningExecution(machine, { ...shared, ...child }, this.random);
  }

  addMapRun(mapRun: MapRun): void {
    this.mapRuns.push(mapRun);
    this.options.onMapRun?.(mapRun);
  }

  private begin(): void {
    this.context = this.describe();
    const { interrupter } = this;
    const { timeoutSeconds } = this.machine;
    this.unwound = this.unwound.then(() => this.run(interrupter));
    if (timeoutSeconds === Number.POSITIVE_INFINITY) return;
    this.callOffDeadline = this.clock.timer(timeoutSeconds, () =>
      this.end({ status: 'TIMED_OUT' }, 'ExecutionTimedOut', { error: 'States.Timeout' }, 0),
    );
  }

  private describe(): Record<string, unknown> {
    const { stateMachine, options, redriveDate } = this;
    return {
      Execution: {
        Id: this.arn,
        Input: this.input,
        StartTime: this.startDate.toISOString(),
        Name: this.name,
        RoleArn: options.roleArn,
        RedriveCount: this.redriveCount,
        ...(redriveDate && { RedriveTime: redriveDate.toISOString() }),
      },
      StateMachine: { Id: stateMachine.arn, Name: stateMachine.name },
    };
  }

  private async run(signal: Signal): Promise<void> {
    try {
      const { value, text } = await this.root.execute(signal);
      this.end({ status: 'SUCCEEDED', output: value }, 'ExecutionSucceeded', outputDetails(text));
    } catch (thrown) {
      if (thrown instanceof Interrupted) return;
      this.fail(
        thrown instanceof StateError ? thrown.details : { error: 'States.Runtime', cause: `${thrown}` },
      );
    }
  }

  private fail(details: { error?: string; cause?: string }): void {
    this.end({ status: 'FAILED', ...details }, 'ExecutionFailed', details);
  }

  private historyIsFull(): void {
    const cause = `The execution reached the maximum number of history events (${maxEvents}).`;
    this.fail({ error: 'States.Runtime', cause });
  }

  /** An end from outside (a stop, a timeout) follows event 0. */
  private end(
    result: ExecutionResult,
    type: string,
    details: Record<string, unknown>,
    follows = this.root.last,
  ): void {
    if (this.result) return;
    this.result = result;
    this.stopDate = this.clock.now();
    this.history.add(type, follows, details);
    this.callOffDeadline();
    this.interrupter.abort(over);
    this.ended.resolve(result);
  }
}
