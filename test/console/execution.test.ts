// What the page shows of an execution, from the events of real definitions with real functions.

import type { Visit } from '../../bin/history/timeline';
import { answersFrom } from '../../console/answers';
import type { ShownExecution, ShownVisit } from '../../console/model';
import { triesLeft } from '../../console/retries';
import { type FaultPlan, fails, times, worksButFails } from '../../tools/doubles/faults';
import { simulate } from '../../tools/simulator';
import type { HistoryEvent } from '../../tools/simulator/types';
import { definitionOf } from '../../tools/world/definitions';
import { openShop } from '../../tools/world/order-shop';
import { addExecution, cliWorld, cloudOf } from '../support/cli';

const command = (words: string) => `workflows ${words}`;

async function shown(events: readonly HistoryEvent[], name = 'order-A1') {
  const world = cliWorld();
  addExecution(world, events, { name });
  world.stepFunctions.answers.DescribeStateMachineForExecution = () => ({
    definition: definitionOf('order-processing'),
  });
  return {
    world,
    execution: await answersFrom(cloudOf(world, 'dev'), command).execution(new URLSearchParams({ id: name })),
  };
}

async function order(order = {}, faults: FaultPlan = {}): Promise<ShownExecution> {
  const run = await openShop().run({ orderId: 'A1', ...order }, { faults });
  return (await shown(run.execution.events)).execution;
}

const visitsIn = ({ rows }: ShownExecution) => rows.filter((row): row is ShownVisit => 'key' in row);

const arrows = ({ drawing, taken }: ShownExecution) =>
  taken.map((index) => {
    const { from = '', to = '', onError } = drawing.edges[index] ?? {};
    return `${from} ${onError ? '⇢' : '→'} ${to}`;
  });

test('an order that was undone: how each state stands, the way that was taken, the tries, the command', async () => {
  const execution = await order(
    {},
    {
      ChargeCard: times(1, fails('TemporaryFailure', 'Stripe answered 500')),
      CreateShipment: worksButFails('Error', 'The queue is gone'),
    },
  );

  expect(execution.states).toEqual({
    ValidateOrder: { standing: 'done', tries: 1, visits: 1 },
    ProcessPaymentAndReserveInventory: { standing: 'done', tries: 0, visits: 1 },
    ChargeCard: { standing: 'done', tries: 2, visits: 1 },
    ReserveInventory: { standing: 'done', tries: 1, visits: 1 },
    CheckPaymentSuccess: { standing: 'done', tries: 0, visits: 1 },
    CreateShipment: { standing: 'caught', tries: expect.any(Number), visits: 1 },
    CancelShipment: { standing: 'undone', tries: 1, visits: 1 },
    ReleaseInventory: { standing: 'undone', tries: 1, visits: 1 },
    ReversePayment: { standing: 'undone', tries: 1, visits: 1 },
    CheckOutcome: { standing: 'done', tries: 0, visits: 1 },
    NotifyOrderFailed: { standing: 'done', tries: 1, visits: 1 },
    OrderFailed: { standing: 'failed', tries: 0, visits: 1 },
  });
  expect(arrows(execution)).toEqual([
    'ValidateOrder → ProcessPaymentAndReserveInventory',
    'ProcessPaymentAndReserveInventory → CheckPaymentSuccess',
    'CheckPaymentSuccess → CreateShipment',
    'CreateShipment ⇢ CancelShipment',
    'CancelShipment → ReleaseInventory',
    'ReleaseInventory → ReversePayment',
    'ReversePayment → CheckOutcome',
    'CheckOutcome → NotifyOrderFailed',
    'NotifyOrderFailed → OrderFailed',
  ]);
  const charge = visitsIn(execution).find(({ state }) => state === 'ChargeCard');
  expect(charge).toMatchObject({ depth: 1, note: 'authorised 33.99 USD', resource: 'lambda:invoke' });
  expect(charge?.tries.map(({ error }) => error)).toEqual([
    'TemporaryFailure: Stripe answered 500',
    undefined,
  ]);
  expect(JSON.parse(charge?.input ?? '')).toMatchObject({ Payload: { order: { orderId: 'A1' } } });
  expect(JSON.parse(charge?.result ?? '')).toMatchObject({ amount: 3399 });
  expect(execution).toMatchObject({
    outcome: 'FAILED',
    failed: true,
    transitions: 14,
    nestedTransitions: 0,
    hasRecords: false,
    why: ['CreateShipment failed. Error: The queue is gone'],
    undone: ['the shipment is cancelled', 'the stock is released', expect.stringContaining('cancelled')],
  });
  expect(execution.next.at(-1)).toEqual({ run: 'workflows start order --from order-A1 --attempt 2' });
});

test('of the usual arrow and that of a Catch to the same state, the one is lit that was taken', async () => {
  const faults = { CreateShipment: fails('X'), NotifyOrderFailed: fails('X') };
  expect(arrows(await order({}, faults)).at(-1)).toBe('NotifyOrderFailed ⇢ OrderFailed');
});

test('a state that ended the execution, and one that still runs, are told apart', async () => {
  const { events } = (
    await openShop().run(
      { orderId: 'A1' },
      { faults: { CancelShipment: fails('X'), CreateShipment: fails('X') } },
    )
  ).execution;
  const { execution: ended } = await shown(events);
  expect(ended.states.CancelShipment).toMatchObject({ standing: 'failed' });

  const entered = events.findIndex(
    ({ stateEnteredEventDetails: entered }) => entered?.name === 'CreateShipment',
  );
  const { execution: running } = await shown(events.slice(0, entered + 2));
  expect(running).toMatchObject({ outcome: 'RUNNING', at: ['CreateShipment'] });
  expect(running.states.CreateShipment).toMatchObject({ standing: 'running' });
  expect(running).not.toHaveProperty('endedAt');
});

