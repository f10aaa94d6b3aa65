// Retry, Catch, timeouts, heartbeats and task tokens.

import { simulate } from '../../../tools/simulator';
import type { TaskRunner } from '../../../tools/simulator/types';
import { branch, details, duration, failing, invoke, machine, namedError, task, types } from './machine';

const withRetry = (Retry: object[], fields: object = {}) => machine({ Start: task({ Retry, ...fields }) });

/** The seconds between the tries. */
const delays = async (retrier: object, times: number, seed?: number) => {
  const { events } = await simulate(
    withRetry([{ ErrorEquals: ['States.ALL'], MaxAttempts: 9, ...retrier }]),
    {
      task: failing(times),
      ...(seed !== undefined && { seed }),
    },
  );
  const tries = events
    .filter(({ type }) => type === 'TaskScheduled')
    .map(({ timestamp }) => Number(timestamp));
  return tries.slice(1).map((time, index) => (time - (tries[index] ?? 0)) / 1000);
};

test('a retrier has 3 attempts, the first after a second, each delay twice the one before', async () => {
  expect(await delays({}, 9)).toHaveLength(9);
  expect(await delays({ MaxAttempts: undefined }, 9)).toEqual([1, 2, 4]);
});

test('interval, rate and cap of the delay', async () => {
  expect(await delays({ IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10 }, 4)).toEqual([
    2, 6, 10, 10,
  ]);
});

test('full jitter: anything up to the delay, the same for the same seed', async () => {
  const jitter = { JitterStrategy: 'FULL', BackoffRate: 1, IntervalSeconds: 100 };
  const drawn = await delays(jitter, 8, 1);
  expect(drawn.every((delay) => delay >= 0 && delay < 100)).toBe(true);
  expect(new Set(drawn).size).toBe(8);
  expect(await delays(jitter, 8, 1)).toEqual(drawn);
  expect(await delays(jitter, 8, 2)).not.toEqual(drawn);
});

test('a retry repeats Scheduled, Started, Failed with nothing between', async () => {
  const result = await simulate(withRetry([{ ErrorEquals: ['Boom'], MaxAttempts: 1 }]), { task: failing(9) });
  expect(types(result)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskFailed',
    'TaskScheduled',
    'TaskStarted',
    'TaskFailed',
    'ExecutionFailed',
  ]);
  expect(result).toMatchObject({ status: 'FAILED', error: 'Boom', cause: 'attempt 1' });
});

test('each retrier counts its own attempts; the first that matches decides', async () => {
  const errors = ['A', 'B', 'A', 'B', 'A'];
  const { events } = await simulate(
    withRetry([
      { ErrorEquals: ['A'], MaxAttempts: 2, IntervalSeconds: 10, BackoffRate: 1 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 9, BackoffRate: 1 },
    ]),
    {
      task: ({ attempt }) => {
        throw namedError(errors[attempt] ?? 'A');
      },
    },
  );
  expect(details({ events }, 'TaskScheduled')).toHaveLength(5);
  expect(duration({ events })).toBe(10 + 1 + 10 + 1);
});

test('a retrier with MaxAttempts 0 excludes an error from later retriers', async () => {
  const retriers = [{ ErrorEquals: ['Boom'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }];
  expect(details(await simulate(withRetry(retriers), { task: failing(9) }), 'TaskFailed')).toHaveLength(1);
});

const caught = async (names: string[], runner: TaskRunner, fields: object = {}) => {
  const definition = machine({
    Start: task({ ...fields, Catch: [{ ErrorEquals: names, Next: 'Caught' }] }),
    Caught: { Type: 'Succeed' },
  });
  const { status, output } = await simulate(definition, { task: runner });
  return status === 'SUCCEEDED' ? output : status;
};

const throws =
  (name: string, message = ''): TaskRunner =>
  () => {
    throw namedError(name, message);
  };
const never: TaskRunner = ({ clock }) => clock.sleep(Number.POSITIVE_INFINITY);

test('without Output, a catcher passes on error and cause', async () => {
  expect(await caught(['Boom'], throws('Boom', 'why'))).toEqual({ Error: 'Boom', Cause: 'why' });
});

test('with Assign only, a catcher also passes on error and cause', async () => {
  const definition = machine({
    Start: task({
      Assign: { never: 1 },
      Output: 'never',
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: { e: 1 }, Next: 'End' }],
    }),
    End: { Type: 'Pass', Output: '{% [$states.input, $e, $exists($never)] %}', End: true },
  });
  const { output } = await simulate(definition, { task: throws('Boom', 'why') });
  expect(output).toEqual([{ Error: 'Boom', Cause: 'why' }, 1, false]);
});

