// Types shared by the interpreter, the tests and the Step Functions API server.

import type { Signal } from './interrupter';

/** The interpreter's clock: virtual in `simulate`, real in the API server. */
export interface Clock {
  now(): Date;
  /** Resolves after `seconds` (never for `Infinity`). Rejects when `signal` aborts. */
  sleep(seconds: number, signal?: Signal): Promise<void>;
  /** Calls `ring` after `seconds` (never for `Infinity`). Returns a cancel function, which is cheaper than a signal. */
  timer(seconds: number, ring: () => void): () => void;
}

/** One call of a service integration, by a Task state, an ItemReader or a ResultWriter. */
export interface TaskCall {
  /** The ARN in `Resource`, e.g. `arn:aws:states:::sns:publish`, or a Lambda function's ARN. */
  resource: string;
  /** The evaluated `Arguments` (the state's input when there are none). */
  arguments: unknown;
  /** Name of the state that calls. */
  state: string;
  /** 0 on the first try, then one more for each retry (the context's `State.RetryCount`). */
  attempt: number;
  /** Present for `.waitForTaskToken` and `.sync`. For the former, the runner's promise settles as the callback says. */
  taskToken?: string;
  /** The role of the state's Credentials, to be used instead of the state machine's. */
  roleArn?: string;
  clock: Pick<Clock, 'now' | 'sleep'>;
  /** Aborted when the call is abandoned: timeout, missed heartbeat, stop, a sibling's failure. */
  signal: AbortSignal;
  /** Restarts the heartbeat timeout. */
  heartbeat(): void;
  /**
   * Records acceptance in the history. `.sync` and `.waitForTaskToken`: the service accepted the request and returned
   * `output`. An activity: the worker of the name `output` has accepted the task.
   */
  submitted(output: unknown): void;
  /** The calling execution. */
  execution: { name: string; arn: string };
}

/** Returns a call's result, or throws an `Error` whose `name` is the error name and whose `message` is the cause. */
export type TaskRunner = (call: TaskCall) => unknown | Promise<unknown>;

/** An event in the shape of GetExecutionHistory: `id`, `previousEventId`, `timestamp`, `type` and one `…EventDetails`. */
export interface HistoryEvent {
  id: number;
  previousEventId: number;
  timestamp: Date;
  type: string;
  [details: `${string}EventDetails`]: Record<string, unknown>;
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** How an execution ended. `output` only when SUCCEEDED; `error`/`cause` as AWS reports them otherwise. */
export interface ExecutionResult {
  status: Exclude<ExecutionStatus, 'RUNNING'>;
  output?: unknown;
  error?: string;
  cause?: string;
}

/** Counts of a Map Run's items, as in DescribeMapRun. */
export interface MapRunCounts {
  pending: number;
  running: number;
  succeeded: number;
  failed: number;
  timedOut: number;
  aborted: number;
  total: number;
  resultsWritten: number;
}

/** One run of a Distributed Map. Its child executions can be described and listed like any other. */
export interface MapRun {
  mapRunArn: string;
  status: Exclude<ExecutionStatus, 'TIMED_OUT'>;
  maxConcurrency: number;
  toleratedFailurePercentage: number;
  toleratedFailureCount: number;
  redriveCount: number;
  startDate: Date;
  stopDate?: Date;
  itemCounts: MapRunCounts;
  executionCounts: MapRunCounts;
  children: Execution[];
  /** The number of items that each of the children has, in the same order. */
  childItems: number[];
}

/** A running or ended execution. */
export interface Execution {
  readonly name: string;
  readonly arn: string;
  readonly input: unknown;
  readonly startDate: Date;
  readonly status: ExecutionStatus;
  /** Set once it has ended; cleared again by a redrive. */
  readonly stopDate: Date | undefined;
  readonly result: ExecutionResult | undefined;
  readonly events: readonly HistoryEvent[];
  /** Billed transitions so far: 1 for the start, 1 for each state entered, 1 for each retry. */
  readonly transitions: number;
  readonly redriveCount: number;
  readonly redriveDate: Date | undefined;
  /** Undefined when it can be redriven, else the reason why not, as AWS words it. */
  readonly notRedrivable: string | undefined;
  readonly mapRuns: readonly MapRun[];
  /** Resolves when the execution ends; never rejects. After a redrive, call it again. */
  done(): Promise<ExecutionResult>;
  /** StopExecution: aborts its calls; nothing is caught; the status is ABORTED. */
  stop(error?: string, cause?: string): void;
  /** RedriveExecution: continues from the failed state or states. Throws when `notRedrivable`. */
  redrive(): void;
}

/** What executions can come by: a state, a rule of its Choice or the Default, a retrier or a catcher of it. */
export type StatePart = 'State' | 'Default' | `${'Choices' | 'Retry' | 'Catch'}[${number}]`;

/** What is known when a state has done its work, and has not been left yet: enough to ask AWS for the rest. */
export interface Visit {
  state: string;
  input: unknown;
  variables: Readonly<Record<string, unknown>>;
  context: Record<string, unknown>;
  /** What a try of a Task, Parallel or Map came to. Absent for other states, and when an expression failed before. */
  came?: { result: unknown } | { error: string; cause: string };
}

/** What an execution runs with. */
export interface ExecutionOptions {
  /** The definition with every `${…}` substituted, as text or parsed. JSONata only. */
  definition: string | object;
  input: unknown;
  name: string;
  arn: string;
  stateMachine: { name: string; arn: string };
  roleArn: string;
  clock: Clock;
  task: TaskRunner;
  /** Makes jitter, `$random()`, `$uuid()` and task tokens reproducible. Random when absent. */
  seed?: number;
  onEvent?: (event: HistoryEvent) => void;
  onMapRun?: (run: MapRun) => void;
  /** Also called for the children of a Distributed Map. Names of states are unique in a definition. */
  onReached?: (state: string, part: StatePart) => void;
  /** Called for each state that does no work, and for each try of one that does. */
  onVisit?: (visit: Visit) => void;
  /** What expressions see as `$states.context`. @default the execution's own */
  context?: Record<string, unknown>;
}
