// Nested workflows: states:startExecution and states:startExecution.sync:2.
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { TaskFailure } from '../../../../tools/simulator/integrations/failure';
import { deploy, MACHINE_ARN } from '../../../support/fake-ministack';
import { eventually, startTestCloud, type TestCloud } from '../../../support/step-functions-server';

const REVIEW_ARN = MACHINE_ARN.replace(/orders$/, 'review');
const executionArn = (machine: string, name: string) =>
  MACHINE_ARN.replace(':stateMachine:orders', `:execution:${machine}:${name}`);

/** What the child's only task does. */
let decide: () => Promise<unknown>;
let cloud: TestCloud;

beforeEach(async () => {
  decide = async () => ({ decision: 'APPROVED' });
  cloud = await startTestCloud({ 'lambda:invoke': () => decide() });
  deploy(
    cloud.ministack,
    {
      StartAt: 'Decide',
      States: { Decide: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true } },
    },
    { name: 'review' },
  );
});
afterEach(() => cloud.close());

function parent(resource: string, more: object = {}): void {
  deploy(cloud.ministack, {
    StartAt: 'Review',
    States: {
      Review: {
        Type: 'Task',
        Resource: `arn:aws:states:::states:${resource}`,
        Arguments: {
          StateMachineArn: REVIEW_ARN,
          Name: '{% $states.context.Execution.Name & "-review" %}',
          Input: { amount: 100 },
        },
        End: true,
        ...more,
      },
    },
  });
}

const start = (name = 'order-1') =>
  cloud.client.send(new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, name }));
const describeExecution = (arn: string) =>
  cloud.client.send(new DescribeExecutionCommand({ executionArn: arn }));
const ended = (arn: string) =>
  eventually(async () => {
    const execution = await describeExecution(arn).catch(() => undefined);
    return execution === undefined || execution.status === 'RUNNING' ? undefined : execution;
  });
const endOfParent = async () => {
  await start();
  return ended(executionArn('orders', 'order-1'));
};

test('.sync:2 waits for the child and gets its output parsed', async () => {
  parent('startExecution.sync:2');
  const { status, output } = await endOfParent();
  expect(status).toBe('SUCCEEDED');
  expect(JSON.parse(output ?? '')).toMatchObject({
    ExecutionArn: executionArn('review', 'order-1-review'),
    StateMachineArn: REVIEW_ARN,
    Name: 'order-1-review',
    Status: 'SUCCEEDED',
    Input: { amount: 100 },
    InputDetails: { Included: true },
    Output: { decision: 'APPROVED' },
    StartDate: expect.any(Number),
    StopDate: expect.any(Number),
  });
});

test('the history names the child as soon as it has started', async () => {
  decide = () => new Promise(() => {});
  parent('startExecution.sync:2');
  await start();
  const submitted = await eventually(async () => {
    const arn = executionArn('orders', 'order-1');
    const { events } = await cloud.client.send(new GetExecutionHistoryCommand({ executionArn: arn }));
    return events?.find(({ type }) => type === 'TaskSubmitted')?.taskSubmittedEventDetails;
  });
  expect(submitted).toMatchObject({ resourceType: 'states', resource: 'startExecution.sync:2' });
  expect(JSON.parse(submitted.output ?? '')).toMatchObject({
    ExecutionArn: executionArn('review', 'order-1-review'),
    StartDate: expect.any(Number),
  });
});

test("a failed child is States.TaskFailed, with the child's description as cause", async () => {
  decide = () => Promise.reject(new TaskFailure('ReviewBroken', 'no table'));
  parent('startExecution.sync:2');
  const { error, cause } = await endOfParent();
  expect(error).toBe('States.TaskFailed');
  expect(JSON.parse(cause ?? '')).toMatchObject({
    ExecutionArn: executionArn('review', 'order-1-review'),
    Status: 'FAILED',
    Error: 'ReviewBroken',
    Cause: 'no table',
    Input: '{"amount":100}',
  });
});

