// Virtual time: when it advances, when it must not, and the error when it cannot.

import { readFile } from 'node:fs/promises';
import timers from 'node:timers/promises';
import { simulate } from '../../../tools/simulator';
import { RealClock, VirtualClock } from '../../../tools/simulator/clock';
import { startExecution } from '../../../tools/simulator/execution';
import type { TaskRunner } from '../../../tools/simulator/types';
import { branch, duration, failing, machine, task, types } from './machine';

afterEach(() => jest.restoreAllMocks());

const parallel = (...states: object[]) =>
  machine({
    P: {
      Type: 'Parallel',
      Branches: states.map((state, index) => branch({ [`S${index}`]: { ...state } })),
      End: true,
    },
  });

test('time stands still while a task waits for something other than the clock', async () => {
  const definition = parallel(task(), { Type: 'Wait', Seconds: 10, End: true });
  const result = await simulate(definition, {
    task: async ({ clock }) => {
      const start = clock.now();
      await readFile(__filename);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return clock.now().getTime() - start.getTime();
    },
  });
  expect(result.output).toEqual([0, {}]);
  expect(duration(result)).toBe(10);
});

test('the earliest timer fires first; at the same moment, the first that was set', async () => {
  const woken: string[] = [];
  const definition = parallel(...[30, 10, 20, 10].map((seconds) => task({ Arguments: { seconds } })));
  await simulate(definition, {
    task: async ({ arguments: sent, clock, state }) => {
      await clock.sleep(Object(sent).seconds);
      woken.push(state);
    },
  });
  expect(woken).toEqual(['S1', 'S3', 'S2', 'S0']);
});

test('all effects of one timer settle before the next one fires', async () => {
  const trace: string[] = [];
  await simulate(parallel(task(), task()), {
    task: async ({ clock, state }) => {
      await clock.sleep(10);
      for (let turn = 0; turn < 3; turn++) {
        trace.push(`${state}.${turn}`);
        await undefined;
      }
    },
  });
  expect(trace).toEqual(['S0.0', 'S0.1', 'S0.2', 'S1.0', 'S1.1', 'S1.2']);
});

test('a task that waits for ever is named', async () => {
  const hangs = simulate(machine({ Ask: task() }), {
    task: ({ clock }) => clock.sleep(Number.POSITIVE_INFINITY),
  });
  await expect(hangs).rejects.toThrow(
    'Nothing moves any more: Ask (arn:aws:states:::lambda:invoke) waits for ever. Let the task double answer',
  );
});

test('a task that runs for longer than a year is named', async () => {
  const hangs = simulate(machine({ Beat: task({ HeartbeatSeconds: 90_000 }) }), {
    task: async ({ clock, heartbeat }) => {
      for (;;) {
        await clock.sleep(86_400);
        heartbeat();
      }
    },
  });
  await expect(hangs).rejects.toThrow('Nothing moves any more: Beat');
});

test('a task that waits for what never comes is named', async () => {
  const realSleep = timers.setTimeout;
  // The real timeout is too long for a test.
  jest.spyOn(timers, 'setTimeout').mockImplementation((_, value, options) => realSleep(10, value, options));
  const definition = parallel(task(), { Type: 'Wait', Seconds: 10, End: true });
  const hangs = simulate(definition, { task: () => new Promise(() => {}) });
  await expect(hangs).rejects.toThrow(
    'Time stands still: S0 (arn:aws:states:::lambda:invoke) waits for something that is not the clock.',
  );
});

const start = (definition: object, runner: TaskRunner, clock = new VirtualClock()) => ({
  clock,
  execution: startExecution({
    definition,
    input: {},
    name: 'e',
    arn: 'arn:aws:states:eu-west-1:1:execution:m:e',
    stateMachine: { name: 'm', arn: 'arn:aws:states:eu-west-1:1:stateMachine:m' },
    roleArn: 'role',
    clock,
    task: runner,
  }),
});

test('a test may let time pass bit by bit', async () => {
  const { clock, execution } = start(machine({ W: { Type: 'Wait', Seconds: 60, End: true } }), failing(0));
  await clock.advance(59);
  expect(execution.status).toBe('RUNNING');
  expect(execution.stopDate).toBeUndefined();
  await clock.advance(2);
  expect(execution.status).toBe('SUCCEEDED');
  expect(execution.stopDate).toEqual(new Date('2026-01-01T00:01:00Z'));
  expect(clock.now()).toEqual(new Date('2026-01-01T00:01:01Z'));
});

