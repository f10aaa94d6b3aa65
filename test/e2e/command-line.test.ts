/** The client library and the command line, with the deployed stacks. */

import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { paginateGetExecutionHistory, SFN } from '@aws-sdk/client-sfn';
import { createWorkflowClient, IdempotencyConflict } from '../../client';
import { nameOfIdentity } from '../../contracts/identity';
import { executionArn } from '../../contracts/names';
import { withShipmentsRefused } from '../../tools/local/fulfilment-fault';
import { emailsTo } from '../../tools/local/samples/onboarding';
import { untilEnded } from '../../tools/local/samples/run';
import { orderInput } from '../../tools/world/orders';
import { signupInput } from '../../tools/world/signups';
import { cloud, output, stripeLedger } from './support/cloud';
import { pasted, workflows } from './support/command-line';

/** A product for this file only, because other files check the stock of theirs. */
const SKU = 'GLOBE';
const STOCK = 50;

const order = (orderId: string, quantity = 1, paymentMethodId = 'pm_card_visa') =>
  orderInput({ orderId, items: [{ sku: SKU, quantity, unitPrice: 700 }], paymentMethodId });

const arnOf = (name: string) => executionArn(output('OrderProcessing', 'StateMachineArn'), name);

const paymentsOf = async (orderId: string) =>
  (await stripeLedger()).payments
    .filter(({ metadata }) => metadata.orderId === orderId)
    .map(({ status, metadata }) => [nameOfIdentity(metadata.execution ?? ''), status]);

/** The text with single spaces: columns are padded. */
const squeezed = (text: string) => text.replace(/ +/g, ' ');

beforeAll(async () => {
  await new DynamoDB().putItem({
    TableName: output('OrderProcessing', 'InventoryTableName'),
    Item: { sku: { S: SKU }, available: { N: String(STOCK) } },
  });
});

describe('the client library', () => {
  const client = createWorkflowClient({
    orderStateMachineArn: output('OrderProcessing', 'StateMachineArn'),
    onboardingStateMachineArn: output('SaasOnboarding', 'StateMachineArn'),
  });

  test('the same order is one execution, while it runs and afterwards; another under its id is a conflict', async () => {
    const first = await client.startOrderWorkflow(order('lib-once'));
    expect(await client.startOrderWorkflow(order('lib-once'))).toEqual(first);
    await untilEnded(first.executionArn);

    expect(await client.startOrderWorkflow(order('lib-once'))).toEqual(first);
    const conflict = client.startOrderWorkflow(order('lib-once', 2));
    await expect(conflict).rejects.toThrow(IdempotencyConflict);
    await expect(conflict).rejects.toMatchObject({
      executionArn: first.executionArn,
      differences: ['items[0].quantity'],
    });
    expect(await paymentsOf('lib-once')).toEqual([['order-lib-once', 'succeeded']]);
  });

  test('a declined order ships at its second attempt, with another card', async () => {
    const { executionArn } = await client.startOrderWorkflow(order('lib-card', 1, 'pm_card_chargeDeclined'));
    await untilEnded(executionArn);
    expect(await client.getWorkflowStatus(executionArn)).toMatchObject({
      workflow: 'order',
      status: 'SUCCEEDED',
      output: { outcome: 'PAYMENT_DECLINED', reason: expect.stringContaining('declined') },
    });

    const second = await client.startOrderWorkflow(order('lib-card'), { attempt: 2 });
    expect(second.name).toBe('order-lib-card_2');
    await untilEnded(second.executionArn);
    const status = await client.getWorkflowStatus(second.executionArn);
    // The types narrow to an order's outcome, and then to that of a shipped order.
    const shipped =
      status.workflow === 'order' && status.status === 'SUCCEEDED' && status.output.outcome === 'SHIPPED'
        ? status.output
        : undefined;
    expect(shipped).toMatchObject({ orderId: 'lib-card', amount: 700, currency: 'usd' });
    expect(await paymentsOf('lib-card')).toEqual([
      ['order-lib-card', 'canceled'],
      ['order-lib-card_2', 'succeeded'],
    ]);
  });
});