test('a child that was stopped fails its parent the same way', async () => {
  decide = () => new Promise(() => {});
  parent('startExecution.sync:2');
  await start();
  const child = executionArn('review', 'order-1-review');
  await eventually(() => describeExecution(child).catch(() => undefined));
  await cloud.client.send(new StopExecutionCommand({ executionArn: child, error: 'ByHand' }));
  const { error, cause } = await ended(executionArn('orders', 'order-1'));
  expect(error).toBe('States.TaskFailed');
  expect(JSON.parse(cause ?? '')).toMatchObject({ Status: 'ABORTED', Error: 'ByHand' });
});

describe('the parent no longer waits for the child', () => {
  const child = executionArn('review', 'order-1-review');
  beforeEach(async () => {
    decide = () => new Promise(() => {});
  });

  test('stopping the parent stops it', async () => {
    parent('startExecution.sync:2');
    const { executionArn: arn } = await start();
    await eventually(() => describeExecution(child).catch(() => undefined));
    await cloud.client.send(new StopExecutionCommand({ executionArn: arn }));
    expect(await ended(child)).toMatchObject({ status: 'ABORTED' });
  });

  test("the state's timeout stops it", async () => {
    parent('startExecution.sync:2', { TimeoutSeconds: 60 });
    await start();
    await eventually(() => describeExecution(child).catch(() => undefined));
    await cloud.clock.advance(60);
    expect(await ended(executionArn('orders', 'order-1'))).toMatchObject({
      status: 'FAILED',
      error: 'States.Timeout',
    });
    expect(await ended(child)).toMatchObject({ status: 'ABORTED' });
  });

  test('without permission to stop it, it runs on', async () => {
    cloud.ministack.denied.add('states:StopExecution');
    parent('startExecution.sync:2');
    const { executionArn: arn } = await start();
    await eventually(() => describeExecution(child).catch(() => undefined));
    await cloud.client.send(new StopExecutionCommand({ executionArn: arn }));
    await eventually(() => cloud.ministack.asked.find(({ action }) => action === 'states:StopExecution'));
    expect(await describeExecution(child)).toMatchObject({ status: 'RUNNING' });
  });
});

test('startExecution does not wait, and passes name and input', async () => {
  decide = () => new Promise(() => {});
  parent('startExecution');
  const { output } = await endOfParent();
  const child = executionArn('review', 'order-1-review');
  expect(JSON.parse(output ?? '')).toMatchObject({ ExecutionArn: child, StartDate: expect.any(Number) });
  expect(await describeExecution(child)).toMatchObject({ status: 'RUNNING', input: '{"amount":100}' });
});

test('a name that is taken is StepFunctions.ExecutionAlreadyExistsException', async () => {
  const taken = new StartExecutionCommand({ stateMachineArn: REVIEW_ARN, name: 'order-1-review' });
  await cloud.client.send(taken);
  parent('startExecution');
  const { error, cause } = await endOfParent();
  expect(error).toBe('StepFunctions.ExecutionAlreadyExistsException');
  expect(cause).toContain(
    '(Service: AWSStepFunctions; Status Code: 400; Error Code: ExecutionAlreadyExists;',
  );
});

describe('aws-sdk:sfn:startExecution', () => {
  const sdkParent = (Input: unknown) =>
    parent('startExecution', {
      Resource: 'arn:aws:states:::aws-sdk:sfn:startExecution',
      Arguments: { StateMachineArn: REVIEW_ARN, Name: 'r-1', Input },
    });

  test('takes the input as text, byte for byte, and does not wait', async () => {
    decide = () => new Promise(() => {});
    sdkParent('{ "a" : 1 }');
    const child = executionArn('review', 'r-1');
    const { output } = await endOfParent();
    expect(JSON.parse(output ?? '')).toEqual({
      ExecutionArn: child,
      StartDate: cloud.clock.now().toISOString(),
    });
    expect(await describeExecution(child)).toMatchObject({ status: 'RUNNING', input: '{ "a" : 1 }' });
  });

  test('names its errors by its own prefix', async () => {
    await cloud.client.send(new StartExecutionCommand({ stateMachineArn: REVIEW_ARN, name: 'r-1' }));
    sdkParent('{"b":2}');
    expect(await endOfParent()).toMatchObject({
      error: 'Sfn.ExecutionAlreadyExistsException',
      cause: expect.stringContaining('(Service: Sfn, Status Code: 400, Request ID: '),
    });
  });

  test('names a refusal generically', async () => {
    cloud.ministack.denied.add('states:StartExecution');
    sdkParent('{}');
    expect(await endOfParent()).toMatchObject({
      error: 'Sfn.SfnException',
      cause: expect.stringContaining('is not authorized to perform: states:StartExecution'),
    });
  });

  test('refuses an input that is not text', async () => {
    sdkParent({ a: 1 });
    expect(await endOfParent()).toMatchObject({ error: 'States.Runtime' });
  });
});