test('a state that has failed says how often it will still be tried', async () => {
  const { events } = (
    await openShop().run(
      { orderId: 'A1' },
      { faults: { ChargeCard: times(3, fails('TemporaryFailure', 'Stripe answered 500')) } },
    )
  ).execution;
  const until = (type: string, count: number) => {
    const places = [...events.entries()].flatMap(([index, event]) =>
      event.type === type && event.taskFailedEventDetails?.error === 'TemporaryFailure' ? [index] : [],
    );
    return events.slice(0, (places[count - 1] ?? 0) + 1);
  };
  const left = async (part: readonly HistoryEvent[]) =>
    visitsIn((await shown(part)).execution).find(({ state }) => state === 'ChargeCard')?.triesLeft;
  // TemporaryFailure is retried 5 times.
  expect(await left(until('TaskFailed', 1))).toBe(
    'Its next try is to come, and up to 4 more tries after it.',
  );
  expect(await left(until('TaskFailed', 3))).toBe(
    'Its next try is to come, and up to 2 more tries after it.',
  );
  expect(await left(events.slice(0, 4))).toBeUndefined();
  expect(await left(events)).toBeUndefined();
});

const at = (second: number) => new Date(second * 1000);
const tried = (...errors: (string | undefined)[]): Visit => ({
  id: 2,
  state: 'A',
  type: 'Task',
  enteredAt: at(0),
  branches: [],
  tries: errors.map((error, index) => ({ startedAt: at(index), ...(error !== undefined && { error }) })),
});
const retry = (...retriers: [errors: string[], most?: number][]) => ({
  Retry: retriers.map(([ErrorEquals, MaxAttempts]) => ({
    ErrorEquals,
    ...(MaxAttempts !== undefined && { MaxAttempts }),
  })),
});

test.each([
  [
    'the default is 3',
    retry([['X']]),
    tried('X'),
    'Its next try is to come, and up to 2 more tries after it.',
  ],
  [
    'each retrier counts by itself',
    retry([['X'], 2], [['States.ALL'], 5]),
    tried('Y', 'X', 'Y'),
    'Its next try is to come, and up to 3 more tries after it.',
  ],
  ['one that runs', retry([['X'], 2]), tried('X', undefined), 'After this try, 1 more try if it fails.'],
  ['the last one', retry([['X'], 1]), tried('X', undefined), 'This is its last try.'],
  ['one that is not retried', retry([['X'], 0]), tried('X'), undefined],
  ['no retrier for it', retry([['X'], 2]), tried('Y'), undefined],
  [
    'States.ALL does not take what ends at once',
    retry([['States.ALL'], 2]),
    tried('States.Runtime'),
    undefined,
  ],
  ['a timeout is no failed task', retry([['States.TaskFailed'], 2]), tried('States.Timeout'), undefined],
])('tries that are left: %s', (_, state, visit, expected) => {
  expect(triesLeft(state, visit, { redrivenAt: [] })).toBe(expected);
});

test('tries that are left: a redrive counts anew, and what has ended has none', () => {
  const state = retry([['X'], 2]);
  expect(triesLeft(state, tried('X', 'X', 'X'), { redrivenAt: [at(2)] })).toBe(
    'Its next try is to come, and 1 more try after it.',
  );
  const end = { at: at(9), status: 'FAILED' as const };
  expect(triesLeft(state, tried('X'), { redrivenAt: [], end })).toBeUndefined();
});

test('only the definition of an execution is kept: the history is read each time', async () => {
  const run = await openShop().run({ orderId: 'A1' });
  const { world } = await shown(run.execution.events);
  const answers = answersFrom(cloudOf(world, 'dev'), command);
  world.stepFunctions.requests.length = 0;
  await answers.execution(new URLSearchParams('id=order-A1'));
  await answers.execution(new URLSearchParams('id=order-A1'));
  expect(world.stepFunctions.requests.map(({ operation }) => operation).sort()).toEqual([
    'DescribeStateMachineForExecution',
    'GetExecutionHistory',
    'GetExecutionHistory',
  ]);
});

test('a nested execution stands below the state that started it, under keys of its own, and not in the graph', async () => {
  const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: {}, End: true };
  const machine = (name: string, state = {}) => ({
    QueryLanguage: 'JSONata',
    StartAt: name,
    States: { [name]: { ...task, ...state } },
  });
  const inner = await simulate(machine('Ask'), { task: () => ({ Payload: { decision: 'APPROVED' } }) });
  const outer = await simulate(
    machine('ReviewPayment', { Resource: 'arn:aws:states:::states:startExecution.sync:2' }),
    { task: () => ({ Output: {} }) },
  );
  const child = 'arn:aws:states:us-east-1:000000000000:execution:review:order-A1-review-0';
  const linked = outer.events.map((event) =>
    event.type === 'TaskSubmitted'
      ? { ...event, taskSubmittedEventDetails: { output: JSON.stringify({ ExecutionArn: child }) } }
      : event,
  );
  const { world } = await shown([]);
  addExecution(world, inner.events, { name: 'order-A1-review-0', executionArn: child });
  addExecution(world, linked, { name: 'order-A1' });
  const execution = await answersFrom(cloudOf(world, 'dev'), command).execution(
    new URLSearchParams('id=order-A1'),
  );

  expect(visitsIn(execution)).toEqual([
    expect.objectContaining({ state: 'ReviewPayment', depth: 0, nested: false, childArn: child }),
    expect.objectContaining({ state: 'Ask', depth: 1, nested: true, key: '2/2' }),
  ]);
  expect(Object.keys(execution.states)).toEqual(['ReviewPayment']);
  expect(execution).toMatchObject({ transitions: 2, nestedTransitions: 2 });
});
