/** Versions of a state machine and its alias: which one runs, how executions are found by them, what a redrive runs. */
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { deploy, MACHINE_ARN } from '../../../support/fake-ministack';
import { eventually, startTestCloud, type TestCloud } from '../../../support/step-functions-server';

const LIVE = `${MACHINE_ARN}:live`;

let cloud: TestCloud;
/** Whether the task of each definition fails. */
let isBroken: boolean;

beforeEach(async () => {
  isBroken = false;
  cloud = await startTestCloud({
    'lambda:invoke': async ({ arguments: given }) => {
      if (isBroken) throw Object.assign(new Error('broken'), { name: 'Broken' });
      return { from: Object(given).FunctionName };
    },
  });
});
afterEach(() => cloud.close());

/** Publishes a version whose definition calls a function of that version. */
const publish = (version: number): string =>
  deploy(
    cloud.ministack,
    {
      StartAt: 'Work',
      States: {
        Work: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Arguments: { FunctionName: `work:${version}`, Payload: {} },
          End: true,
        },
      },
    },
    { name: `orders:${version}` },
  );

/** Points the alias to versions, each with its weight. */
const route = (...routes: [arn: string, weight: number][]) =>
  cloud.ministack.aliases.set(LIVE, {
    routingConfiguration: routes.map(([stateMachineVersionArn, weight]) => ({
      stateMachineVersionArn,
      weight,
    })),
  });

const ended = (executionArn = '') =>
  eventually(async () => {
    const execution = await cloud.client.send(new DescribeExecutionCommand({ executionArn }));
    return execution.status === 'RUNNING' ? undefined : execution;
  });

const start = async (name: string, stateMachineArn = LIVE) => {
  const { executionArn } = await cloud.client.send(new StartExecutionCommand({ stateMachineArn, name }));
  return ended(executionArn);
};

const listed = async (stateMachineArn: string) => {
  const { executions = [] } = await cloud.client.send(new ListExecutionsCommand({ stateMachineArn }));
  return executions.map(({ name }) => name).toSorted();
};

test('an alias starts its versions by their weights', async () => {
  const [old, canary] = [publish(1), publish(2)];
  route([old, 90], [canary, 10]);
  const drawn = jest.spyOn(Math, 'random');
  drawn.mockReturnValueOnce(0.899);
  expect((await start('order-1')).stateMachineVersionArn).toBe(old);
  drawn.mockReturnValueOnce(0.9);
  expect(await start('order-2')).toMatchObject({
    stateMachineArn: MACHINE_ARN,
    stateMachineVersionArn: canary,
    stateMachineAliasArn: LIVE,
    output: '{"from":"work:2"}',
  });
  drawn.mockRestore();
});

test('an alias that has been moved leads to its new version at once', async () => {
  route([publish(1), 100]);
  await start('order-1');
  const second = publish(2);
  route([second, 100]);
  expect((await start('order-2')).stateMachineVersionArn).toBe(second);
});

test('executions are listed by machine, alias and version, and a version started by itself has no alias', async () => {
  const [first, second] = [publish(1), publish(2)];
  deploy(cloud.ministack, { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });
  route([first, 100]);
  await start('by-alias');
  await start('by-version', second);
  await start('by-machine', MACHINE_ARN);
  expect(await listed(MACHINE_ARN)).toEqual(['by-alias', 'by-machine', 'by-version']);
  expect(await listed(LIVE)).toEqual(['by-alias']);
  expect(await listed(first)).toEqual(['by-alias']);
  expect(await listed(second)).toEqual(['by-version']);
});

test('a redrive runs the version that it began with, also when that is deleted and the alias has moved', async () => {
  const first = publish(1);
  route([first, 100]);
  isBroken = true;
  const { executionArn, status } = await start('order-1');
  expect(status).toBe('FAILED');

  route([publish(2), 100]);
  cloud.ministack.stateMachines.delete(first);
  isBroken = false;
  await cloud.client.send(new RedriveExecutionCommand({ executionArn }));
  expect(await ended(executionArn)).toMatchObject({
    status: 'SUCCEEDED',
    output: '{"from":"work:1"}',
    stateMachineVersionArn: first,
    stateMachineAliasArn: LIVE,
    redriveCount: 1,
  });
});

test('a name is taken for all versions', async () => {
  const [first, second] = [publish(1), publish(2)];
  await start('order-1', first);
  await expect(start('order-1', second)).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
});
