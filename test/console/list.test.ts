// Which executions the page lists, in which order, and what that costs in calls.

import { answersFrom } from '../../console/answers';
import { addExecution, cliWorld, cloudOf, machineOf } from '../support/cli';
import { Fault } from '../support/fake-step-functions';

const START = 1_800_000_000;

afterEach(() => jest.useRealTimers());

function open() {
  const world = cliWorld();
  const answers = answersFrom(cloudOf(world, 'prod'), (words) => words);
  const add = (name: string, startDate: number, execution = {}) =>
    addExecution(world, [], { name, startDate: START + startDate, ...execution });
  return { world, answers, add };
}

const shipped = { status: 'SUCCEEDED', stopDate: START + 100, output: '{"outcome":"SHIPPED"}' };
const failed = (undone: boolean) => ({
  status: 'FAILED',
  stopDate: START + 100,
  error: 'TemporaryFailure',
  cause: `{"undone":${undone},"state":"CreateShipment","cause":"{\\"errorMessage\\":\\"The queue is gone\\"}"}`,
});

test('what failed stands first, then what runs, then the rest; each the newest first, with outcome and reason', async () => {
  const { answers, add } = open();
  add('order-A1', 1, failed(true));
  add('order-A2', 2, shipped);
  add('order-A3', 3);
  add('order-A4', 4, failed(false));
  add('order-A5', 5, {
    ...shipped,
    output: '{"outcome":"REJECTED","problems":[{"path":"items","message":"is empty"}]}',
  });
  add('onboarding-bob', 6, {
    stateMachineArn: machineOf('onboarding'),
    status: 'ABORTED',
    stopDate: START + 9,
  });

  const { executions, hasOlder } = await answers.executions(new URLSearchParams('depth=1'));
  expect(executions.map(({ name, outcome, undone, why }) => [name, outcome, undone, why])).toEqual([
    ['onboarding-bob', 'ABORTED', false, ''],
    ['order-A4', 'FAILED', false, 'CreateShipment: TemporaryFailure: The queue is gone'],
    ['order-A1', 'FAILED', true, 'CreateShipment: TemporaryFailure: The queue is gone'],
    ['order-A3', 'RUNNING', undefined, ''],
    ['order-A5', 'REJECTED', undefined, 'items: is empty'],
    ['order-A2', 'SHIPPED', undefined, ''],
  ]);
  expect(hasOlder).toBe(false);
  expect(
    (await answers.executions(new URLSearchParams('workflow=onboarding&depth=1'))).executions.map(
      ({ name }) => name,
    ),
  ).toEqual(['onboarding-bob']);
  await expect(answers.executions(new URLSearchParams('workflow=orders&depth=1'))).rejects.toThrow(
    'There is no workflow orders.',
  );
});

test('the outcome of what has ended is read once, also after a redrive; that of what runs is not read', async () => {
  const { world, answers, add } = open();
  add('order-A1', 1, shipped);
  const redriven = add('order-A2', 2, failed(false));
  add('order-A3', 3);
  const described = async () => {
    world.stepFunctions.requests.length = 0;
    await answers.executions(new URLSearchParams('depth=1'));
    return world.stepFunctions.requests.filter(({ operation }) => operation === 'DescribeExecution').length;
  };
  expect(await described()).toBe(2);
  expect(await described()).toBe(0);
  Object.assign(redriven, shipped, { stopDate: START + 500, cause: undefined });
  expect(await described()).toBe(1);
  const { executions } = await answers.executions(new URLSearchParams('workflow=order&depth=1'));
  expect(executions.find(({ name }) => name === 'order-A2')).toMatchObject({
    outcome: 'SHIPPED',
    failed: false,
  });
});

test('what failed is listed however many have run since, and older ones when they are asked for', async () => {
  const { world, answers, add } = open();
  world.stepFunctions.pageSize = 2;
  add('order-A1', 1, failed(true));
  for (const number of [2, 3, 4, 5]) add(`order-A${number}`, number, shipped);

  const first = await answers.executions(new URLSearchParams('workflow=order&depth=1'));
  expect(first.executions.map(({ name }) => name)).toEqual(['order-A1', 'order-A5', 'order-A4']);
  expect(first.hasOlder).toBe(true);
  const all = await answers.executions(new URLSearchParams('workflow=order&depth=3'));
  expect(all.executions.map(({ name }) => name)).toEqual([
    'order-A1',
    'order-A5',
    'order-A4',
    'order-A3',
    'order-A2',
  ]);
  expect(all.hasOlder).toBe(false);
});

test('on AWS the lists of what failed are read every 30 seconds, the newest executions each time', async () => {
  const { world, answers, add } = open();
  add('order-A1', 1, failed(false));
  const filters = async () => {
    world.stepFunctions.requests.length = 0;
    await answers.executions(new URLSearchParams('workflow=order&depth=1'));
    return world.stepFunctions.requests.flatMap(({ operation, input }) =>
      operation === 'ListExecutions' ? [input.statusFilter] : [],
    );
  };
  expect((await filters()).sort()).toEqual(['ABORTED', 'FAILED', 'TIMED_OUT', undefined]);
  expect(await filters()).toEqual([undefined]);
  jest.useFakeTimers({ now: Date.now() + 31_000, doNotFake: ['setTimeout', 'setImmediate', 'nextTick'] });
  expect(await filters()).toHaveLength(4);
});

test('a list that could not be read is asked for again', async () => {
  const { world, answers, add } = open();
  add('order-A1', 1, failed(false));
  const { ListExecutions } = world.stepFunctions.answers;
  world.stepFunctions.answers.ListExecutions = () => {
    throw new Fault('AccessDeniedException', 'You may not list');
  };
  await expect(answers.executions(new URLSearchParams('workflow=order&depth=1'))).rejects.toThrow(
    'You may not list',
  );
  Object.assign(world.stepFunctions.answers, { ListExecutions });
  expect((await answers.executions(new URLSearchParams('workflow=order&depth=1'))).executions).toHaveLength(
    1,
  );
});
