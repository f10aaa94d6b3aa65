/** The sweep, called by hand, under enforced IAM. */
import { Lambda } from '@aws-sdk/client-lambda';
import { SFN } from '@aws-sdk/client-sfn';
import { executionArn } from '../../contracts/names';
import { execute } from '../../tools/local/samples/run';
import { orderInput } from '../../tools/world/orders';
import { cloud, output } from './support/cloud';
import { openMailbox } from './support/mailbox';

const orders = () => output('OrderProcessing', 'StateMachineArn');

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
  try {
    return await work();
  } finally {
    await sfn.updateStateMachine({ stateMachineArn, definition });
  }
}

test('an order whose payment Stripe would not cancel goes on, and the alarm topic hears so', async () => {
  const alarms = await openMailbox('sweep-alarms', [output('Operations', 'AlarmTopicArn')]);
  const faults = `${cloud.endpoints.stripe}/_double/faults`;
  const name = 'order-swept';
  const on = 'POST /v1/payment_intents/*/cancel';
  await fetch(faults, {
    method: 'POST',
    body: JSON.stringify({ on, kind: 'server_error', contains: name, times: 'always' }),
  });
  const order = orderInput({
    orderId: 'swept',
    items: [{ sku: 'MUG-BLUE', quantity: 999, unitPrice: 100 }],
  });
  const run = await withoutPatience(() => execute(orders(), name, order));
  expect(run).toMatchObject({ status: 'FAILED', error: 'CompensationFailed' });

  await fetch(faults, { method: 'DELETE' });
  const redriven = [{ workflow: 'order-processing', name, error: 'CompensationFailed', redrive: 1 }];
  expect(await sweep('OrderProcessing')).toMatchObject({ FunctionError: undefined, redriven });
  const ended = async () => new SFN().describeExecution({ executionArn: executionArn(orders(), name) });
  while ((await ended()).status === 'RUNNING') await new Promise((resolve) => setTimeout(resolve, 100));
  expect(JSON.parse((await ended()).output ?? '{}')).toMatchObject({ outcome: 'OUT_OF_STOCK' });
  expect((await sweep('OrderProcessing')).redriven).toEqual([]);
  expect((await sweep('SaasOnboarding')).FunctionError).toBeUndefined();

  const told = await alarms.read();
  expect(told.map(String).filter((text) => text.includes('the sweep lets'))).toEqual([
    expect.stringContaining('order-swept of order-processing, stopped by CompensationFailed: redrive 1 of 5'),
  ]);
});
