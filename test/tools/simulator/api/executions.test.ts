import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { TaskFailure } from '../../../../tools/simulator/integrations/failure';
import { deploy, MACHINE_ARN, ROLE_ARN } from '../../../support/fake-ministack';
import { eventually, startTestCloud, type TestCloud, typesOf } from '../../../support/step-functions-server';

/** What the machine's only task does; a test may take another. */
let charge: () => Promise<unknown>;
let cloud: TestCloud;

const ORDER_ARN = `${MACHINE_ARN.replace(':stateMachine:', ':execution:')}:order-1`;
const never = () => new Promise<never>(() => {});

beforeEach(async () => {
  charge = async () => ({ paid: true });
  cloud = await startTestCloud({ 'lambda:invoke': () => charge() });
  deploy(cloud.ministack, {
    StartAt: 'Charge',
    States: {
      Charge: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName: 'charge', Payload: '{% $states.input %}' },
        End: true,
      },
    },
  });
});
afterEach(() => cloud.close());

const start = (
  name: string | undefined = 'order-1',
  input: string | undefined = '{"id":1}',
  arn = MACHINE_ARN,
) => cloud.client.send(new StartExecutionCommand({ stateMachineArn: arn, name, input }));
const describeExecution = (executionArn = ORDER_ARN) =>
  cloud.client.send(new DescribeExecutionCommand({ executionArn }));
const ended = (executionArn = ORDER_ARN) =>
  eventually(async () => {
    const execution = await describeExecution(executionArn);
    return execution.status === 'RUNNING' ? undefined : execution;
  });

