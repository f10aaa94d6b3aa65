// Redrive: an execution continues from where it failed, timed out or was stopped.

import { simulate } from '../../../tools/simulator';
import { VirtualClock } from '../../../tools/simulator/clock';
import { startExecution } from '../../../tools/simulator/execution';
import type { TaskRunner } from '../../../tools/simulator/types';
import { branch, details, failing, links, machine, namedError, task, types } from './machine';

/** Logs each call, and fails it while `broken` contains the state's name (or the state and its item). */
function world(...broken: string[]) {
  const calls: string[] = [];
  const runner: TaskRunner = async ({ state, arguments: sent, clock }) => {
    const call = typeof sent === 'number' ? `${state} ${sent}` : state;
    calls.push(call);
    await clock.sleep(1);
    if (broken.includes(call)) throw namedError('Broken');
    return call;
  };
  return { calls, runner, repair: () => broken.splice(0) };
}

test('a failed Task is scheduled again, with the same input and variables and all retries', async () => {
  const { calls, runner, repair } = world('B');
  const definition = machine({
    A: task({ Assign: { x: '{% $states.result %}' }, Next: 'B' }),
    B: task({
      Arguments: {
        x: '{% $x %}',
        redrives: '{% $states.context.Execution.RedriveCount %}',
        retries: '{% $states.context.State.RetryCount %}',
      },
      Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }],
    }),
  });
  const first = await simulate(definition, { task: runner });
  expect(first).toMatchObject({ status: 'FAILED', error: 'Broken' });
  const second = await first.redrive();
  expect(second.status).toBe('FAILED');
  repair();
  const third = await second.redrive();
  expect(third).toMatchObject({ status: 'SUCCEEDED', output: 'B' });
  expect(third).not.toHaveProperty('error');
  expect(calls).toEqual(['A', 'B', 'B', 'B', 'B', 'B']);
  expect(
    details(third, 'TaskScheduled')
      .slice(1)
      .map(({ parameters }) => JSON.parse(String(parameters))),
  ).toEqual([
    { x: 'A', redrives: 0, retries: 0 },
    { x: 'A', redrives: 0, retries: 1 },
    { x: 'A', redrives: 1, retries: 0 },
    { x: 'A', redrives: 1, retries: 1 },
    { x: 'A', redrives: 2, retries: 0 },
  ]);
  // A, B and B's retry; then B and its retry; then B.
  expect([first.transitions, second.transitions, third.transitions]).toEqual([4, 6, 7]);
});

test('the history goes on, without entering the Task again', async () => {
  const { runner, repair } = world('A');
  const first = await simulate(machine({ A: task() }), { task: runner });
  repair();
  const second = await first.redrive();
  expect(links(second).slice(4)).toEqual([
    '5 TaskFailed <4',
    '6 ExecutionFailed <5',
    '7 ExecutionRedriven <6',
    '8 TaskScheduled <7',
    '9 TaskStarted <8',
    '10 TaskSucceeded <9',
    '11 TaskStateExited <10',
    '12 ExecutionSucceeded <11',
  ]);
  expect(details(second, 'ExecutionRedriven')).toEqual([{ redriveCount: 1 }]);
});

test('a Fail state is entered again and fails again', async () => {
  const first = await simulate(machine({ A: { Type: 'Fail', Error: 'E' } }));
  const second = await first.redrive();
  expect(second).toMatchObject({ status: 'FAILED', error: 'E' });
  expect(types(second).slice(3)).toEqual(['ExecutionRedriven', 'FailStateEntered', 'ExecutionFailed']);
});

test('in a Parallel, only branches that failed or were interrupted run again', async () => {
  const { calls, runner, repair } = world('Fails');
  const slow = { Slow: { Type: 'Wait', Seconds: 60, Next: 'AfterSlow' }, AfterSlow: task() };
  const definition = machine({
    P: {
      Type: 'Parallel',
      Branches: [
        branch({ Fine: task() }),
        branch({ Before: task({ Next: 'Fails' }), Fails: task() }),
        branch(slow),
      ],
      End: true,
    },
  });
  const first = await simulate(definition, { task: runner });
  expect(first.error).toBe('Broken');
  repair();
  const second = await first.redrive();
  expect(second.output).toEqual(['Fine', 'Fails', 'AfterSlow']);
  expect(calls).toEqual(['Fine', 'Before', 'Fails', 'Fails', 'AfterSlow']);
  expect(types(second).filter((type) => type === 'ParallelStateStarted')).toHaveLength(1);
});

test('events in a branch that runs again follow the redrive', async () => {
  const { runner, repair } = world('A');
  const first = await simulate(
    machine({ P: { Type: 'Parallel', Branches: [branch({ A: task() })], End: true } }),
    {
      task: runner,
    },
  );
  repair();
  const second = await first.redrive();
  expect(links(second).slice(10, 12)).toEqual(['11 ExecutionRedriven <10', '12 TaskScheduled <11']);
});

