import {
  createWorkflowClient,
  IdempotencyConflict,
  InvalidId,
  type OrderInput,
  type SignupInput,
} from '../../client/index';
import { startFakeAws } from '../support/fake-aws-server';
import { FakeStepFunctions, Fault, STATE_MACHINE } from '../support/fake-step-functions';

const order: OrderInput = {
  orderId: 'A1',
  customerId: 'c-1',
  email: 'ann@example.com',
  currency: 'eur',
  items: [{ sku: 'mug', quantity: 2, unitPrice: 1250 }],
  paymentMethodId: 'pm_card_visa',
  shippingAddress: { name: 'Ann', line1: 'High Street 1', city: 'Bath', postalCode: 'BA1', country: 'GB' },
};

/** The same order with its keys in another order, as another program might write it. */
const sameOrder: OrderInput = {
  shippingAddress: { country: 'GB', postalCode: 'BA1', city: 'Bath', line1: 'High Street 1', name: 'Ann' },
  items: [{ unitPrice: 1250, quantity: 2, sku: 'mug' }],
  paymentMethodId: 'pm_card_visa',
  currency: 'eur',
  email: 'ann@example.com',
  customerId: 'c-1',
  orderId: 'A1',
};

const setUp = () => {
  const stepFunctions = new FakeStepFunctions();
  const client = createWorkflowClient({
    orderStateMachineArn: `${STATE_MACHINE}:live`,
    sfn: stepFunctions.client,
  });
  return { stepFunctions, client };
};