test('.sync gives input and output as text', async () => {
  parent('startExecution.sync');
  const { output } = await endOfParent();
  expect(JSON.parse(output ?? '')).toMatchObject({
    Status: 'SUCCEEDED',
    Input: '{"amount":100}',
    Output: '{"decision":"APPROVED"}',
  });
});

test('.sync, too, fails as States.TaskFailed', async () => {
  decide = () => Promise.reject(new TaskFailure('ReviewBroken', 'no table'));
  parent('startExecution.sync');
  const { error, cause } = await endOfParent();
  expect([error, JSON.parse(cause ?? '').Error]).toEqual(['States.TaskFailed', 'ReviewBroken']);
});

const withToken = {
  Arguments: {
    StateMachineArn: REVIEW_ARN,
    Name: 'r-1',
    Input: { token: '{% $states.context.Task.Token %}' },
  },
};
const tokenOfChild = () =>
  eventually(async () => {
    const { input } = await describeExecution(executionArn('review', 'r-1')).catch(() => ({ input: '{}' }));
    const token: unknown = JSON.parse(input ?? '{}').token;
    return typeof token === 'string' ? token : undefined;
  });

test.each(['startExecution.sync:2', 'startExecution.sync', 'startExecution.waitForTaskToken'])(
  '%s ends with SendTaskSuccess, while the child goes on',
  async (resource) => {
    decide = () => new Promise(() => {});
    parent(resource, withToken);
    await start();
    const taskToken = await tokenOfChild();
    await cloud.client.send(new SendTaskSuccessCommand({ taskToken, output: '{"early":true}' }));
    expect(await ended(executionArn('orders', 'order-1'))).toMatchObject({ output: '{"early":true}' });
    expect(await describeExecution(executionArn('review', 'r-1'))).toMatchObject({ status: 'RUNNING' });
  },
);

test('.sync:2 ends with SendTaskFailure', async () => {
  decide = () => new Promise(() => {});
  parent('startExecution.sync:2', withToken);
  await start();
  const taskToken = await tokenOfChild();
  await cloud.client.send(new SendTaskFailureCommand({ taskToken, error: 'Withdrawn', cause: 'c' }));
  expect(await ended(executionArn('orders', 'order-1'))).toMatchObject({ error: 'Withdrawn', cause: 'c' });
});