describe('an execution', () => {
  test('runs and is described as on AWS', async () => {
    const { executionArn, startDate } = await start();
    expect(executionArn).toBe(ORDER_ARN);
    expect(startDate).toEqual(cloud.clock.now());
    expect(await ended()).toMatchObject({
      executionArn,
      stateMachineArn: MACHINE_ARN,
      name: 'order-1',
      status: 'SUCCEEDED',
      startDate,
      stopDate: expect.any(Date),
      input: '{"id":1}',
      inputDetails: { included: true },
      output: '{"paid":true}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
  });

  test('that fails has an error and a cause, and no output', async () => {
    charge = () => Promise.reject(new TaskFailure('PaymentDeclined', 'insufficient_funds'));
    await start();
    const execution = await ended();
    expect(execution).toMatchObject({
      status: 'FAILED',
      error: 'PaymentDeclined',
      cause: 'insufficient_funds',
      redriveStatus: 'REDRIVABLE',
    });
    expect(execution.output).toBeUndefined();
  });

  test('keeps the definition it started with', async () => {
    await start();
    await ended();
    cloud.ministack.stateMachines.clear();
    const machine = await cloud.client.send(
      new DescribeStateMachineForExecutionCommand({ executionArn: ORDER_ARN }),
    );
    expect(machine).toMatchObject({ stateMachineArn: MACHINE_ARN, name: 'orders', roleArn: ROLE_ARN });
    expect(JSON.parse(machine.definition ?? '')).toMatchObject({ StartAt: 'Charge' });
  });

  test("sends AWS's event when it has ended", async () => {
    await start();
    const event = await eventually(() => cloud.ministack.events[0]);
    expect(event).toMatchObject({
      Source: 'aws.states',
      DetailType: 'Step Functions Execution Status Change',
      Resources: [ORDER_ARN],
      Detail: {
        executionArn: ORDER_ARN,
        stateMachineArn: MACHINE_ARN,
        name: 'order-1',
        status: 'SUCCEEDED',
        startDate: expect.any(Number),
        stopDate: expect.any(Number),
        input: '{"id":1}',
        output: '{"paid":true}',
        error: null,
      },
    });
  });

  test('does not log its data', async () => {
    await start('order-1', '{"email":"person@example.com"}');
    await eventually(() => cloud.ministack.events[0]);
    expect(cloud.log).toEqual([`${ORDER_ARN} SUCCEEDED`]);
  });
});

describe('starting', () => {
  test('the same name and input again, while it runs, is the same execution', async () => {
    charge = never;
    const first = await start();
    const all = await Promise.all(Array.from({ length: 100 }, () => start()));
    expect(new Set(all.map(({ startDate }) => startDate?.getTime()))).toEqual(
      new Set([first.startDate?.getTime()]),
    );
    await expect(start('order-1', '{"id":2}')).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${ORDER_ARN}'`,
    });
  });

  test('the same name again, after its end, is refused', async () => {
    await start();
    await ended();
    await expect(start()).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  test('without a name it gets a random one, without an input {}', async () => {
    const { executionArn = '' } = await cloud.client.send(
      new StartExecutionCommand({ stateMachineArn: MACHINE_ARN }),
    );
    expect(executionArn).toMatch(/:[0-9a-f-]{36}$/);
    expect(await ended(executionArn)).toMatchObject({ input: '{}' });
  });

  test.each(['', 'a b', 'a/b', 'a:b', 'ä'.repeat(81), 'a\u0007', 'a*', 'a%', 'a|b'])(
    'the name %p is refused',
    async (name) => {
      await expect(start(name)).rejects.toMatchObject({ name: 'InvalidName' });
    },
  );

  test('the longest name and the largest input are accepted', async () => {
    await start('n'.repeat(80), JSON.stringify('x'.repeat(262_142)));
    await expect(start('one-more', JSON.stringify('x'.repeat(262_143)))).rejects.toMatchObject({
      name: 'InvalidExecutionInput',
    });
  });

  test('an input that is not JSON is refused', async () => {
    await expect(start('order-1', '{')).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
  });

  test.each([
    ['a machine that is not deployed', `${MACHINE_ARN}-gone`, 'StateMachineDoesNotExist'],
    ['an alias that does not exist', `${MACHINE_ARN}:gone`, 'StateMachineDoesNotExist'],
    ['an ARN of something else', ROLE_ARN, 'InvalidArn'],
  ])('%s is refused', async (_, arn, name) => {
    await expect(start('order-1', '{}', arn)).rejects.toMatchObject({ name });
  });

  test('a definition that cannot run is InvalidDefinition', async () => {
    const arn = deploy(cloud.ministack, { StartAt: 'Nowhere', States: {} }, { name: 'broken' });
    await expect(start('order-1', '{}', arn)).rejects.toMatchObject({ name: 'InvalidDefinition' });
  });

  test('through an alias the version runs that the alias routes to', async () => {
    const version = deploy(
      cloud.ministack,
      { StartAt: 'Done', States: { Done: { Type: 'Succeed', Output: 'from version 3' } } },
      { name: 'orders:3' },
    );
    const live = `${MACHINE_ARN}:live`;
    cloud.ministack.aliases.set(live, {
      routingConfiguration: [{ stateMachineVersionArn: version, weight: 100 }],
    });
    await start('order-1', '{}', live);
    expect(await ended()).toMatchObject({
      executionArn: ORDER_ARN,
      output: '"from version 3"',
      stateMachineArn: MACHINE_ARN,
      stateMachineVersionArn: version,
      stateMachineAliasArn: live,
    });
    const { events = [] } = await cloud.client.send(
      new GetExecutionHistoryCommand({ executionArn: ORDER_ARN }),
    );
    expect(events[0]?.executionStartedEventDetails).toMatchObject({
      stateMachineVersionArn: version,
      stateMachineAliasArn: live,
    });
  });
});

describe('history', () => {
  const history = (more: object = {}) =>
    cloud.client.send(new GetExecutionHistoryCommand({ executionArn: ORDER_ARN, ...more }));
  const TYPES = [
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ];

  beforeEach(async () => {
    await start();
    await ended();
  });

  test('comes forwards and backwards, with dates', async () => {
    const { events, nextToken } = await history();
    expect(typesOf(events)).toEqual(TYPES);
    expect(nextToken).toBeUndefined();
    expect(events?.[0]?.timestamp).toBeInstanceOf(Date);
    expect(events?.[0]?.executionStartedEventDetails).toMatchObject({ input: '{"id":1}', roleArn: ROLE_ARN });
    expect(typesOf((await history({ reverseOrder: true })).events)).toEqual(TYPES.toReversed());
  });

  test.each([false, true])('pages show each event once (reverseOrder %p)', async (reverseOrder) => {
    const pages: (string | undefined)[][] = [];
    let nextToken: string | undefined;
    do {
      const page = await history({ maxResults: 3, reverseOrder, nextToken });
      pages.push(typesOf(page.events) ?? []);
      nextToken = page.nextToken;
    } while (nextToken);
    expect(pages.map(({ length }) => length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toEqual(reverseOrder ? TYPES.toReversed() : TYPES);
  });

  test('a page token is valid for the same request only', async () => {
    const { nextToken } = await history({ maxResults: 3 });
    await expect(history({ nextToken, reverseOrder: true })).rejects.toMatchObject({ name: 'InvalidToken' });
    await expect(history({ nextToken: 'garbage' })).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  test('without execution data it shows none', async () => {
    const { events } = await history({ includeExecutionData: false });
    expect(typesOf(events)).toEqual(TYPES);
    expect(JSON.stringify(events)).not.toMatch(/"(input|output|parameters)":|paid/);
    expect(events?.[0]?.executionStartedEventDetails?.roleArn).toBe(ROLE_ARN);
  });
});

describe('listing', () => {
  const list = (more: object = {}) =>
    cloud.client.send(new ListExecutionsCommand({ stateMachineArn: MACHINE_ARN, ...more }));
  const namesOf = ({ executions }: { executions?: { name?: string | undefined }[] | undefined }) =>
    executions?.map(({ name }) => name);

  test('shows the newest first, in pages that new executions do not shift', async () => {
    for (const name of ['a', 'b', 'c']) await start(name);
    const first = await list({ maxResults: 2 });
    expect(namesOf(first)).toEqual(['c', 'b']);
    await start('d');
    expect(namesOf(await list({ maxResults: 2, nextToken: first.nextToken }))).toEqual(['a']);
    expect(namesOf(await list())).toEqual(['d', 'c', 'b', 'a']);
  });

  test('filters by status and redrive', async () => {
    await start('good');
    charge = () => Promise.reject(new TaskFailure('Broken', ''));
    const { executionArn = '' } = await start('bad');
    await ended(executionArn);
    await ended(ORDER_ARN.replace('order-1', 'good'));
    expect(namesOf(await list({ statusFilter: 'FAILED' }))).toEqual(['bad']);
    expect(namesOf(await list({ statusFilter: 'SUCCEEDED' }))).toEqual(['good']);
    expect(namesOf(await list({ redriveFilter: 'REDRIVEN' }))).toEqual([]);
    await cloud.client.send(new RedriveExecutionCommand({ executionArn }));
    expect(namesOf(await list({ redriveFilter: 'REDRIVEN' }))).toEqual(['bad']);
    expect(namesOf(await list({ redriveFilter: 'NOT_REDRIVEN' }))).toEqual(['good']);
    await expect(list({ statusFilter: 'GONE' })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('refuses an unknown machine, an unknown Map Run, and a request without either', async () => {
    await expect(list({ stateMachineArn: `${MACHINE_ARN}-gone` })).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
    await expect(list({ stateMachineArn: undefined })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(list({ stateMachineArn: undefined, mapRunArn: 'gone' })).rejects.toMatchObject({
      name: 'ResourceNotFound',
    });
  });
});

describe('stopping and redriving', () => {
  const stop = () =>
    cloud.client.send(
      new StopExecutionCommand({ executionArn: ORDER_ARN, error: 'Stopped', cause: 'by hand' }),
    );
  const redrive = (clientToken?: string) =>
    cloud.client.send(new RedriveExecutionCommand({ executionArn: ORDER_ARN, clientToken }));

  test('a stopped execution is ABORTED, and stopping it again changes nothing', async () => {
    charge = never;
    await start();
    const { stopDate } = await stop();
    expect(await describeExecution()).toMatchObject({
      status: 'ABORTED',
      stopDate,
      error: 'Stopped',
      cause: 'by hand',
      redriveStatus: 'REDRIVABLE',
    });
    expect((await stop()).stopDate).toEqual(stopDate);
    expect(await eventually(() => cloud.ministack.events[0])).toMatchObject({
      Detail: { status: 'ABORTED' },
    });
  });

  test('a failed execution goes on from its failed state, once for each client token', async () => {
    charge = () => Promise.reject(new TaskFailure('Outage', ''));
    await start();
    await ended();
    charge = never;
    const { redriveDate } = await redrive('token-1');
    expect((await redrive('token-1')).redriveDate).toEqual(redriveDate);
    expect(await describeExecution()).toMatchObject({ status: 'RUNNING', redriveCount: 1, redriveDate });
  });

  test('after a redrive the event bus gets an event for the new end', async () => {
    charge = () => Promise.reject(new TaskFailure('Outage', ''));
    await start();
    await ended();
    charge = async () => 'well';
    await redrive();
    const event = await eventually(() => cloud.ministack.events[1]);
    expect(event).toMatchObject({ Detail: { status: 'SUCCEEDED', redriveCount: 1, error: null } });
  });

  test('a succeeded or running execution cannot be redriven', async () => {
    await start();
    await ended();
    await expect(redrive()).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
  });
});

describe('the rest of the API', () => {
  test("state machines are MiniStack's: calls about them are passed on", async () => {
    const described = await cloud.client.send(
      new DescribeStateMachineCommand({ stateMachineArn: MACHINE_ARN }),
    );
    expect(described).toMatchObject({ name: 'orders', roleArn: ROLE_ARN });
    const { stateMachines } = await cloud.client.send(new ListStateMachinesCommand({}));
    expect(stateMachines?.map(({ name }) => name)).toEqual(['orders']);
    const gone = new DescribeStateMachineCommand({ stateMachineArn: `${MACHINE_ARN}-gone` });
    await expect(cloud.client.send(gone)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  });

  test('what does not exist has AWS’s error', async () => {
    await expect(describeExecution()).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
      message: `Execution Does Not Exist: '${ORDER_ARN}'`,
    });
    await expect(describeExecution('order-1')).rejects.toMatchObject({ name: 'InvalidArn' });
  });

  const post = async (target: string, body: string) => {
    const response = await fetch(cloud.server.url, {
      method: 'POST',
      headers: { 'x-amz-target': target },
      body,
    });
    const answer: unknown = await response.json();
    return { status: response.status, answer };
  };

  test.each([
    ['AWSStepFunctions.MakeCoffee', '{}', 'UnknownOperationException'],
    ['DynamoDB_20120810.PutItem', '{}', 'UnknownOperationException'],
    ['AWSStepFunctions.DescribeExecution', '[', 'SerializationException'],
    ['AWSStepFunctions.DescribeExecution', '[]', 'SerializationException'],
    ['AWSStepFunctions.DescribeExecution', '{"executionArn":1}', 'SerializationException'],
    ['AWSStepFunctions.DescribeExecution', '{}', 'ValidationException'],
  ])('%s with %s is %s', async (target, body, type) => {
    expect(await post(target, body)).toMatchObject({ status: 400, answer: { __type: type } });
  });

  test('a MiniStack that does not answer is an internal failure, and the log says why', async () => {
    await cloud.ministack.close();
    await expect(start()).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    });
    expect(cloud.log.join()).toContain('ECONNREFUSED');
  });

  test('closing stops running executions', async () => {
    charge = never;
    await start();
    await cloud.server.close();
    expect(cloud.log).toEqual([`${ORDER_ARN} ABORTED`]);
  });
});
