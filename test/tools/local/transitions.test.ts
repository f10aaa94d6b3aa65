import { billedTransitions } from '../../../tools/local/transitions';

/** Events in a chain, except where `after` names the one before. */
const history = (...types: (string | { type: string; after: number })[]) =>
  types.map((event, index) => ({
    id: index + 1,
    previousEventId: typeof event === 'string' ? index : event.after,
    type: typeof event === 'string' ? event : event.type,
  }));

test('the start and each state entered', () => {
  const events = history('ExecutionStarted', 'PassStateEntered', 'PassStateExited', 'SucceedStateEntered');
  expect(billedTransitions(events)).toBe(3);
});

test('a retried task is billed once more for each retry', () => {
  const once = ['TaskScheduled', 'TaskStarted', 'TaskFailed'];
  const events = history('ExecutionStarted', 'TaskStateEntered', ...once, ...once, ...once);
  expect(billedTransitions(events)).toBe(4);
});

test('a state entered whose task was never scheduled hides no other retry', () => {
  const events = history(
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskFailed',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskFailed',
    'TaskScheduled',
  );
  expect(billedTransitions(events)).toBe(4);
});

test('branches: the container, each state in them, and a retry of one of them', () => {
  const events = history(
    'ExecutionStarted',
    'ParallelStateEntered',
    'ParallelStateStarted',
    { type: 'TaskStateEntered', after: 3 },
    { type: 'LambdaFunctionScheduled', after: 4 },
    { type: 'TaskStateEntered', after: 3 },
    { type: 'TaskScheduled', after: 6 },
    { type: 'LambdaFunctionFailed', after: 5 },
    { type: 'LambdaFunctionScheduled', after: 8 },
  );
  expect(billedTransitions(events)).toBe(5);
});

test('a retried Parallel is billed once more', () => {
  const once = ['ParallelStateStarted', 'PassStateEntered', 'ParallelStateFailed'];
  const events = history('ExecutionStarted', 'ParallelStateEntered', ...once, ...once);
  expect(billedTransitions(events)).toBe(5);
});
