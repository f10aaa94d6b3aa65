// How a stage is: what needs a person, what became of executions, which versions are live, and what asking costs.

import { answersFrom } from '../../console/answers';
import { fails } from '../../tools/doubles/faults';
import { openShop } from '../../tools/world/order-shop';
import { TABLES } from '../../tools/world/order-world';
import { addExecution, type CliWorld, cliWorld, cloudOf, machineOf } from '../support/cli';
import { Fault } from '../support/fake-step-functions';
import { ORDER, REVIEW, releases } from '../support/releases';
import { reviewing } from '../support/reviews';

const NOW = new Date('2026-03-02T09:30:00Z');
const DAY = 86_400;
const HOUR = 3_600;
const AMOUNT = '33.99 USD';

const at = (now: Date) =>
  jest.useFakeTimers({
    now,
    doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'queueMicrotask'],
  });

beforeEach(() => at(NOW));
afterEach(() => jest.useRealTimers());

const seconds = () => Date.now() / 1000;
const command = (words: string) => `workflows ${words}`;
const healthOf = (world: CliWorld) => answersFrom(cloudOf(world, 'prod'), command).health;

/** A stage in which no payment waits, until a test says otherwise. */
function stage(world = cliWorld()): CliWorld {
  world.outputs['OrderProcessing/ReviewsTableName'] = TABLES.reviews;
  world.clients.dynamodb = async () => openShop().world.dynamodb.client;
  return world;
}

/** An order that stopped at a compensation so many days ago. */
async function stuck(world: CliWorld, orderId: string, daysAgo: number, state = 'ReversePayment') {
  const run = await openShop().run(
    { orderId },
    { faults: { CreateShipment: fails('Error'), [state]: fails('CompensationFailed', 'Stripe is away') } },
  );
  return addExecution(world, run.execution.events, {
    name: `order-${orderId}`,
    status: 'FAILED',
    startDate: seconds() - daysAgo * DAY - 60,
    stopDate: seconds() - daysAgo * DAY,
    error: 'CompensationFailed',
    cause: '{"errorType":"CompensationFailed","errorMessage":"Stripe is away"}',
  });
}

function ended(world: CliWorld, name: string, hoursAgo: number, how: object = { outcome: 'SHIPPED' }) {
  return addExecution(world, [], {
    name,
    status: 'SUCCEEDED',
    startDate: seconds() - hoursAgo * HOUR,
    stopDate: seconds() - hoursAgo * HOUR + 9,
    output: JSON.stringify(how),
  });
}

const failure = (undone: boolean) => ({
  status: 'FAILED',
  error: 'Error',
  cause: `{"undone":${undone},"state":"CreateShipment","cause":"gone","next":"Look at the queue."}`,
});

test('what stopped half-way is told, the oldest first, with amount and command; what is undone is not', async () => {
  const world = stage();
  await stuck(world, 'A1', 1);
  await stuck(world, 'A2', 0.5, 'ReleaseInventory');
  await stuck(world, 'A3', 15);
  await stuck(world, 'A4', 2);
  const undone = await openShop().run({ orderId: 'A5' }, { faults: { CreateShipment: fails('Error') } });
  addExecution(world, undone.execution.events, {
    name: 'order-A5',
    ...failure(true),
    stopDate: seconds() - 9,
  });

  const { state, sentence, stopped } = await healthOf(world)();
  expect([state, sentence]).toEqual(['stopped', '4 executions stopped half-way.']);
  expect(
    stopped.found.map(({ name, at, amount, next }) => [name, at, amount, next.map(({ run }) => run)]),
  ).toEqual([
    ['order-A3', ['ReversePayment'], AMOUNT, ['workflows undo order-A3']],
    ['order-A4', ['ReversePayment'], AMOUNT, ['workflows redrive order-A4']],
    ['order-A1', ['ReversePayment'], AMOUNT, ['workflows redrive order-A1']],
    ['order-A2', ['ReleaseInventory'], AMOUNT, ['workflows redrive order-A2']],
  ]);
  expect(
    stopped.found.map(({ redriveUntil }) => redriveUntil && (redriveUntil - Date.now()) / 1000 / DAY),
  ).toEqual([undefined, 12, 13, 13.5]);
  expect(stopped.found[1]?.why[0]).toContain('Stripe is away');
  // order-A3 cannot be redriven, so there are two.
  expect(stopped.together).toEqual([
    {
      say: 'When the cause is gone, both that stopped at ReversePayment:',
      run: 'workflows redrive --all --failed-at ReversePayment',
    },
  ]);
  expect(stopped.problems).toEqual([]);
});

