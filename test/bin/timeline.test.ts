// Compares what the command line and the samples read from a history with what the simulator did.

import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { timelineOf } from '../../bin/history/timeline';
import { simulate } from '../../tools/simulator';

const failing = (failures: number) => {
  let calls = 0;
  return () => {
    if (calls++ < failures) throw Object.assign(new Error('once more'), { name: 'Passing' });
    return {};
  };
};

const machine = (state: object) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: { First: { ...state, Next: 'Last' }, Last: { Type: 'Succeed' } },
});

const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 3 }];
const task = { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Arguments: {} };
const other = { StartAt: 'Other', States: { Other: { ...task, End: true } } };
const inner = { StartAt: 'Call', States: { Call: { ...task, End: true } } };
const innerRetrying = { StartAt: 'Call', States: { Call: { ...task, Retry, End: true } } };

test('the variables that a state assigned, and nothing where it assigned none', async () => {
  const { events } = await simulate(
    machine({
      ...task,
      Assign: { list: [1, { deep: true }], text: 'a "b"', number: 7, nothing: null },
      Catch: [
        { ErrorEquals: ['States.ALL'], Assign: { caught: '{% $states.errorOutput.Error %}' }, Next: 'Last' },
      ],
    }),
    { task: failing(0) },
  );
  const [first, last] = timelineOf(events as readonly HistoryEvent[]).visits;
  expect(first?.variables).toEqual({ list: [1, { deep: true }], text: 'a "b"', number: 7, nothing: null });
  expect(last).not.toHaveProperty('variables');
});

test('the variables that a catcher assigned', async () => {
  const { events } = await simulate(
    machine({
      ...task,
      Assign: { worked: true },
      Catch: [
        { ErrorEquals: ['States.ALL'], Assign: { caught: '{% $states.errorOutput.Error %}' }, Next: 'Last' },
      ],
    }),
    { task: failing(1) },
  );
  expect(timelineOf(events as readonly HistoryEvent[]).visits[0]?.variables).toEqual({ caught: 'Passing' });
});

describe('billed transitions: the start, each state entered, each retry', () => {
  test.each([
    ['a Pass', { Type: 'Pass' }, 0, 3],
    ['a retried Task', { ...task, Retry }, 2, 5],
    ['a Parallel', { Type: 'Parallel', Branches: [inner, other] }, 0, 5],
    ['a retried Parallel', { Type: 'Parallel', Branches: [inner], Retry }, 1, 6],
    ['a Parallel with a retried branch', { Type: 'Parallel', Branches: [innerRetrying, other] }, 1, 6],
    ['a retried Map', { Type: 'Map', Items: [1], ItemProcessor: inner, Retry }, 2, 8],
    ['a Map with retried items', { Type: 'Map', Items: [1, 2], ItemProcessor: innerRetrying }, 2, 7],
  ])('%s', async (_, state, failures, expected) => {
    const execution = await simulate(machine(state), { task: failing(failures) });
    expect(execution.status).toBe('SUCCEEDED');
    expect(execution.transitions).toBe(expected);
    expect(timelineOf(execution.events as readonly HistoryEvent[]).transitions).toBe(expected);
  });
});
