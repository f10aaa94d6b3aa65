/** The sweep, called by hand, under enforced IAM. */
import { Lambda } from '@aws-sdk/client-lambda';
import { SFN } from '@aws-sdk/client-sfn';
import { machineArn } from '../../contracts/names';
import { openMailbox } from '../../tools/local/mailbox';
import { whileStripeRefuses } from '../../tools/local/samples/recoveries';
import { execute, untilEnded } from '../../tools/local/samples/run';
import { orderInput } from '../../tools/world/orders';
import { cloud, output } from './support/cloud';

/** The machine, not its alias: `withoutPatience` releases nothing. */
const orders = () => machineArn(output('OrderProcessing', 'StateMachineArn'));

const sweep = async (stack: string) => {
  const FunctionName = output(stack, 'SweepFunctionName');
  const { FunctionError, Payload } = await new Lambda().invoke({ FunctionName });
  return { FunctionError, ...JSON.parse(Buffer.from(Payload ?? []).toString()) };
};

/** Runs `work` while ReversePayment gives up at once: an execution keeps the definition that it began with. */
async function withoutPatience<T>(work: () => Promise<T>): Promise<T> {
  const sfn = new SFN();
  const stateMachineArn = orders();
  const { definition = '{}' } = await sfn.describeStateMachine({ stateMachineArn });
  const changed = JSON.parse(definition);
  delete changed.States.ReversePayment.Retry;
  await sfn.updateStateMachine({ stateMachineArn, definition: JSON.stringify(changed) });
  // As on AWS, an execution that starts right after it may still get the one before.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  try {
    return await work();
  } finally {
    await sfn.updateStateMachine({ stateMachineArn, definition });
  }
}

/** An order that cannot be undone. */
const stuck = (orderId: string) =>
  withoutPatience(() =>
    execute(
      orders(),
      `order-${orderId}`,
      orderInput({ orderId, items: [{ sku: 'MUG-BLUE', quantity: 999, unitPrice: 100 }] }),
    ),
  );

const texts = (messages: unknown[], what: string) =>
  messages.map(String).filter((text) => text.includes(what));

test('an order whose payment Stripe would not cancel goes on, and the alarm topic hears so', async () => {
  const alarms = await openMailbox('sweep-alarms', [output('Operations', 'AlarmTopicArn')]);
  const name = 'order-swept';
  const run = await whileStripeRefuses(cloud, name, () => stuck('swept'));
  expect(run).toMatchObject({ status: 'FAILED', error: 'CompensationFailed' });

  const redriven = [{ workflow: 'order-processing', name, error: 'CompensationFailed', redrive: 1 }];
  expect(await sweep('OrderProcessing')).toMatchObject({ FunctionError: undefined, redriven });
  const { output: ended } = await untilEnded(run.arn);
  expect(ended).toMatchObject({ outcome: 'OUT_OF_STOCK' });
  expect((await sweep('OrderProcessing')).redriven).toEqual([]);
  expect((await sweep('SaasOnboarding')).FunctionError).toBeUndefined();

  expect(texts(await alarms.texts(), 'the sweep lets')).toEqual([
    expect.stringContaining('order-swept of order-processing, stopped by CompensationFailed: redrive 1 of 5'),
  ]);
});

test('an order that stops again each time is given up after five redrives, and the alarm topic hears so once', async () => {
  const alarms = await openMailbox('given-up', [output('Operations', 'AlarmTopicArn')]);
  const heard: unknown[] = [];
  await whileStripeRefuses(cloud, 'order-given-up', async () => {
    const { arn } = await stuck('given-up');
    for (let redrive = 1; redrive <= 5; redrive++) {
      expect((await sweep('OrderProcessing')).redriven).toEqual([expect.objectContaining({ redrive })]);
      await untilEnded(arn);
    }
    expect((await sweep('OrderProcessing')).redriven).toEqual([]);
    // Events take their time.
    for (let tries = 0; texts(heard, 'given up').length === 0 && tries < 100; tries++) {
      heard.push(...(await alarms.texts()));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
  // EventBridge sends text as JSON, in quotation marks.
  expect(texts(heard, 'given up')).toEqual([
    expect.stringMatching(
      /^"local: the execution order-given-up of order-processing is given up by the sweep after 5 redrives, .+#sweep-gave-up"$/,
    ),
  ]);
});