test('what no redrive mends is told for a day, with what its definition advises', async () => {
  const world = stage();
  const left = await stuckInFailState();
  const add = (name: string, daysAgo: number) =>
    addExecution(world, left.events, {
      name,
      ...failure(false),
      startDate: seconds() - daysAgo * DAY,
      stopDate: seconds() - daysAgo * DAY,
    });
  add('order-B1', 0.9);
  add('order-B2', 1.1);
  const { stopped } = await healthOf(world)();
  expect(stopped.found.map(({ name, next }) => [name, next.at(-1)?.say])).toEqual([
    ['order-B1', 'Look at the queue.'],
  ]);
});

/** A history that ends at a Fail state which does not say that all is undone. */
async function stuckInFailState() {
  const run = await openShop().run({ orderId: 'B1' }, { faults: { CreateShipment: fails('Error') } });
  const events = run.execution.events.map((event) =>
    event.type === 'ExecutionFailed'
      ? { ...event, executionFailedEventDetails: { error: 'Error', cause: failure(false).cause } }
      : event,
  );
  return { events };
}

test('a payment that waits is told with its age, the time that is left, and both answers', async () => {
  const shop = await reviewing();
  at(shop.clock.now());
  const world = stage();
  world.clients.dynamodb = async () => shop.world.dynamodb.client;

  const { state, sentence, reviews } = await healthOf(world)();
  expect([state, sentence]).toEqual(['asked', '1 review waits for an answer, for 1 h.']);
  expect(reviews.found).toEqual([
    {
      execution: 'order-A-1001',
      amount: '1200.00 USD',
      customer: expect.any(String),
      requestedAt: expect.any(Number),
      expiresAt: expect.any(Number),
      note: '',
      answers: ['workflows review approve order-A-1001', 'workflows review reject order-A-1001'],
    },
  ]);
  expect(JSON.stringify(reviews)).not.toContain('oken');

  // Of an order that was stopped nothing waits for the answer any more.
  await stuck(world, 'A-1001', 0);
  expect(await healthOf(world)()).toMatchObject({
    sentence: '1 execution stopped half-way.',
    reviews: { found: [] },
  });
  world.stepFunctions.executions.clear();

  await shop.answer('APPROVED');
  await shop.books();
  expect(await healthOf(world)()).toMatchObject({
    state: 'well',
    sentence: 'Nothing stopped half-way, and no payment waits for a review.',
  });
});