describe('the command line', () => {
  test('starts an order, waits for its end, and shows its status', async () => {
    const words = ['start', 'order', '--input', '-', '--wait'];
    const started = await workflows(words, JSON.stringify(order('cli-once')));
    expect(started).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^order-cli-once {2}SHIPPED/) });
    expect(started.err).toBe(`Using the local cloud at ${cloud.endpoints.aws}\n`);

    const [status, conflict, unknown, wrong] = await Promise.all([
      workflows(['status', 'cli-once']),
      workflows(words, JSON.stringify(order('cli-once', 2))),
      workflows(['status', 'cli-never']),
      workflows(['start', 'order']),
    ]);
    expect(status).toEqual(started);
    expect(conflict).toMatchObject({
      exitCode: 1,
      out: '',
      err: expect.stringContaining('another input (they differ in items[0].quantity)'),
    });
    expect(unknown).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('There is no execution order-cli-never'),
    });
    expect(wrong).toMatchObject({ exitCode: 2, err: expect.stringContaining('--input <file>') });
  });

  test('shows what happened to an order that was undone, and the command that it suggests ships it', async () => {
    const fulfilment = {
      stateMachineArn: output('OrderProcessing', 'StateMachineArn'),
      queueUrl: output('OrderProcessing', 'FulfilmentQueueUrl'),
    };
    const { exitCode, out } = await withShipmentsRefused(fulfilment, () =>
      workflows(['start', 'order', '--input', '-', '--wait'], JSON.stringify(order('cli-undone'))),
    );
    expect({ exitCode, out }).toEqual({
      exitCode: 1,
      out: expect.stringContaining('order-cli-undone  FAILED'),
    });

    const [list, logs, history, json, redrive] = await Promise.all([
      workflows(['list', 'order', '--status', 'FAILED', '--since', '1h']),
      workflows(['logs', 'cli-undone']),
      workflows(['history', 'cli-undone']),
      workflows(['history', 'cli-undone', '--json']),
      workflows(['redrive', 'cli-undone']),
    ]);
    expect(list.out).toMatch(/^order-cli-undone +FAILED, undone .* CreateShipment: AccessDenied: /m);
    expect(logs.out).toMatch(/ ValidateOrder +INFO +Done /);
    expect(logs.out).toMatch(/ CreateShipment +ERROR +Failed .*errorName=AccessDenied/);
    expect(logs.out).toMatch(/ ReversePayment +INFO +Done /);
    expect(history.exitCode).toBe(0);
    const told = squeezed(history.out);
    for (const line of [
      /^order-cli-undone FAILED after /,
      /ChargeCard .*authorised 7\.00 USD/,
      /ReserveInventory .*stock is reserved/,
      /CreateShipment .*failed, and was handled\n.*not authorized to perform: sqs:sendmessage/i,
      /ReleaseInventory .*undo, the stock is released/,
      /ReversePayment .*undo, the payment is cancelled, nothing was charged/,
      /\nOutcome FAILED: a person must look\n/,
      /\nWhy CreateShipment failed\. .*not authorized to perform: sqs:sendmessage/i,
      /\nUndone the shipment is cancelled\n the stock is released\n the payment is cancelled, nothing was charged\n/,
    ]) {
      expect(told).toMatch(line);
    }
    expect(JSON.parse(json.out)).toMatchObject({
      name: 'order-cli-undone',
      verdict: { outcome: 'FAILED', todo: 'retry', why: [expect.stringContaining('CreateShipment failed.')] },
      visits: expect.arrayContaining([expect.objectContaining({ state: 'ReversePayment' })]),
    });
    expect(redrive).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('was not redriven: it would only fail again'),
    });

    const next = pasted(history.out);
    expect(next).toEqual(['start', 'order', '--from', 'order-cli-undone', '--attempt', '2']);
    expect(await workflows([...next, '--wait'])).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^order-cli-undone_2 {2}SHIPPED/),
    });
    expect(await paymentsOf('cli-undone')).toEqual([
      ['order-cli-undone', 'canceled'],
      ['order-cli-undone_2', 'succeeded'],
    ]);
  });

  test('an import is repeated: the order that was undone ships at its second attempt', async () => {
    const fulfilment = {
      stateMachineArn: output('OrderProcessing', 'StateMachineArn'),
      queueUrl: output('OrderProcessing', 'FulfilmentQueueUrl'),
    };
    const file = `${JSON.stringify(order('cli-again'))}\n`;
    await withShipmentsRefused(fulfilment, async () => {
      await workflows(['import', '-', '--wait'], file);
      await untilEnded(arnOf('order-cli-again'));
    });
    const first = await workflows(['import', '-'], file);
    expect(pasted(first.err)).toEqual(['import', '-', '--again']);

    const repeat = () => workflows(['import', '-', '--again', '--wait'], file);
    expect(await repeat()).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('1 orders: 0 started, 1 started again, 0 started before'),
    });
    expect((await untilEnded(arnOf('order-cli-again_2'))).output).toMatchObject({ outcome: 'SHIPPED' });
    expect(await repeat()).toMatchObject({ out: expect.stringContaining('0 started, 1 started before') });
  });

  test('an order that was stopped while Stripe refused to cancel its payment is redriven to its end', async () => {
    const faults = `${cloud.endpoints.stripe}/_double/faults`;
    const name = 'order-cli-stuck';
    const on = 'POST /v1/payment_intents/*/cancel';
    const fault = { on, kind: 'server_error', contains: name, times: 'always' };
    await fetch(faults, { method: 'POST', body: JSON.stringify(fault) });
    await workflows(['start', 'order', '--input', '-'], JSON.stringify(order('cli-stuck', STOCK + 1)));
    // Stopped, because it would retry for a quarter of an hour.
    await failedAt(arnOf(name), 'CompensationFailed');
    await new SFN().stopExecution({ executionArn: arnOf(name) });

    const stopped = await workflows(['history', name]);
    const told = squeezed(stopped.out);
    expect(told).toMatch(/^order-cli-stuck ABORTED after /);
    expect(told).toMatch(
      /ReversePayment .*failed\n.*CompensationFailed: Reversing the payment of order-cli-stuck/,
    );
    expect(told).toMatch(/\nWhy Somebody stopped it\./);
    expect(told).toMatch(/\nNext It stopped at ReversePayment and is neither completed nor undone\.\n/);
    expect(await paymentsOf('cli-stuck')).toEqual([[name, 'requires_capture']]);

    await fetch(faults, { method: 'DELETE' });
    const next = pasted(stopped.out);
    expect(next).toEqual(['redrive', name]);
    const redriven = await workflows(next);
    expect(redriven).toMatchObject({ exitCode: 0, out: `${name} goes on at ReversePayment\n` });
    expect(await workflows(pasted(redriven.err))).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(
        /order-cli-stuck {2}OUT_OF_STOCK after .*\nUndone +[^\n]*no stock was held\n +the payment is cancelled/s,
      ),
    });
    expect(await paymentsOf('cli-stuck')).toEqual([[name, 'canceled']]);
    expect(await workflows(['redrive', name])).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('ended well, as OUT_OF_STOCK: there is nothing to redrive'),
    });
  });

  test('onboards a customer, whose corrected address gets the link, which shows the API key once', async () => {
    const signup = signupInput({ userId: 'cli-customer', email: 'cli@customers.example.com' });
    expect(
      await workflows(['start', 'onboarding', '--input', '-', '--wait'], JSON.stringify(signup)),
    ).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^onboarding-cli-customer {2}ONBOARDED/) });

    const corrected = 'cli-corrected@customers.example.com';
    expect(await workflows(['welcome', signup.userId, '--email', corrected, '--yes'])).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining(`went to ${corrected}`),
    });
    const [email] = await emailsTo(cloud, corrected);
    const token = /#(\S+)/.exec(email?.BodyText ?? '')?.[1] ?? '';
    const claimed = await workflows(['claim', token]);
    expect(claimed).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^sfw_[0-9a-f]{24}_\S{40,}\n$/),
    });
    expect(claimed.err).toContain('of cli-customer. It is not shown again');
    expect(await workflows(['claim', token])).toMatchObject({
      exitCode: 1,
      out: '',
      err: expect.stringMatching(/Error: .+/),
    });
  });
});

/** Waits until a task of the execution has failed with this error. */
async function failedAt(executionArn: string, error: string): Promise<void> {
  const client = new SFN();
  for (let tries = 0; tries < 300; tries++) {
    for await (const { events = [] } of paginateGetExecutionHistory({ client }, { executionArn })) {
      if (events.some(({ taskFailedEventDetails }) => taskFailedEventDetails?.error === error)) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`No try of ${executionArn} fails with ${error}`);
}