test('a failure without error and cause is caught with nulls', async () => {
  expect(await caught(['States.TaskFailed'], throws('', ''))).toEqual({ Error: null, Cause: null });
});

test.each([
  ['States.ALL', 'Boom', true],
  ['States.TaskFailed', 'Boom', true],
  ['States.TaskFailed', 'States.Timeout', false],
  ['Boom', 'Boom', true],
  ['boom', 'Boom', false],
  ['States.ALL', 'States.Runtime', false],
  ['States.Runtime', 'States.Runtime', false],
])('%s catches %s: %s', async (catcher, error, expected) => {
  expect((await caught([catcher], throws(error))) !== 'FAILED').toBe(expected);
});

test('States.ALL with another name is refused', async () => {
  await expect(caught(['States.ALL', 'Boom'], throws('Boom'))).rejects.toThrow(
    'names States.ALL beside other errors',
  );
});

test('retriers go before catchers', async () => {
  const Retry = [{ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 2 }];
  let calls = 0;
  await caught(
    ['Boom'],
    () => {
      calls++;
      throw namedError('Boom');
    },
    { Retry },
  );
  expect(calls).toBe(3);
});

test('a Task can catch the failure of its own expressions', async () => {
  const output = await caught(['States.QueryEvaluationError'], () => ({}), {
    Output: '{% $states.result.missing %}',
  });
  expect(output).toMatchObject({
    Error: 'States.QueryEvaluationError',
    Cause: expect.stringContaining("for the field 'Output'"),
  });
});

test('a failing expression in a catcher ends the execution', async () => {
  const Catch = [
    { ErrorEquals: ['Boom'], Output: '{% $missing %}', Next: 'End' },
    { ErrorEquals: ['States.ALL'], Next: 'End' },
  ];
  const result = await simulate(machine({ Start: task({ Catch }), End: { Type: 'Succeed' } }), {
    task: failing(9),
  });
  expect(result.error).toBe('States.QueryEvaluationError');
});

test('a Task times out; its late answer changes nothing', async () => {
  const late: string[] = [];
  const definition = machine({
    Start: task({ TimeoutSeconds: 5, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'End' }] }),
    End: { Type: 'Wait', Seconds: 60, End: true },
  });
  const result = await simulate(definition, {
    task: async (call) => {
      const { clock } = call;
      await clock.sleep(30);
      late.push(`answers after ${clock.now().getSeconds()} s, aborted: ${call.signal.aborted}`);
      return 'late';
    },
  });
  expect(result.output).toEqual({ Error: 'States.Timeout', Cause: '' });
  expect(late).toEqual(['answers after 30 s, aborted: true']);
  expect(details(result, 'TaskScheduled')).toMatchObject([{ timeoutInSeconds: 5 }]);
  expect(types(result)).toContain('TaskTimedOut');
  expect(duration(result)).toBe(65);
});

test('the signal of a call that was answered in time is never aborted', async () => {
  const signals: AbortSignal[] = [];
  const definition = machine({
    A: task({ TimeoutSeconds: 5, Next: 'B' }),
    B: { Type: 'Wait', Seconds: 60, End: true },
  });
  await simulate(definition, { task: ({ signal }) => signals.push(signal) });
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
});

test('an abandoned call runs on after the end, as a Lambda function does', async () => {
  let effect = false;
  const result = await simulate(machine({ Start: task({ TimeoutSeconds: 5 }) }), {
    task: async ({ clock }) => {
      await clock.sleep(60);
      effect = true;
    },
  });
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  expect(result).not.toHaveProperty('cause');
  expect(duration(result)).toBe(5);
  expect(effect).toBe(true);
});