test('outcomes are those of all that were started in 24 hours, also beyond a page, by the hour', async () => {
  const world = stage();
  world.stepFunctions.pageSize = 3;
  for (const n of [1, 2, 3, 4]) ended(world, `order-A${n}`, 0.1 * n);
  ended(world, 'order-A5', 5, { outcome: 'PAYMENT_DECLINED' });
  ended(world, 'order-A6', 20);
  ended(world, 'order-A7', 23.4);
  ended(world, 'order-A8', 23.6);
  ended(world, 'order-A9', 40);
  Object.assign(ended(world, 'order-B1', 5), failure(true));
  Object.assign(await stuck(world, 'B3', 0.2), { startDate: seconds() - 5 * HOUR });
  addExecution(world, [], { name: 'order-B2', startDate: seconds() - 60 });
  Object.assign(ended(world, 'onboarding-bob', 2, { outcome: 'ONBOARDED' }), {
    stateMachineArn: machineOf('onboarding'),
  });

  const { outcomes } = await healthOf(world)();
  expect(new Date(outcomes.since).toISOString()).toBe('2026-03-01T10:00:00.000Z');
  const [order, onboarding, ...rest] = outcomes.found;
  expect(order).toMatchObject({
    workflow: 'order',
    started: 10,
    unread: 0,
    outcomes: [
      { outcome: 'SHIPPED', failed: false, count: 6 },
      { outcome: 'RUNNING', failed: false, count: 1 },
      { outcome: 'PAYMENT_DECLINED', failed: false, count: 1 },
      { outcome: 'FAILED', failed: true, undone: true, count: 1 },
      { outcome: 'FAILED', failed: true, undone: false, count: 1 },
    ],
  });
  expect(
    order?.hours.flatMap(({ started, failed }, hour) => (started > 0 ? [[hour, started, failed]] : [])),
  ).toEqual([
    [0, 1, 0],
    [3, 1, 0],
    [18, 3, 2],
    [23, 5, 0],
  ]);
  expect(onboarding).toMatchObject({ started: 1, outcomes: [{ outcome: 'ONBOARDED', count: 1 }] });
  expect(rest.map(({ workflow, started }) => [workflow, started])).toEqual([
    ['import', 0],
    ['reconcile', 0],
  ]);
});

test('of many, the outcomes are read little by little, the newest first, and the rest is said to be unread', async () => {
  const world = stage();
  for (let n = 1; n <= 45; n++) ended(world, `order-${n}`, n / 60);
  const health = healthOf(world);
  const unread = async () => {
    const { outcomes } = await health();
    const [order] = outcomes.found;
    return [order?.unread, order?.outcomes[0]?.count, order?.started];
  };
  expect(await unread()).toEqual([25, 20, 45]);
  at(new Date(Date.now() + 31_000));
  expect(await unread()).toEqual([5, 40, 45]);
  at(new Date(Date.now() + 31_000));
  expect(await unread()).toEqual([0, 45, 45]);
});

test('the last reconciliation that ended is told when it found differences, however long ago', async () => {
  const world = stage();
  const reconciled = (name: string, hoursAgo: number, outcome: string) =>
    Object.assign(ended(world, name, hoursAgo, { outcome }), { stateMachineArn: machineOf('reconcile') });
  reconciled('reconcile-1', 50, 'MATCHED');
  reconciled('reconcile-2', 30, 'DIFFERENCES');
  const health = healthOf(world);
  expect(await health()).toMatchObject({
    state: 'asked',
    sentence: 'The last reconciliation found differences.',
    unmatched: { found: [{ name: 'reconcile-2', run: 'workflows reconcile --report reconcile-2' }] },
  });
  reconciled('reconcile-3', 1, 'MATCHED');
  at(new Date(Date.now() + 31_000));
  expect(await health()).toMatchObject({ state: 'well', unmatched: { found: [] } });
});

test('versions: which are live with which weight, since when, and what runs on each', async () => {
  const { world, release, route, execution } = releases(stage());
  const [old = '', first = '', second = ''] = [9, 3, 1].map((days) => release(ORDER, days));
  release(REVIEW, 1);
  route(ORDER, { 2: 90, 3: 10 });
  route(REVIEW, { 1: 100 });
  execution(old, 'order-A0', 3);
  execution(first, 'order-A1', 0.1);
  execution(first, 'order-A2', 0.1);
  execution(second, 'order-A3', 0.1);
  execution(ORDER, 'order-A4', 0.1);
  execution(second, 'order-A5', 0.1, 'SUCCEEDED');
  const { DescribeStateMachineAlias = () => ({}) } = world.stepFunctions.answers;
  world.stepFunctions.answers.DescribeStateMachineAlias = (input) => ({
    ...DescribeStateMachineAlias(input),
    updateDate: seconds() - HOUR,
  });

  const { versions } = await healthOf(world)();
  expect(versions.problems).toEqual([]);
  expect(versions.found).toEqual([
    {
      workflow: 'order',
      live: 'version 2 (90 %), version 3 (10 %)',
      since: Date.now() - HOUR * 1000,
      running: '1 on version 3, 2 on version 2, 1 on version 1, 1 on no version',
    },
    { workflow: 'onboarding', live: 'no version', running: '' },
    { workflow: 'import', live: 'no version', running: '' },
    { workflow: 'reconcile', live: 'no version', running: '' },
    { workflow: 'payment-review', live: 'version 1', since: Date.now() - HOUR * 1000, running: '' },
  ]);
});

