// Histories as on AWS: events, their order, and the event that each follows.

import { simulate } from '../../../tools/simulator';
import { branch, details, failing, invoke, links, machine, namedError, task, types } from './machine';

const pass = { Type: 'Pass', End: true };
const run = (definition: object, runner = failing(0)) =>
  simulate(definition, { input: { a: 1 }, task: runner });

test('an optimised integration', async () => {
  const Arguments = { FunctionName: 'f', Payload: '{% $states.input %}' };
  const result = await run(machine({ A: task({ Arguments, TimeoutSeconds: 9, Next: 'B' }), B: pass }));
  expect(links(result)).toEqual([
    '1 ExecutionStarted <0',
    '2 TaskStateEntered <0',
    '3 TaskScheduled <2',
    '4 TaskStarted <3',
    '5 TaskSucceeded <4',
    '6 TaskStateExited <5',
    '7 PassStateEntered <6',
    '8 PassStateExited <7',
    '9 ExecutionSucceeded <8',
  ]);
  expect(result.events.slice(0, 6)).toMatchObject([
    {
      executionStartedEventDetails: {
        input: '{"a":1}',
        inputDetails: { truncated: false },
        roleArn: 'arn:aws:iam::123456789012:role/simulated',
      },
    },
    { stateEnteredEventDetails: { name: 'A', input: '{"a":1}', inputDetails: { truncated: false } } },
    {
      taskScheduledEventDetails: {
        resourceType: 'lambda',
        resource: 'invoke',
        region: 'us-east-1',
        parameters: '{"FunctionName":"f","Payload":{"a":1}}',
        timeoutInSeconds: 9,
      },
    },
    { taskStartedEventDetails: { resourceType: 'lambda', resource: 'invoke' } },
    { taskSucceededEventDetails: { resourceType: 'lambda', resource: 'invoke', output: '"done"' } },
    { stateExitedEventDetails: { name: 'A', output: '"done"', outputDetails: { truncated: false } } },
  ]);
});

test.each([
  [`${invoke}.waitForTaskToken`, 'lambda', 'invoke.waitForTaskToken', true],
  ['arn:aws:states:::states:startExecution.sync:2', 'states', 'startExecution.sync:2', true],
  ['arn:aws:states:::aws-sdk:dynamodb:transactWriteItems', 'aws-sdk:dynamodb', 'transactWriteItems', false],
  ['arn:aws:states:::http:invoke', 'http', 'invoke', false],
])('%s', async (Resource, resourceType, resource, submitted) => {
  const result = await run(machine({ A: task({ Resource }) }));
  expect(details(result, 'TaskStarted')).toEqual([{ resourceType, resource }]);
  expect(types(result).includes('TaskSubmitted')).toBe(submitted);
});

test('a bare Lambda ARN has events of its own', async () => {
  const Resource = 'arn:aws:lambda:us-east-1:123456789012:function:f';
  const Retry = [{ ErrorEquals: ['Boom'] }];
  const result = await run(machine({ A: task({ Resource, Retry }) }), failing(1));
  expect(links(result).slice(2, 8)).toEqual([
    '3 LambdaFunctionScheduled <2',
    '4 LambdaFunctionStarted <3',
    '5 LambdaFunctionFailed <4',
    '6 LambdaFunctionScheduled <5',
    '7 LambdaFunctionStarted <6',
    '8 LambdaFunctionSucceeded <7',
  ]);
  expect(details(result, 'LambdaFunctionScheduled')[0]).toMatchObject({
    resource: Resource,
    input: '{"a":1}',
  });
  expect(details(result, 'LambdaFunctionFailed')).toEqual([{ error: 'Boom', cause: 'attempt 0' }]);
});

test('the event of a failing expression follows the one before the state, which has no exit event', async () => {
  const result = await run(
    machine({ A: { ...pass, End: undefined, Next: 'B' }, B: { ...pass, Output: '{% $no %}' } }),
  );
  expect(links(result)).toEqual([
    '1 ExecutionStarted <0',
    '2 PassStateEntered <0',
    '3 PassStateExited <2',
    '4 PassStateEntered <3',
    '5 EvaluationFailed <3',
    '6 ExecutionFailed <5',
  ]);
  expect(details(result, 'EvaluationFailed')).toEqual([
    {
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining('(entered at the event id #4)'),
      location: 'Output',
      state: 'B',
    },
  ]);
});

const parallel = (...branches: object[]) =>
  machine({ P: { Type: 'Parallel', Branches: branches, End: true } });

test('a Parallel: branches follow its start, its end follows the branch that ended last', async () => {
  const result = await run(
    parallel(branch({ A: { Type: 'Wait', Seconds: 1, End: true } }), branch({ B: pass })),
  );
  expect(links(result)).toEqual([
    '1 ExecutionStarted <0',
    '2 ParallelStateEntered <0',
    '3 ParallelStateStarted <2',
    '4 WaitStateEntered <3',
    '5 PassStateEntered <3',
    '6 PassStateExited <5',
    '7 WaitStateExited <4',
    '8 ParallelStateSucceeded <7',
    '9 ParallelStateExited <7',
    '10 ExecutionSucceeded <9',
  ]);
  expect(result.output).toEqual([{ a: 1 }, { a: 1 }]);
});

