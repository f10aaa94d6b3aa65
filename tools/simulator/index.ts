// Runs a state machine in virtual time, for tests.

import { VirtualClock } from './clock';
import { startExecution } from './execution';
import type { Execution, ExecutionResult, HistoryEvent, MapRun, TaskRunner } from './types';

export interface SimulateOptions {
  /** @default {} */
  input?: unknown;
  /** @default 'execution' */
  name?: string;
  /** @default 2026-01-01T00:00:00Z */
  startTime?: Date;
  /** Determines jitter, `$random()`, `$uuid()` and task tokens. @default 0 */
  seed?: number;
  /** Does the work of every service integration. @default each call fails its execution */
  task?: TaskRunner;
}

export interface Simulation extends ExecutionResult {
  events: readonly HistoryEvent[];
  /** State transitions that AWS would bill. */
  transitions: number;
  mapRuns: readonly MapRun[];
  /** Redrives the execution. Rejects with AWS's reason when that is not possible. */
  redrive(): Promise<Simulation>;
}

const region = 'us-east-1';
const account = '123456789012';
const stateMachine = { name: 'simulated', arn: `arn:aws:states:${region}:${account}:stateMachine:simulated` };
/** A Lambda function whose state timed out runs on for at most this many seconds. */
const longestFunction = 15 * 60;

/**
 * Runs a definition (JSONata, every `${…}` substituted) to its end. Rejects when the definition cannot run, and
 * when a task double waits for something that never happens.
 */
export async function simulate(
  definition: string | object,
  options: SimulateOptions = {},
): Promise<Simulation> {
  const name = options.name ?? 'execution';
  const clock = new VirtualClock(options.startTime);
  const execution = startExecution({
    definition,
    input: options.input ?? {},
    name,
    arn: `arn:aws:states:${region}:${account}:execution:${stateMachine.name}:${name}`,
    stateMachine,
    roleArn: `arn:aws:iam::${account}:role/simulated`,
    clock,
    task: options.task ?? noTask,
    seed: options.seed ?? 0,
  });
  return finish(execution, clock);
}

async function finish(execution: Execution, clock: VirtualClock): Promise<Simulation> {
  const result = await clock.run(execution.done());
  await clock.drain(longestFunction);
  return {
    ...result,
    events: execution.events,
    transitions: execution.transitions,
    mapRuns: execution.mapRuns,
    redrive: async () => {
      execution.redrive();
      return finish(execution, clock);
    },
  };
}

const noTask: TaskRunner = ({ state, resource }) => {
  const problem = `State '${state}' calls ${resource}, but simulate() was given no \`task\`.`;
  throw Object.assign(new Error(problem), { name: 'States.Runtime' });
};