test('a part that is refused is a sentence in its place; the others are shown, and nobody says that all is well', async () => {
  const world = stage();
  ended(world, 'order-A1', 1);
  world.clients.dynamodb = async () => {
    throw Object.assign(new Error('You may not dynamodb:Scan'), { name: 'AccessDeniedException' });
  };
  expect(await healthOf(world)()).toMatchObject({ state: 'unsure', stopped: { problems: [] } });
  const { ListExecutions = () => ({}) } = world.stepFunctions.answers;
  world.stepFunctions.answers.ListExecutions = (input) => {
    if (input.stateMachineArn === machineOf('onboarding'))
      throw new Fault('AccessDeniedException', 'Not this one');
    return ListExecutions(input);
  };

  const { state, sentence, stopped, reviews, outcomes } = await healthOf(world)();
  expect([state, sentence]).toEqual([
    'unsure',
    'Nothing that could be read needs a person. Not all could be read: see below.',
  ]);
  expect(reviews.problems).toEqual([
    'Reviews could not be read: AccessDeniedException: You may not dynamodb:Scan',
  ]);
  expect(stopped.problems).toEqual(['onboarding could not be read: AccessDeniedException: Not this one']);
  expect(outcomes.problems).toEqual(stopped.problems);
  expect(outcomes.found.map(({ workflow, started }) => [workflow, started])).toEqual([
    ['order', 1],
    ['import', 0],
    ['reconcile', 0],
  ]);
});

test('more that failed than are looked at: what is found is told, and that it may not be all', async () => {
  const world = stage();
  for (let n = 1; n <= 30; n++) Object.assign(ended(world, `order-${n}`, n), failure(true));
  await stuck(world, 'A1', 0);
  const health = healthOf(world);
  expect(await health()).toMatchObject({
    sentence: '1 execution stopped half-way. Not all could be read: see below.',
    stopped: { problems: ['order: 11 more that failed are being looked at.'] },
  });
  at(new Date(Date.now() + 31_000));
  expect(await health()).toMatchObject({
    sentence: '1 execution stopped half-way.',
    stopped: { problems: [] },
  });
});

test('on AWS it is read every 30 seconds however often it is asked, and the history of what has ended once', async () => {
  const world = stage();
  const execution = await stuck(world, 'A1', 0.5);
  const health = healthOf(world);
  const asked = async () => {
    world.stepFunctions.requests.length = 0;
    await Promise.all([health(), health()]);
    return world.stepFunctions.requests.map(({ operation }) => operation);
  };
  const count = (operations: string[], name: string) => operations.filter((each) => each === name).length;
  const first = await asked();
  // For each workflow: three ways to fail, what was started, what runs. And the reconciliations.
  expect(count(first, 'ListExecutions')).toBe(4 * 5 + 1);
  expect(count(first, 'GetExecutionHistory')).toBe(1);
  // Its end, which is both counted and looked at, and what of it may be redriven.
  expect(count(first, 'DescribeExecution')).toBe(2);
  expect(await asked()).toEqual([]);
  at(new Date(Date.now() + 31_000));
  const second = await asked();
  expect(count(second, 'ListExecutions')).toBe(4 * 5 + 1);
  expect(count(second, 'GetExecutionHistory') + count(second, 'DescribeExecution')).toBe(0);

  Object.assign(execution, { stopDate: seconds() });
  at(new Date(Date.now() + 31_000));
  expect(count(await asked(), 'GetExecutionHistory')).toBe(1);
});