test('executions on one clock share their time', async () => {
  const clock = new VirtualClock();
  const ends: string[] = [];
  const wait = (Seconds: number) => machine({ W: { Type: 'Wait', Seconds, End: true } });
  const runs = [50, 20, 40].map((seconds) => start(wait(seconds), failing(0), clock).execution);
  await clock.run(
    Promise.all(runs.map(async (run, index) => ends.push(`${index}: ${(await run.done()).status}`))),
  );
  expect(ends).toEqual(['1: SUCCEEDED', '2: SUCCEEDED', '0: SUCCEEDED']);
  expect(clock.now()).toEqual(new Date('2026-01-01T00:00:50Z'));
});

test('what a task does after its result does not stop time, but the next task does', async () => {
  const definition = machine({ A: task({ Next: 'B' }), B: task() });
  const { clock, execution } = start(definition, async ({ state, clock }) => {
    if (state === 'A') {
      void clock.sleep(40);
      setImmediate(() => clock.sleep(30));
    } else await readFile(__filename).then(() => readFile(__filename));
    return state;
  });
  const nightfall = clock.sleep(3600).then(() => execution.status);
  await clock.run(execution.done());
  expect(clock.now()).toEqual(new Date('2026-01-01T00:00:00Z'));
  expect(await clock.run(nightfall)).toBe('SUCCEEDED');
});

test('two callers can wait on one clock', async () => {
  const slow: TaskRunner = async () => readFile(__filename).then(() => 'read');
  const { clock, execution } = start(machine({ A: task() }), slow);
  const other = start(machine({ A: task() }), slow, clock).execution;
  const both = Promise.all([clock.run(execution.done()), clock.run(other.done())]);
  expect(await both).toMatchObject([{ output: 'read' }, { output: 'read' }]);
});

test('stop ends an execution at once, aborts its calls and cannot be caught', async () => {
  const reasons: unknown[] = [];
  const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'End' }];
  const Retry = [{ ErrorEquals: ['States.ALL'] }];
  const definition = machine({ A: task({ Retry, Catch }), End: { Type: 'Succeed' } });
  const { clock, execution } = start(definition, ({ clock, signal }) =>
    clock.sleep(100, signal).catch((reason) => reasons.push(reason)),
  );
  await clock.advance(10);
  execution.stop('Stopped', 'by hand');
  expect(execution.result).toEqual({ status: 'ABORTED', error: 'Stopped', cause: 'by hand' });
  await clock.advance(1000);
  expect(types(execution)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'ExecutionAborted',
  ]);
  expect(execution.events.at(-1)).toMatchObject({
    executionAbortedEventDetails: { error: 'Stopped', cause: 'by hand' },
  });
  expect(reasons).toHaveLength(1);
  expect(await execution.done()).toBe(execution.result);
});

test('an ended execution does not stop again, and records nothing', async () => {
  const { clock, execution } = start(machine({ A: { Type: 'Succeed' } }), failing(0));
  await clock.run(execution.done());
  execution.stop();
  expect(execution.status).toBe('SUCCEEDED');
  expect(types(execution)).toHaveLength(4);
});

test('each event is reported as it happens, except those of child executions', async () => {
  const told: string[] = [];
  const input = { items: [1, 2] };
  const clock = new VirtualClock();
  const execution = startExecution({
    definition: machine({
      M: {
        Type: 'Map',
        Items: '{% $states.input.items %}',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          ...branch({ A: task() }),
        },
        End: true,
      },
    }),
    input,
    name: 'e',
    arn: 'arn:aws:states:eu-west-1:1:execution:m:e',
    stateMachine: { name: 'm', arn: 'arn:aws:states:eu-west-1:1:stateMachine:m' },
    roleArn: 'role',
    clock,
    task: failing(0),
    onEvent: ({ type }) => told.push(type),
  });
  expect(told).toEqual(['ExecutionStarted']);
  input.items.push(3);
  expect(await clock.run(execution.done())).toMatchObject({ output: ['done', 'done'] });
  expect(told).toEqual(types(execution));
});

test('the real clock sleeps in real time, and wakes when aborted', async () => {
  const clock = new RealClock();
  const before = clock.now().getTime();
  await clock.sleep(0.01);
  expect(clock.now().getTime() - before).toBeGreaterThanOrEqual(10);
  const abort = new AbortController();
  const asleep = clock.sleep(Number.POSITIVE_INFINITY, abort.signal);
  abort.abort();
  await expect(asleep).rejects.toThrow('aborted');
});