describe('starting', () => {
  test('an order is started under its own name, its input as canonical JSON', async () => {
    const { stepFunctions, client } = setUp();
    const started = await client.startOrderWorkflow(order);

    expect(started).toEqual({
      name: 'order-A1',
      executionArn: 'arn:aws:states:us-east-1:000000000000:execution:Orders:order-A1',
      startedAt: new Date(1_800_000_000_000),
    });
    expect(stepFunctions.requests[0]?.input.input).toMatch(/^{"currency":"eur","customerId":"c-1"/);
  });

  test('a second attempt is another execution', async () => {
    const { client } = setUp();
    expect((await client.startOrderWorkflow(order, { attempt: 2 })).name).toBe('order-A1_2');
  });

  test.each(['RUNNING', 'SUCCEEDED', 'FAILED'])(
    'the same order again is the same execution when that is %s',
    async (status) => {
      const { stepFunctions, client } = setUp();
      const first = await client.startOrderWorkflow(order);
      stepFunctions.end('order-A1', { status });

      expect(await client.startOrderWorkflow(sameOrder)).toEqual(first);
      expect(stepFunctions.executions.size).toBe(1);
    },
  );

  test('an execution that was started with its keys in another order is recognised', async () => {
    const { stepFunctions, client } = setUp();
    const { executionArn } = await client.startOrderWorkflow(order);
    stepFunctions.end('order-A1', { status: 'SUCCEEDED', input: JSON.stringify(sameOrder, null, 2) });

    expect((await client.startOrderWorkflow(order)).executionArn).toBe(executionArn);
  });

  test.each(['RUNNING', 'SUCCEEDED'])(
    'another order under the same id conflicts with one that is %s',
    async (status) => {
      const { stepFunctions, client } = setUp();
      await client.startOrderWorkflow(order);
      stepFunctions.end('order-A1', { status });

      const changed = {
        ...order,
        items: [{ sku: 'mug', quantity: 3, unitPrice: 1250 }],
        email: 'bob@example.com',
      };
      const conflict = await client.startOrderWorkflow(changed).catch((error) => error);
      expect(conflict).toBeInstanceOf(IdempotencyConflict);
      expect(conflict).toMatchObject({
        name: 'IdempotencyConflict',
        executionArn: expect.stringMatching(/:order-A1$/),
        differences: ['email', 'items[0].quantity'],
      });
    },
  );

  test('DescribeExecution is retried for an execution that it does not know yet', async () => {
    jest.useFakeTimers();
    const { stepFunctions, client } = setUp();
    await client.startOrderWorkflow(order);
    stepFunctions.end('order-A1', { status: 'SUCCEEDED' });
    const describe = stepFunctions.answers.DescribeExecution;
    let unknown = 2;
    stepFunctions.answers.DescribeExecution = (input) => {
      if (unknown-- > 0) throw new Fault('ExecutionDoesNotExist', 'not yet');
      return describe?.(input) ?? {};
    };

    const again = client.startOrderWorkflow(order);
    await jest.advanceTimersByTimeAsync(400);
    expect((await again).name).toBe('order-A1');
    jest.useRealTimers();
  });

  test.each(['', 'A_1', '../x', 'a'.repeat(61), 'Ä1', undefined])(
    'the id %p is refused before any call',
    async (id) => {
      const { stepFunctions, client } = setUp();
      const bad = { ...order, orderId: id as string };
      await expect(client.startOrderWorkflow(bad)).rejects.toThrow(InvalidId);
      expect(stepFunctions.requests).toEqual([]);
    },
  );

  test.each([0, -1, 1.5, Number.NaN, 1000])('the attempt %p is refused', async (attempt) => {
    const { client } = setUp();
    await expect(client.startOrderWorkflow(order, { attempt })).rejects.toThrow(RangeError);
  });

  test('a signup is started under its user’s name, and found again', async () => {
    const { stepFunctions } = setUp();
    const client = createWorkflowClient({
      onboardingStateMachineArn: STATE_MACHINE,
      sfn: stepFunctions.client,
    });
    const signup: SignupInput = { userId: 'u-1', email: 'ann@example.com', company: 'Mugs', plan: 'pro' };
    const { name, executionArn } = await client.startOnboardingWorkflow(signup);

    expect(name).toBe('onboarding-u-1');
    expect(await client.getWorkflowStatus(executionArn)).toMatchObject({
      workflow: 'onboarding',
      status: 'RUNNING',
    });
    await expect(client.startOrderWorkflow(order)).rejects.toThrow('no orderStateMachineArn');
  });

  test("AWS's own errors are passed on", async () => {
    const { stepFunctions, client } = setUp();
    stepFunctions.answers.StartExecution = () => {
      throw new Fault('StateMachineDoesNotExist', 'State Machine Does Not Exist');
    };
    await expect(client.startOrderWorkflow(order)).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
  });

  test('a throttled start is retried', async () => {
    const { stepFunctions, client } = setUp();
    const start = stepFunctions.answers.StartExecution;
    let throttled = 1;
    stepFunctions.answers.StartExecution = (input) => {
      if (throttled-- > 0) throw new Fault('ServiceUnavailable', 'try again', 503);
      return start?.(input) ?? {};
    };
    expect((await client.startOrderWorkflow(order)).name).toBe('order-A1');
    expect(stepFunctions.requests).toHaveLength(2);
  });
});

test('without an SDK client of its own it tries four times, then gives up', async () => {
  const aws = await startFakeAws({});
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  aws.stepFunctions.answers.StartExecution = () => {
    throw new Fault('ServiceUnavailable', 'try again', 503);
  };
  const client = createWorkflowClient({ orderStateMachineArn: STATE_MACHINE });
  await expect(client.startOrderWorkflow(order)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
  expect(aws.stepFunctions.requests).toHaveLength(4);
  await aws.close();
});

test.each([
  ['200 KB', 'x'.repeat(200 * 1024)],
  ['200 KB in UTF-8, though half as many characters', 'é'.repeat(100 * 1024)],
])('an input that is too large for the workflow is refused before the start: %s', async (_size, line1) => {
  const { client } = setUp();
  const address = { ...order.shippingAddress, line1 };
  await expect(client.startOrderWorkflow({ ...order, shippingAddress: address })).rejects.toMatchObject({
    name: 'InputTooLarge',
    message: expect.stringMatching(/at most 204800/),
  });
});

describe('status', () => {
  const statusOf = async (ending: Parameters<FakeStepFunctions['end']>[1]) => {
    const { stepFunctions, client } = setUp();
    const { executionArn } = await client.startOrderWorkflow(order);
    stepFunctions.end('order-A1', ending);
    return client.getWorkflowStatus(executionArn);
  };
  const base = {
    workflow: 'order',
    executionArn: 'arn:aws:states:us-east-1:000000000000:execution:Orders:order-A1',
    name: 'order-A1',
    startedAt: new Date(1_800_000_000_000),
  };
  const endedAt = new Date(1_800_000_060_000);

  test.each(['RUNNING', 'PENDING_REDRIVE'])('%s', async (status) => {
    expect(await statusOf({ status })).toEqual({ ...base, status });
  });

  test('SUCCEEDED has the output', async () => {
    const output = { outcome: 'PAYMENT_DECLINED', orderId: 'A1', reason: 'No funds.', notified: true };
    expect(await statusOf({ status: 'SUCCEEDED', output: JSON.stringify(output) })).toEqual({
      ...base,
      status: 'SUCCEEDED',
      endedAt,
      output,
    });
  });

  test('FAILED has error and cause', async () => {
    expect(await statusOf({ status: 'FAILED', error: 'TemporaryFailure', cause: 'Stripe is down' })).toEqual({
      ...base,
      status: 'FAILED',
      endedAt,
      error: 'TemporaryFailure',
      cause: 'Stripe is down',
      undone: false,
    });
  });

  test('FAILED in a Fail state that says so is undone, even if its cause is truncated', async () => {
    const cause = '{"undone":true,"orderId":"A1","state":"CreateShipment","cause":"The que';
    expect(await statusOf({ status: 'FAILED', error: 'Error', cause })).toMatchObject({ undone: true });
  });

  test.each(['TIMED_OUT', 'ABORTED'])('%s may have neither error nor cause', async (status) => {
    expect(await statusOf({ status })).toEqual({ ...base, status, endedAt, undone: false });
  });

  test('an execution of another state machine is refused', async () => {
    const { client } = setUp();
    await expect(
      client.getWorkflowStatus('arn:aws:states:us-east-1:000000000000:execution:Others:order-A1'),
    ).rejects.toThrow('is not an execution of a state machine');
  });

  test('an unknown execution is ExecutionDoesNotExist', async () => {
    const { client } = setUp();
    await expect(
      client.getWorkflowStatus('arn:aws:states:us-east-1:000000000000:execution:Orders:order-none'),
    ).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  });

  test("an alias's executions are those of its state machine", async () => {
    const { stepFunctions, client } = setUp();
    const { executionArn } = await client.startOrderWorkflow(order);
    const byAlias = createWorkflowClient({
      orderStateMachineArn: `${STATE_MACHINE}:live`,
      sfn: stepFunctions.client,
    });
    expect((await byAlias.getWorkflowStatus(executionArn)).status).toBe('RUNNING');
  });
});