const beating =
  (beats: number): TaskRunner =>
  async ({ clock, heartbeat }) => {
    for (let beat = 0; beat < beats; beat++) {
      await clock.sleep(8);
      heartbeat();
    }
    return never({ clock } as Parameters<TaskRunner>[0]);
  };

test.each(['States.HeartbeatTimeout', 'States.Timeout'])(
  'a heart that stops times out, caught as %s',
  async (name) => {
    expect(await caught([name], beating(3), { TimeoutSeconds: 100, HeartbeatSeconds: 10 })).toEqual({
      Error: 'States.Timeout',
      Cause: '',
    });
  },
);

test('the heartbeat timeout counts from the last beat, the timeout from the start', async () => {
  const last = async (HeartbeatSeconds: number) =>
    duration(
      await simulate(machine({ Start: task({ TimeoutSeconds: 100, HeartbeatSeconds }) }), {
        task: beating(99),
      }),
    );
  expect(await last(10)).toBe(100);
  expect(await last(7)).toBe(7);
  const three = machine({ Start: task({ TimeoutSeconds: 100, HeartbeatSeconds: 10 }) });
  expect(duration(await simulate(three, { task: beating(3) }))).toBe(3 * 8 + 10);
});

test('a callback task gets a token, a new one for each try', async () => {
  const tokens: unknown[] = [];
  const Retry = [{ ErrorEquals: ['States.ALL'] }];
  const fields = {
    Resource: `${invoke}.waitForTaskToken`,
    Arguments: { Payload: '{% $states.context.Task.Token %}' },
    Retry,
  };
  const result = await simulate(machine({ Ask: task(fields) }), {
    task: async ({ arguments: sent, taskToken, attempt, clock }) => {
      tokens.push(taskToken);
      expect(sent).toEqual({ Payload: taskToken });
      await clock.sleep(3600);
      if (attempt === 0) throw namedError('Rejected', 'no');
      return { approved: true };
    },
  });
  expect(result.output).toEqual({ approved: true });
  expect(new Set(tokens).size).toBe(2);
  expect(types(result).slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskFailed']);
  expect(duration(result)).toBe(2 * 3600 + 1);
});

test('other tasks get no token', async () => {
  const seen = await simulate(machine({ Start: task() }), {
    task: ({ taskToken }) => ({ has: taskToken !== undefined }),
  });
  expect(seen.output).toEqual({ has: false });
});

test('the execution’s timeout cannot be caught, and aborts its calls', async () => {
  const aborted: boolean[] = [];
  const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'End' }];
  const definition = machine({ Start: task({ Catch }), End: { Type: 'Succeed' } }, { TimeoutSeconds: 600 });
  const result = await simulate(definition, {
    task: ({ clock, signal }) => {
      signal.addEventListener('abort', () => aborted.push(true));
      return clock.sleep(Number.POSITIVE_INFINITY);
    },
  });
  expect(result.status).toBe('TIMED_OUT');
  expect(result).not.toHaveProperty('error');
  expect(types(result).slice(-2)).toEqual(['TaskStarted', 'ExecutionTimedOut']);
  expect(duration(result)).toBe(600);
  expect(aborted).toEqual([true]);
});

test('without a task runner, the error names the calling state', async () => {
  const result = await simulate(
    machine({
      Start: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }] }),
      End: { Type: 'Succeed' },
    }),
  );
  expect(result).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    cause: expect.stringContaining("State 'Start' calls"),
  });
});

test('a Parallel that is retried runs all branches again and fails once', async () => {
  const result = await simulate(
    machine({
      P: {
        Type: 'Parallel',
        Branches: [branch({ A: task() }), branch({ B: { Type: 'Pass', End: true } })],
        Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }],
        End: true,
      },
    }),
    { task: throws('Boom', 'why') },
  );
  const count = (type: string) => types(result).filter((each) => each === type).length;
  expect(result).toMatchObject({ error: 'Boom', cause: 'why' });
  expect([count('ParallelStateStarted'), count('PassStateEntered'), count('ParallelStateFailed')]).toEqual([
    2, 2, 1,
  ]);
});
