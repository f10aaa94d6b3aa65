// Cases as data: a definition, the results of its tasks, and what Step Functions is known to do with them.

import { type Simulation, simulate } from '../../../tools/simulator';
import { VirtualClock } from '../../../tools/simulator/clock';
import { startExecution } from '../../../tools/simulator/execution';
import type { Execution, HistoryEvent, TaskRunner } from '../../../tools/simulator/types';
import { details, namedError, types } from './machine';

/** The outcome of one call. */
type Answer =
  | { result: unknown }
  | { error: string; cause?: string }
  /** Never settles. */
  | { never: true };

interface Before {
  afterSeconds?: number;
  /** The runner first calls `submitted` with this. */
  submitted?: unknown;
  /** The runner first sends a heartbeat. */
  beats?: true;
}

interface Expected {
  status?: string;
  output?: unknown;
  error?: string;
  /** A part of the cause. */
  cause?: string;
  /** All events in order. */
  types?: string[];
  /** The last events, each with the event that it follows: the latest of that type, or an id. */
  tail?: [type: string, follows: string | number][];
  /** Details of the events of these types. */
  details?: Record<string, object[]>;
  /** The evaluated arguments of each task call. */
  calls?: unknown[];
  /** A part of the message if the definition is refused. */
  refused?: string;
}

export interface Case {
  /** The rule that the case shows, as a sentence: the title of its test. */
  rule: string;
  definition: object;
  /** @default {} */
  input?: unknown;
  /** Keyed by state: the outcomes of its calls, in order. */
  tasks?: Record<string, (Answer & Before)[]>;
  /** Calls StopExecution after this many seconds. */
  stopAfterSeconds?: number;
  expected: Expected;
}

/** One test for each case. */
export function runCases(cases: Case[]): void {
  test.each(cases.map((one) => [one.rule, one] as const))('%s', async (_, one) => {
    const { refused } = one.expected;
    if (refused !== undefined) await expect(run(one)).rejects.toThrow(refused);
    else await check(one);
  });
}

async function check(one: Case): Promise<void> {
  const calls: unknown[] = [];
  const result = await run(one, calls);
  const { expected } = one;
  const { status, output, error } = expected;
  expect(result).toMatchObject({
    ...(status !== undefined && { status }),
    ...(error !== undefined && { error }),
  });
  if ('output' in expected) expect(result.output).toEqual(output);
  if (expected.cause !== undefined) expect(result.cause).toContain(expected.cause);
  if (expected.types) expect(types(result)).toEqual(expected.types);
  if (expected.tail)
    expect(tail(result.events, expected.tail.length)).toEqual(named(result.events, expected.tail));
  for (const [type, all] of Object.entries(expected.details ?? {})) {
    expect(details(result, type)).toMatchObject(all);
  }
  if (expected.calls) expect(calls).toEqual(expected.calls);
}

const tail = (events: readonly HistoryEvent[], length: number) =>
  events.slice(-length).map(({ type, previousEventId }) => [type, previousEventId]);

const named = (events: readonly HistoryEvent[], expected: [string, string | number][]) =>
  expected.map(([type, follows]) => [
    type,
    typeof follows === 'number' ? follows : events.findLast((event) => event.type === follows)?.id,
  ]);

async function run(
  one: Case,
  calls: unknown[] = [],
): Promise<Pick<Simulation, 'status' | 'events'> & Partial<Simulation>> {
  const task = answering(one.tasks ?? {}, calls);
  const { definition, input = {}, stopAfterSeconds } = one;
  if (stopAfterSeconds === undefined) return simulate(definition, { input, task });
  const clock = new VirtualClock();
  const execution = start({ definition, input, task, clock });
  await clock.advance(stopAfterSeconds);
  execution.stop('Stopped', 'by hand');
  return { ...(await execution.done()), events: execution.events };
}

const start = (options: {
  definition: object;
  input: unknown;
  task: TaskRunner;
  clock: VirtualClock;
}): Execution =>
  startExecution({
    ...options,
    name: 'execution',
    arn: 'arn:aws:states:us-east-1:123456789012:execution:m:execution',
    stateMachine: { name: 'm', arn: 'arn:aws:states:us-east-1:123456789012:stateMachine:m' },
    roleArn: 'arn:aws:iam::123456789012:role/m',
  });

function answering(tasks: NonNullable<Case['tasks']>, calls: unknown[]): TaskRunner {
  const taken = new Map<string, number>();
  return async ({ state, arguments: sent, clock, submitted, heartbeat }) => {
    calls.push(sent);
    const call = taken.get(state) ?? 0;
    taken.set(state, call + 1);
    const answer = tasks[state]?.[call];
    if (!answer) throw new Error(`The case has no answer for call ${call + 1} of ${state}.`);
    if ('submitted' in answer) submitted(answer.submitted);
    if (answer.beats) heartbeat();
    if (answer.afterSeconds !== undefined) await clock.sleep(answer.afterSeconds);
    if ('never' in answer) return clock.sleep(Number.POSITIVE_INFINITY);
    if ('error' in answer) throw namedError(answer.error, answer.cause);
    return answer.result;
  };
}
