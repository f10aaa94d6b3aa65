/** Orders through the deployed stacks, with IAM enforced: the tests check their effects. */
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { SFN } from '@aws-sdk/client-sfn';
import { nameOfIdentity } from '../../contracts/identity';
import { openMailbox, readAll } from '../../tools/local/mailbox';
import { orderSamples } from '../../tools/local/samples/orders';
import { execute, runSamples, type SampleResult } from '../../tools/local/samples/run';
import { orderInput } from '../../tools/world/orders';
import { cloud, output, stripeLedger } from './support/cloud';
import { withoutGrant } from './support/grants';

const stateMachineArn = () => output('OrderProcessing', 'StateMachineArn');
const paymentsOf = async (execution: string) =>
  (await stripeLedger()).payments.filter(
    ({ metadata }) => nameOfIdentity(metadata.execution ?? '') === execution,
  );
const order = (orderId: string, sku = 'MUG-BLUE') =>
  orderInput({ orderId, items: [{ sku, quantity: 1, unitPrice: 700 }] });

const available = async (sku: string) => {
  const { Item } = await new DynamoDB().getItem({
    TableName: output('OrderProcessing', 'InventoryTableName'),
    Key: { sku: { S: sku } },
    ConsistentRead: true,
  });
  return Number(Item?.available?.N);
};

/** Excludes the orders of other tests. */
const isSample = (execution: unknown) =>
  orderSamples.some(({ name }) => name === nameOfIdentity(String(execution)));

describe('the samples', () => {
  let results: SampleResult[];
  let messages: Record<string, unknown>[];

  beforeAll(async () => {
    const topics = ['OrderConfirmation', 'PaymentFailure', 'ValidationFailure'];
    const mailbox = await openMailbox(
      'order-topics',
      topics.map((topic) => output('OrderProcessing', `${topic}TopicArn`)),
    );
    results = await runSamples(orderSamples, cloud);
    messages = await mailbox.read();
  });

  test('each ends as it should, with its payment and its stock', () => {
    expect(results.flatMap(({ problems }) => problems)).toEqual([]);
    expect(results.map(({ outcome }) => outcome)).toEqual(orderSamples.map(({ expected }) => expected));
  });

  test('an order that ships takes 9 billed transitions', () => {
    expect(results.find(({ outcome }) => outcome === 'SHIPPED')?.ended?.transitions).toBe(9);
  });

  test('the topics get every outcome, also of an order that FAILED and was undone', () => {
    const heard = messages.map(({ orderId, outcome }) => `${orderId} ${outcome}`).sort();
    expect(heard).toEqual([
      '1001 SHIPPED',
      '1002 REJECTED',
      '1003 PAYMENT_DECLINED',
      '1004 OUT_OF_STOCK',
      '1005 FAILED',
    ]);
  });

  test('the warehouse gets a request for what ships, and a cancellation for what was undone', async () => {
    const requests = await readAll(output('OrderProcessing', 'FulfilmentQueueUrl'));
    const own = requests.filter(({ execution }) => isSample(execution));
    expect(
      own.map(({ action, execution }) => `${action} ${nameOfIdentity(String(execution))}`).sort(),
    ).toEqual(['CANCEL order-1005', 'PICK order-1001']);
  });

  test('Stripe holds none of their money and captured one payment', async () => {
    const own = (await stripeLedger()).payments.filter(({ metadata }) => isSample(metadata.execution));
    const amounts = (wanted: string) =>
      own.filter(({ status }) => status === wanted).map(({ amount }) => amount);
    expect({ held: amounts('requires_capture'), taken: amounts('succeeded') }).toEqual({
      held: [],
      taken: [2500],
    });
  });
});

test('an order started a hundred times at once is one execution and one charge', async () => {
  const sfn = new SFN();
  const start = () =>
    sfn.startExecution({
      stateMachineArn: stateMachineArn(),
      name: 'order-hundred',
      input: JSON.stringify(order('hundred')),
    });
  const before = await available('MUG-BLUE');
  const starts = await Promise.all(Array.from({ length: 100 }, start));
  expect(new Set(starts.map(({ executionArn }) => executionArn)).size).toBe(1);
  await ended(starts[0]?.executionArn ?? '');
  expect(await paymentsOf('order-hundred')).toEqual([
    expect.objectContaining({ status: 'succeeded', amount: 700 }),
  ]);
  expect(await available('MUG-BLUE')).toBe(before - 1);
});

test("an order that says another price than the shop's is refused", async () => {
  const run = await execute(stateMachineArn(), 'order-cheaper', order('cheaper', 'POSTER-A2'));
  expect(run.output).toMatchObject({
    outcome: 'REJECTED',
    problems: [{ path: 'items', message: 'POSTER-A2 costs 900 in usd, and the order says 700' }],
  });
});

describe('a grant that is missing', () => {
  test('of the reservation: FAILED, naming the action, and the authorisation is voided', async () => {
    const run = await withoutGrant(stateMachineArn(), 'dynamodb:UpdateItem', () =>
      execute(stateMachineArn(), 'order-denied', order('denied')),
    );
    expect(run.status).toBe('FAILED');
    expect(run.error).toMatch(/^DynamoDb\./);
    expect(run.cause).toContain('dynamodb:UpdateItem');
    expect(await paymentsOf('order-denied')).toEqual([expect.objectContaining({ status: 'canceled' })]);
  });

  test('of the confirmation: the order ships, and its output says that it was not sent', async () => {
    const run = await withoutGrant(stateMachineArn(), 'sns:Publish', () =>
      execute(stateMachineArn(), 'order-unheard', order('unheard')),
    );
    expect(run.output).toMatchObject({ outcome: 'SHIPPED', notified: false });
  });
});

async function ended(executionArn: string): Promise<void> {
  const sfn = new SFN();
  for (;;) {
    const { status } = await sfn.describeExecution({ executionArn });
    if (status !== 'RUNNING') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
