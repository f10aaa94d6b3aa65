import { nestedDefinitions, transitionsByEnd } from '../../../tools/cost/transitions';

const task = { Type: 'Task', Resource: 'arn:aws:states:::sns:publish' };
const all = { ErrorEquals: ['States.ALL'] };

const machine = (StartAt: string, States: object): string => JSON.stringify({ StartAt, States });

test('the start, each state on the way and each retry are billed', () => {
  const definition = machine('Try', {
    Try: {
      ...task,
      Retry: [{ MaxAttempts: 2 }, {}, { MaxAttempts: 0 }],
      Catch: [{ ...all, Next: 'Sorry' }],
      Next: 'Tell',
    },
    Tell: { ...task, Catch: [{ ...all, Next: 'Untold' }], End: true },
    Untold: { Type: 'Succeed' },
    Sorry: { Type: 'Fail' },
  });
  expect(transitionsByEnd(definition)).toEqual([
    { end: 'Tell', how: 'succeeds', least: 3, most: 3, bound: 8 },
    { end: 'Untold', how: 'succeeds', least: 4, most: 4, bound: 9 },
    { end: 'Sorry', how: 'fails', least: 3, most: 3, bound: 8 },
  ]);
});

test('an execution also ends where nothing catches an error', () => {
  const definition = machine('Undo', {
    Undo: { ...task, Retry: [{ MaxAttempts: 40 }], Next: 'Done' },
    Done: { Type: 'Succeed' },
  });
  expect(transitionsByEnd(definition)).toContainEqual({
    end: 'Undo',
    how: 'fails there',
    least: 2,
    most: 2,
    bound: 42,
  });
});

test('branches add up, each with its cheapest or dearest way, and run again when the Parallel is retried', () => {
  const branch = {
    StartAt: 'Charge',
    States: {
      Charge: { ...task, Catch: [{ ...all, Next: 'Declined' }], End: true },
      Declined: { Type: 'Pass', End: true },
    },
  };
  const both = {
    Type: 'Parallel',
    Branches: [branch, branch],
    Catch: [{ ...all, Next: 'Sorry' }],
    End: true,
  };
  const definition = machine('Both', {
    Both: { ...both, Retry: [{ MaxAttempts: 1 }] },
    Sorry: { Type: 'Fail' },
  });
  expect(transitionsByEnd(definition)[0]).toEqual({
    end: 'Both',
    how: 'succeeds',
    least: 4,
    most: 6,
    bound: 11,
  });
});

test('a loop runs to its bound, each way round as often as its own bound lets it', () => {
  const definition = machine('Try', {
    Try: { Type: 'Pass', Next: 'Why' },
    Why: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.round < 3 %}', Next: 'Look' },
        { Condition: '{% $states.input.round < 5 %}', Next: 'Try' },
      ],
      Default: 'Done',
    },
    Look: { Type: 'Pass', Next: 'Try' },
    Done: { Type: 'Succeed' },
  });
  // Rounds 1 and 2 by Look, 3 and 4 without it, the fifth to the end.
  expect(transitionsByEnd(definition)).toEqual([
    { end: 'Done', how: 'succeeds', least: 4, most: 1 + 2 * 3 + 2 * 2 + 3, bound: 1 + 2 * 3 + 2 * 2 + 3 },
  ]);
});

test('of two loops each has rounds of its own', () => {
  const loop = (name: string, Default: string) => ({
    [name]: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.page < 4 %}', Next: name }], Default },
  });
  const definition = machine('First', {
    ...loop('First', 'Second'),
    ...loop('Second', 'Done'),
    Done: { Type: 'Succeed' },
  });
  expect(transitionsByEnd(definition)[0]).toMatchObject({ least: 4, most: 1 + 4 + 4 + 1 });
});

test('a loop without a bound is refused by name', () => {
  const definition = machine('Ask', {
    Ask: { ...task, Next: 'Known' },
    Known: { Type: 'Choice', Choices: [{ Condition: '{% $done %}', Next: 'Done' }], Default: 'Ask' },
    Done: { Type: 'Succeed' },
  });
  expect(() => transitionsByEnd(definition)).toThrow('The loop Ask → Known → Ask has no bound.');
});

test('a Map has one item at most and none at least; the children of a Distributed one are billed otherwise', () => {
  const map = (Mode: string) =>
    machine('Each', {
      Each: {
        Type: 'Map',
        Catch: [{ ...all, Next: 'Sorry' }],
        ItemProcessor: { ProcessorConfig: { Mode }, StartAt: 'One', States: { One: { ...task, End: true } } },
        End: true,
      },
      Sorry: { Type: 'Fail' },
    });
  expect(transitionsByEnd(map('INLINE'))[0]).toMatchObject({ least: 2, most: 3 });
  expect(transitionsByEnd(map('DISTRIBUTED'))[0]).toMatchObject({ least: 2, most: 2 });
});

test('a nested execution counts with its own start, once', () => {
  const parent = machine('Review', {
    Review: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Arguments: { StateMachineArn: '${PaymentReviewArn}' },
      Retry: [{ MaxAttempts: 5 }],
      Catch: [{ ...all, Next: 'Sorry' }],
      End: true,
    },
    Sorry: { Type: 'Fail' },
  });
  const nested = nestedDefinitions([['payment-review', machine('Ask', { Ask: { Type: 'Succeed' } })]]);
  expect(transitionsByEnd(parent, nested)[0]).toMatchObject({ least: 4, most: 4, bound: 9 });
  expect(() => transitionsByEnd(parent)).toThrow('${PaymentReviewArn}');
});
