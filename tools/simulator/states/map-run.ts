// A Map Run: runs and counts the children of a Distributed Map, and fails when too many have failed.

import { concurrently } from '../concurrent';
import type { RunningExecution } from '../execution';
import type { Signal } from '../interrupter';
import type { States } from '../state';
import type { Execution, ExecutionStatus, MapRun, MapRunCounts } from '../types';
import { type Tolerance, tolerates, tooManyFailed } from './tolerance';

/** The longest that an Express workflow runs. */
const expressSeconds = 300;

export interface Child {
  input: unknown;
  /** The number of items in its input. */
  items: number;
  /** Undefined until it starts. */
  execution: Execution | undefined;
}

export interface MapRunOptions {
  label: string;
  states: States;
  express: boolean;
  /** 0 means no limit. */
  maxConcurrency: number;
  /** In items, not in children. */
  tolerance: Tolerance;
}

const countOf = {
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
} as const satisfies Record<ExecutionStatus, keyof MapRunCounts>;

export class ChildExecutions implements MapRun {
  readonly mapRunArn: string;
  readonly startDate: Date;
  status: MapRun['status'] = 'RUNNING';
  stopDate?: Date;
  redriveCount = 0;
  /** Whether the ResultWriter has written its files. */
  written = false;
  /** Undefined until the items have been read. */
  list: Child[] | undefined;

  constructor(
    private readonly run: RunningExecution,
    private readonly options: MapRunOptions,
  ) {
    this.mapRunArn = `${this.arn('mapRun')}:${run.random.uuid()}`;
    this.startDate = run.clock.now();
  }

  get maxConcurrency(): number {
    return this.options.maxConcurrency;
  }

  get toleratedFailurePercentage(): number {
    return this.options.tolerance.percentage ?? 0;
  }

  get toleratedFailureCount(): number {
    return this.options.tolerance.count ?? 0;
  }

  get children(): Execution[] {
    return (this.list ?? []).flatMap(({ execution }) => execution ?? []);
  }

  get childItems(): number[] {
    return (this.list ?? []).flatMap(({ execution, items }) => (execution ? [items] : []));
  }

  get executionCounts(): MapRunCounts {
    return this.count(() => 1);
  }

  get itemCounts(): MapRunCounts {
    return this.count(({ items }) => items);
  }

  /** Runs the children that have not succeeded yet. Throws StateError when more fail than are tolerated. */
  async execute(children: Child[], parent: Signal): Promise<void> {
    const total = children.reduce((sum, { items }) => sum + items, 0);
    let failed = 0;
    await concurrently(parent, children.length, this.maxConcurrency || 10_000, async (index, signal) => {
      const child = children[index];
      if (!child || child.execution?.status === 'SUCCEEDED') return;
      const execution = this.start(child);
      const stop = () => execution.stop();
      signal.addEventListener('abort', stop);
      const { status } = await execution.done();
      signal.removeEventListener('abort', stop);
      if (status === 'SUCCEEDED') return;
      failed += child.items;
      if (!tolerates(this.options.tolerance, failed, total)) throw tooManyFailed();
    });
  }

  end(status: MapRun['status']): void {
    this.status = status;
    this.stopDate = this.run.clock.now();
  }

  redrive(): void {
    this.redriveCount++;
    this.status = 'RUNNING';
    delete this.stopDate;
  }

  /** Redrives a Standard child that has failed; starts an Express one again. */
  private start(child: Child): Execution {
    const { label, states, express } = this.options;
    const { run } = this;
    if (child.execution && !express && !child.execution.notRedrivable) {
      child.execution.redrive();
      return child.execution;
    }
    const name = run.random.uuid();
    const arn = express
      ? `${this.arn('express')}:${name}:${run.random.uuid()}`
      : `${this.arn('execution')}:${name}`;
    const stateMachine = { name: `${run.stateMachine.name}/${label}`, arn: this.arn('stateMachine') };
    const timeoutSeconds = express ? expressSeconds : Number.POSITIVE_INFINITY;
    const { input } = child;
    child.execution = run.startChild({ ...states, timeoutSeconds }, { input, name, arn, stateMachine });
    return child.execution;
  }

  private arn(kind: string): string {
    return `${this.run.stateMachine.arn.replace(':stateMachine:', `:${kind}:`)}/${this.options.label}`;
  }

  private count(weight: (child: Child) => number): MapRunCounts {
    const counts = { pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
    let [total, ended] = [0, 0];
    for (const child of this.list ?? []) {
      const status = child.execution?.status;
      counts[status ? countOf[status] : 'pending'] += weight(child);
      total += weight(child);
      if (status && status !== 'RUNNING') ended += weight(child);
    }
    return { ...counts, total, resultsWritten: this.written ? ended : 0 };
  }
}
