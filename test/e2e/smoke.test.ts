/** `npm run smoke`, through the deployed stacks. */
import { SQS } from '@aws-sdk/client-sqs';
import { SKU } from '../../bin/smoke/orders';
import { getItem } from '../../tools/local/samples/orders';
import { output, stripeLedger } from './support/cloud';
import { program } from './support/command-line';

test('one order is rejected, one ships, and its shipment is cancelled', async () => {
  const { exitCode, out, err } = await program('bin/smoke.ts', ['--stage', 'local']);
  expect(out + err).toMatch(/✔ .*REJECTED +REJECTED/);
  expect(out).toMatch(/✔ .*SHIPPED +SHIPPED/);
  expect(exitCode).toBe(0);

  const [, orderId = ''] = /order-(smoke-[\w-]+-ships)/.exec(out) ?? [];
  const { payments } = await stripeLedger();
  expect(payments.filter(({ metadata }) => metadata.orderId === orderId)).toMatchObject([
    { status: 'succeeded' },
  ]);
  const table = output('OrderProcessing', 'InventoryTableName');
  expect(await getItem(table, { sku: { S: SKU } })).toMatchObject({ available: { N: '0' } });
  expect(await actionsFor(orderId)).toEqual(['PICK', 'CANCEL']);
});

/** What fulfilment is asked to do, in order. */
async function actionsFor(orderId: string): Promise<string[]> {
  const sqs = new SQS();
  const QueueUrl = output('OrderProcessing', 'FulfilmentQueueUrl');
  const actions: string[] = [];
  for (let empty = 0; empty < 3; ) {
    const { Messages = [] } = await sqs.receiveMessage({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 60,
    });
    if (Messages.length === 0) empty++;
    for (const { Body = '{}', ReceiptHandle } of Messages) {
      const message = JSON.parse(Body);
      if (message.orderId === orderId) actions.push(message.action);
      await sqs.deleteMessage({ QueueUrl, ReceiptHandle });
    }
  }
  return actions;
}