test('the token of a .sync:2 task is over with its child', async () => {
  parent('startExecution.sync:2', withToken);
  await endOfParent();
  const taskToken = await tokenOfChild();
  const late = cloud.client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
  await expect(late).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

describe('aws-sdk:sfn, other operations', () => {
  const call = (operation: string, Arguments: object) =>
    parent('', { Resource: `arn:aws:states:::aws-sdk:sfn:${operation}`, Arguments });

  test('return what the API returns, with capitalised members', async () => {
    await cloud.client.send(new StartExecutionCommand({ stateMachineArn: REVIEW_ARN, name: 'r-1' }));
    await ended(executionArn('review', 'r-1'));
    call('describeExecution', { ExecutionArn: executionArn('review', 'r-1') });
    const { output } = await endOfParent();
    expect(JSON.parse(output ?? '')).toMatchObject({
      Name: 'r-1',
      Status: 'SUCCEEDED',
      StartDate: cloud.clock.now().toISOString(),
      OutputDetails: { Included: true },
    });
  });

  test('lists', async () => {
    await cloud.client.send(new StartExecutionCommand({ stateMachineArn: REVIEW_ARN, name: 'r-1' }));
    call('listExecutions', { StateMachineArn: REVIEW_ARN });
    expect(JSON.parse((await endOfParent()).output ?? '')).toMatchObject({ Executions: [{ Name: 'r-1' }] });
  });

  test('fail with the SDK’s error name', async () => {
    call('describeExecution', { ExecutionArn: executionArn('review', 'gone') });
    expect(await endOfParent()).toMatchObject({ error: 'Sfn.ExecutionDoesNotExistException' });
  });

  test('need permission', async () => {
    cloud.ministack.denied.add('states:StopExecution');
    call('stopExecution', { ExecutionArn: executionArn('review', 'r-1') });
    expect(await endOfParent()).toMatchObject({
      error: 'Sfn.SfnException',
      cause: expect.stringContaining('is not authorized to perform: states:StopExecution'),
    });
  });

  test('that do not exist cannot be caught', async () => {
    call('dropExecution', {});
    expect(await endOfParent()).toMatchObject({ error: 'States.Runtime' });
  });
});

test('a missing machine is StepFunctions.StateMachineDoesNotExistException', async () => {
  parent('startExecution', { Arguments: { StateMachineArn: `${REVIEW_ARN}-gone` } });
  expect(await endOfParent()).toMatchObject({ error: 'StepFunctions.StateMachineDoesNotExistException' });
});

test('a field that AWS does not know is refused', async () => {
  parent('startExecution', { Arguments: { StateMachineArn: REVIEW_ARN, input: {} } });
  expect(await endOfParent()).toMatchObject({
    error: 'States.Runtime',
    cause: 'The field "input" is not supported by Step Functions',
  });
});

describe('permissions', () => {
  test.each(['states:StartExecution', 'events:PutRule', 'states:DescribeExecution'])(
    'without %s, .sync:2 fails and says which action is missing',
    async (action) => {
      cloud.ministack.denied.add(action);
      parent('startExecution.sync:2');
      expect(await endOfParent()).toMatchObject({
        error: 'StepFunctions.AWSStepFunctionsException',
        cause: expect.stringMatching(
          `is not authorized to perform: ${action} on resource: .*Error Code: AccessDeniedException`,
        ),
      });
    },
  );

  test('permissions are checked for the unqualified machine, its executions and the managed rule', async () => {
    parent('startExecution.sync:2');
    await endOfParent();
    expect(cloud.ministack.asked.map(({ action, resource }) => [action, resource])).toEqual([
      [
        'events:PutRule',
        'arn:aws:events:us-east-1:000000000000:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule',
      ],
      ['states:StartExecution', REVIEW_ARN],
      ['states:DescribeExecution', executionArn('review', 'order-1-review')],
    ]);
  });

  test('an alias is authorised as its machine, with the alias as a condition', async () => {
    const version = deploy(
      cloud.ministack,
      { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } },
      { name: 'review:1' },
    );
    const routingConfiguration = [{ stateMachineVersionArn: version, weight: 100 }];
    cloud.ministack.aliases.set(`${REVIEW_ARN}:live`, { routingConfiguration });
    parent('startExecution', { Arguments: { StateMachineArn: `${REVIEW_ARN}:live` } });
    expect(await endOfParent()).toMatchObject({ status: 'SUCCEEDED' });
    const context = { 'states:StateMachineQualifier': 'live' };
    expect(cloud.ministack.asked).toMatchObject([
      { action: 'states:StartExecution', resource: REVIEW_ARN, context },
    ]);
  });

  test('an emulator that cannot decide is an error, not a permission', async () => {
    cloud.ministack.authorizerStatus = 404;
    parent('startExecution');
    expect(await endOfParent()).toMatchObject({ status: 'FAILED', cause: expect.stringContaining('404') });
    await expect(describeExecution(executionArn('review', 'order-1-review'))).rejects.toThrow();
  });
});
