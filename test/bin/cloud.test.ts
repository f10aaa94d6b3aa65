// Which cloud the command line calls: AWS or the local cloud.

import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { connect } from '../../bin/cli/cloud';
import type { RunningCloud } from '../../bin/local-cloud/running';
import { dangerousEnvironment } from '../support/dangerous-environment';
import { type FakeAws, startFakeAws } from '../support/fake-aws-server';
import { STATE_MACHINE } from '../support/fake-step-functions';

/** The running local cloud. jest allows a mock to use outer names only if they begin with `mock`. */
let mockRunning: RunningCloud | undefined;
jest.mock('../../bin/local-cloud/running', () => ({ findRunningCloud: async () => mockRunning }));

let aws: FakeAws;
let elsewhere: FakeAws;
const environment = { ...process.env };

beforeEach(async () => {
  aws = await startFakeAws(
    { StateMachineArn: STATE_MACHINE },
    {
      ChargeCardLogsC2393501: 'workflows-local-OrderProcessing-ChargeCardLogsC2393501-x',
      OrderProcessingLogsF6E76A8D: '/aws/vendedlogs/states/local-order-processing',
      BulkOrdersCheckFileLogs24A658A2: 'workflows-local-OrderProcessing-BulkOrdersCheckFileLogs24A658A2-y',
    },
  );
  elsewhere = await startFakeAws({ StateMachineArn: 'of a real account' });
});

afterEach(async () => {
  process.env = { ...environment };
  await aws.close();
  await elsewhere.close();
});

const localCloud = () => ({
  endpoints: { aws: aws.url, stepFunctions: aws.url, stripe: aws.url },
  region: 'us-east-1',
  pid: 1,
  startedAt: '2026-01-01T00:00:00Z',
  temporary: '/nowhere',
});

const use = async (cloud: Awaited<ReturnType<typeof connect>>) => {
  const arn = await cloud.output('OrderProcessing', 'StateMachineArn');
  await cloud.sfn.send(new DescribeExecutionCommand({ executionArn: arn })).catch(() => {});
  return arn;
};

test.each([undefined, 'local'] as const)('stage %s is the local cloud when one runs', async (stage) => {
  mockRunning = localCloud();
  const cloud = await connect(stage);
  expect(cloud).toMatchObject({ stage: 'local', place: `the local cloud at ${aws.url}` });
  expect(await use(cloud)).toBe(STATE_MACHINE);
  expect(aws.stacks).toEqual(['workflows-local-OrderProcessing']);
});

test('stage local never calls a real account, whatever the shell’s variables are', async () => {
  mockRunning = localCloud();
  Object.assign(process.env, dangerousEnvironment(elsewhere.url, '/nowhere'));
  await use(await connect(undefined));

  expect([...aws.accessKeys]).toEqual(['test']);
  expect(aws.stepFunctions.requests).toHaveLength(1);
  expect({ stacks: elsewhere.stacks, calls: elsewhere.stepFunctions.requests }).toEqual({
    stacks: [],
    calls: [],
  });
});

test('another stage is AWS with the shell’s credentials, also while a local cloud runs', async () => {
  mockRunning = localCloud();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: elsewhere.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIAREAL',
    AWS_SECRET_ACCESS_KEY: 'real',
  });
  const cloud = await connect('staging');
  expect(cloud).toMatchObject({ stage: 'staging', place: 'stage staging on AWS' });
  await use(cloud);
  expect(elsewhere.stacks).toEqual(['workflows-staging-OrderProcessing']);
  expect([...elsewhere.accessKeys]).toEqual(['AKIAREAL']);
  expect(aws.stacks).toEqual([]);
});

test('without a local cloud, the default is dev; stage local says how to start one', async () => {
  mockRunning = undefined;
  expect(await connect(undefined)).toMatchObject({ stage: 'dev' });
  await expect(connect('local')).rejects.toThrow(
    'No local cloud is running. Start it in another terminal: npm start',
  );
});

test('a stack is described once; a missing output is named', async () => {
  mockRunning = localCloud();
  const cloud = await connect('local');
  await use(cloud);
  await expect(cloud.output('OrderProcessing', 'Nothing')).rejects.toThrow(
    'The stack workflows-local-OrderProcessing has no output Nothing: deploy its present version first.',
  );
  expect(aws.stacks).toHaveLength(1);
});

test("a stack's log groups are those of its functions, not of its state machines", async () => {
  mockRunning = localCloud();
  const cloud = await connect('local');
  expect(await cloud.functionLogs('OrderProcessing')).toEqual([
    {
      function: 'ChargeCard',
      name: 'workflows-dev-OrderProcessing-ChargeCard3ED9622A-1',
      logGroup: 'workflows-local-OrderProcessing-ChargeCardLogsC2393501-x',
    },
    {
      function: 'BulkOrdersCheckFile',
      logGroup: 'workflows-local-OrderProcessing-BulkOrdersCheckFileLogs24A658A2-y',
    },
  ]);
  expect(aws.stacks).toEqual(['workflows-local-OrderProcessing']);
});