test('a failing Task in a branch aborts itself and the other running states', async () => {
  const result = await run(
    parallel(
      branch({ A: task() }),
      branch({ W: { Type: 'Wait', Seconds: 60, End: true } }),
      branch({ B: task() }),
    ),
    async ({ state, clock }) => {
      await clock.sleep(state === 'A' ? 5 : 50);
      throw namedError('Boom');
    },
  );
  expect(links(result).slice(-6)).toEqual([
    '11 TaskFailed <8',
    '12 TaskStateAborted <11',
    '13 WaitStateAborted <11',
    '14 TaskStateAborted <11',
    '15 ParallelStateFailed <11',
    '16 ExecutionFailed <15',
  ]);
});

const map = (fields: object, state: object = pass) =>
  machine({ M: { Type: 'Map', ItemProcessor: branch({ S: { ...state } }), ...fields, End: true } });

test('a Map, one iteration at a time: each follows the last event inside the one before', async () => {
  expect(links(await run(map({ Items: ['x', 'y'], MaxConcurrency: 1 })))).toEqual([
    '1 ExecutionStarted <0',
    '2 MapStateEntered <0',
    '3 MapStateStarted <2',
    '4 MapIterationStarted <3',
    '5 PassStateEntered <4',
    '6 PassStateExited <5',
    '7 MapIterationSucceeded <6',
    '8 MapIterationStarted <6',
    '9 PassStateEntered <8',
    '10 PassStateExited <9',
    '11 MapIterationSucceeded <10',
    '12 MapStateSucceeded <11',
    '13 MapStateExited <11',
    '14 ExecutionSucceeded <13',
  ]);
});

test('iterations that start together are recorded together', async () => {
  const result = await run(map({ Items: ['x', 'y', 'z'], MaxConcurrency: 2 }));
  expect(links(result).slice(2, 6)).toEqual([
    '3 MapStateStarted <2',
    '4 MapIterationStarted <3',
    '5 MapIterationStarted <3',
    '6 PassStateEntered <4',
  ]);
  expect(details(result, 'MapIterationStarted')[2]).toEqual({ index: 2, name: 'M' });
});

test('a Map without items', async () => {
  const result = await run(map({ Items: [] }));
  expect(links(result).slice(2)).toEqual([
    '3 MapStateStarted <2',
    '4 MapStateSucceeded <3',
    '5 MapStateExited <3',
    '6 ExecutionSucceeded <5',
  ]);
  expect(details(result, 'MapStateStarted')).toEqual([{ length: 0 }]);
});

test('a Task that times out in an iteration aborts itself and the others', async () => {
  const result = await run(map({ Items: [1, 2, 3] }, task({ TimeoutSeconds: 5 })), ({ clock }) =>
    clock.sleep(9),
  );
  expect(links(result).slice(-9)).toEqual([
    '16 TaskTimedOut <11',
    '17 MapIterationFailed <16',
    '18 TaskStateAborted <16',
    '19 MapIterationAborted <16',
    '20 TaskStateAborted <16',
    '21 MapIterationAborted <16',
    '22 TaskStateAborted <16',
    '23 MapStateFailed <16',
    '24 ExecutionFailed <23',
  ]);
});

test('Items that are not an array: the Map fails without having started', async () => {
  const result = await run(map({ Items: '{% 1 %}' }));
  expect(types(result).slice(2)).toEqual(['EvaluationFailed', 'MapStateFailed', 'ExecutionFailed']);
  const { cause } = await run(map({}));
  expect(cause).toContain('Map state input must be an array but was: {"a":1}');
});

test('an ItemSelector sees the item, its index and the input; a failing one fails the Map', async () => {
  const item = '$states.context.Map.Item';
  const ItemSelector = { i: `{% ${item}.Index %}`, v: `{% ${item}.Value %}`, input: '{% $states.input.a %}' };
  expect((await run(map({ Items: ['x', 'y'], ItemSelector }))).output).toEqual([
    { i: 0, v: 'x', input: 1 },
    { i: 1, v: 'y', input: 1 },
  ]);
  const failed = await run(map({ Items: ['x'], ItemSelector: { no: '{% $no %}' } }));
  expect(types(failed).slice(-4)).toEqual([
    'EvaluationFailed',
    'MapIterationFailed',
    'MapStateFailed',
    'ExecutionFailed',
  ]);
});

test('the context object of an iteration has its item', async () => {
  const state = { ...pass, Output: '{% $states.context.Map.Item %}' };
  expect((await run(map({ Items: ['x'] }, state))).output).toEqual([
    { Index: 0, Value: 'x', Source: 'STATE_DATA' },
  ]);
});

test.each([
  [3, 4],
  [0, 1],
  [undefined, 1],
])('MaxConcurrency %s: ten iterations of a second take %d s', async (MaxConcurrency, seconds) => {
  const fields = { Items: '{% [1..10] %}', ...(MaxConcurrency !== undefined && { MaxConcurrency }) };
  const { events } = await run(map(fields, { Type: 'Wait', Seconds: 1, End: true }));
  expect((Number(events.at(-1)?.timestamp) - Number(events[0]?.timestamp)) / 1000).toBe(seconds);
});
