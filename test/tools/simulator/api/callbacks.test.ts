// Task tokens: .waitForTaskToken and the SendTask… calls.
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { TaskFailure } from '../../../../tools/simulator/integrations/failure';
import { deploy, MACHINE_ARN } from '../../../support/fake-ministack';
import { eventually, startTestCloud, type TestCloud } from '../../../support/step-functions-server';

/** The tokens that the function received, in order. */
let tokens: string[];
/** What the function does with the token. */
let request: () => Promise<unknown>;
let cloud: TestCloud;
const EXECUTION_ARN = MACHINE_ARN.replace(':stateMachine:orders', ':execution:orders:order-1');

beforeEach(async () => {
  tokens = [];
  request = async () => ({});
  cloud = await startTestCloud({
    'lambda:invoke': (call) => {
      tokens.push(call.taskToken ?? 'none');
      return request();
    },
  });
});
afterEach(() => cloud.close());

/** Starts an execution that waits for a review, and returns the token. */
async function askForReview(more: object = {}): Promise<string> {
  deploy(cloud.ministack, {
    StartAt: 'RequestReview',
    States: {
      RequestReview: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Arguments: { FunctionName: 'review', Payload: { token: '{% $states.context.Task.Token %}' } },
        End: true,
        ...more,
      },
    },
  });
  await cloud.client.send(new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, name: 'order-1' }));
  return eventually(() => tokens[0]);
}

const succeed = (taskToken: string, output = '{"decision":"APPROVED"}') =>
  cloud.client.send(new SendTaskSuccessCommand({ taskToken, output }));
const fail = (taskToken: string, error?: string, cause?: string) =>
  cloud.client.send(new SendTaskFailureCommand({ taskToken, error, cause }));
const beat = (taskToken: string) => cloud.client.send(new SendTaskHeartbeatCommand({ taskToken }));
const ended = () =>
  eventually(async () => {
    const execution = await cloud.client.send(new DescribeExecutionCommand({ executionArn: EXECUTION_ARN }));
    return execution.status === 'RUNNING' ? undefined : execution;
  });

test('SendTaskSuccess ends the task with its output, whatever the function returned', async () => {
  request = async () => ({ StatusCode: 200, Payload: {} });
  await succeed(await askForReview());
  expect(await ended()).toMatchObject({ status: 'SUCCEEDED', output: '{"decision":"APPROVED"}' });
  const { events } = await cloud.client.send(new GetExecutionHistoryCommand({ executionArn: EXECUTION_ARN }));
  const submitted = events?.find(({ type }) => type === 'TaskSubmitted')?.taskSubmittedEventDetails;
  expect(JSON.parse(submitted?.output ?? '')).toEqual({ StatusCode: 200, Payload: {} });
});

test('an answer may come before the function has returned', async () => {
  request = () => new Promise(() => {});
  await succeed(await askForReview());
  expect(await ended()).toMatchObject({ status: 'SUCCEEDED' });
});

test('SendTaskFailure names the error', async () => {
  await fail(await askForReview(), 'ReviewerGone', 'on holiday');
  expect(await ended()).toMatchObject({ status: 'FAILED', error: 'ReviewerGone', cause: 'on holiday' });
});

test('SendTaskFailure without fields leaves the execution without them', async () => {
  await fail(await askForReview());
  const execution = await ended();
  expect(execution.status).toBe('FAILED');
  expect([execution.error, execution.cause]).toEqual([undefined, undefined]);
});

test('a failing function fails the task, and its token becomes invalid', async () => {
  request = () => Promise.reject(new TaskFailure('TableGone', ''));
  const token = await askForReview();
  expect(await ended()).toMatchObject({ status: 'FAILED', error: 'TableGone' });
  await expect(succeed(token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

test('a token can be used once', async () => {
  const token = await askForReview();
  await succeed(token);
  await expect(succeed(token)).rejects.toMatchObject({
    name: 'TaskTimedOut',
    message: "Task Timed Out: 'Provided task does not exist anymore'",
  });
  await expect(fail(token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  await expect(beat(token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

test('after the timeout an answer is too late', async () => {
  const token = await askForReview({ TimeoutSeconds: 345_600 });
  await cloud.clock.advance(345_600);
  expect(await ended()).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  await expect(succeed(token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

test('after a stop an answer is too late', async () => {
  const token = await askForReview();
  await cloud.client.send(new StopExecutionCommand({ executionArn: EXECUTION_ARN }));
  await expect(succeed(token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

test('a heartbeat restarts the heartbeat timeout', async () => {
  const token = await askForReview({ HeartbeatSeconds: 60, TimeoutSeconds: 600 });
  for (let beats = 0; beats < 3; beats++) {
    await cloud.clock.advance(50);
    await beat(token);
  }
  expect(cloud.log).toEqual([]);
  await cloud.clock.advance(60);
  expect(await ended()).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  await expect(beat(token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

test('a retried task has a new token, and the old one is invalid', async () => {
  let calls = 0;
  request = () => (calls++ === 0 ? Promise.reject(new TaskFailure('Once', '')) : Promise.resolve({}));
  const retry = { ErrorEquals: ['Once'], IntervalSeconds: 1, MaxAttempts: 1 };
  const first = await askForReview({ Retry: [retry] });
  const second = await eventually(async () => {
    await cloud.clock.advance(1);
    return tokens[1];
  });
  expect(second).not.toBe(first);
  await expect(succeed(first)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  await succeed(second);
  expect(await ended()).toMatchObject({ status: 'SUCCEEDED' });
});

test.each([
  ['garbage', 'garbage', 'InvalidToken'],
  ['a token of before the server started', `AQC${'x'.repeat(43)}`, 'TaskDoesNotExist'],
])('%s is refused', async (_, token, name) => {
  await expect(succeed(token)).rejects.toMatchObject({ name });
});

test.each([
  ['not JSON', '{'],
  ['too large', JSON.stringify('x'.repeat(262_143))],
])('an output that is %s is refused, and the task waits on', async (_, output) => {
  const token = await askForReview();
  await expect(succeed(token, output)).rejects.toMatchObject({ name: 'InvalidOutput' });
  await succeed(token);
  expect(await ended()).toMatchObject({ status: 'SUCCEEDED' });
});