test('in a Map, only iterations that failed, were interrupted or never started run again; also nested', async () => {
  const { calls, runner, repair } = world('Inner 3');
  const inner = { Type: 'Map', ItemProcessor: branch({ Inner: task() }), MaxConcurrency: 1, End: true };
  const definition = machine({
    Outer: {
      Type: 'Map',
      Items: [[1, 2], [3, 4], [5]],
      MaxConcurrency: 1,
      ItemProcessor: branch({ Each: inner }),
      End: true,
    },
  });
  const first = await simulate(definition, { task: runner });
  expect(first.status).toBe('FAILED');
  repair();
  const second = await first.redrive();
  expect(second.output).toEqual([['Inner 1', 'Inner 2'], ['Inner 3', 'Inner 4'], ['Inner 5']]);
  expect(calls).toEqual(['Inner 1', 'Inner 2', 'Inner 3', 'Inner 3', 'Inner 4', 'Inner 5']);
});

test('too much data: all branches run again', async () => {
  const { calls, runner } = world();
  const huge: TaskRunner = async (call) => ((await runner(call)) === 'B' ? 'x'.repeat(300_000) : 'small');
  const Branches = [
    branch({ A: task() }),
    branch({ Later: { Type: 'Wait', Seconds: 9, Next: 'B' }, B: task() }),
  ];
  const first = await simulate(machine({ P: { Type: 'Parallel', Branches, End: true } }), { task: huge });
  expect(first.error).toBe('States.DataLimitExceeded');
  await first.redrive();
  expect(calls).toEqual(['A', 'B', 'A', 'B']);
});

test('a caught failure is not redriven', async () => {
  const { calls, runner } = world('A');
  const definition = machine({
    A: task({ Catch: [{ ErrorEquals: ['Broken'], Next: 'Undo' }] }),
    Undo: task({ Next: 'Failed' }),
    Failed: { Type: 'Fail', Error: 'Undone' },
  });
  const first = await simulate(definition, { task: runner });
  expect((await first.redrive()).error).toBe('Undone');
  expect(calls).toEqual(['A', 'Undo']);
});

test('an execution that timed out continues in the same state, with a new timeout', async () => {
  const definition = machine({ A: task({ Next: 'B' }), B: task() }, { TimeoutSeconds: 60 });
  let slow = true;
  const first = await simulate(definition, {
    task: ({ state, clock }) => clock.sleep(state === 'B' && slow ? 600 : 50),
  });
  expect(first.status).toBe('TIMED_OUT');
  slow = false;
  const second = await first.redrive();
  expect(second.status).toBe('SUCCEEDED');
});

const start = (definition: object, runner: TaskRunner) => {
  const clock = new VirtualClock();
  const execution = startExecution({
    definition,
    input: {},
    name: 'e',
    arn: 'arn:aws:states:eu-west-1:1:execution:m:e',
    stateMachine: { name: 'm', arn: 'arn:aws:states:eu-west-1:1:stateMachine:m' },
    roleArn: 'role',
    clock,
    task: runner,
  });
  return { clock, execution };
};

test('a stopped execution continues in the same states, even when redriven at once', async () => {
  const { calls, runner } = world();
  const Branches = [branch({ A: task() }), branch({ B: task({ Next: 'C' }), C: task() })];
  const { clock, execution } = start(machine({ P: { Type: 'Parallel', Branches, End: true } }), runner);
  await clock.advance(1.5);
  expect(calls).toEqual(['A', 'B', 'C']);
  expect(execution.notRedrivable).toBe('Execution is RUNNING and cannot be redriven');
  execution.stop();
  expect(execution.notRedrivable).toBeUndefined();
  execution.redrive();
  expect(execution).toMatchObject({
    status: 'RUNNING',
    result: undefined,
    stopDate: undefined,
    redriveCount: 1,
  });
  expect(execution.redriveDate).toEqual(new Date('2026-01-01T00:00:01.500Z'));
  expect(await clock.run(execution.done())).toEqual({ status: 'SUCCEEDED', output: ['A', 'C'] });
  expect(calls).toEqual(['A', 'B', 'C', 'C']);
});

test('an execution that succeeded, or ended 14 days ago, cannot be redriven', async () => {
  const fine = await simulate(machine({ A: { Type: 'Succeed' } }));
  await expect(fine.redrive()).rejects.toThrow('Execution is SUCCEEDED and cannot be redriven');
  const { clock, execution } = start(machine({ A: task() }), failing(9));
  await clock.run(execution.done());
  await clock.advance(14 * 86_400);
  expect(execution.notRedrivable).toBeUndefined();
  await clock.advance(1);
  expect(execution.notRedrivable).toBe('Execution redrivable period exceeded');
  expect(() => execution.redrive()).toThrow('Execution redrivable period exceeded');
});
