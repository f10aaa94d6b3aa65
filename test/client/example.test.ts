/** What the example tells the customers of a shop, who believe it. */
import { SFNClient } from '@aws-sdk/client-sfn';

const STATE_MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:Orders';
const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:Orders:order-A1';

process.env.ORDER_STATE_MACHINE_ARN = STATE_MACHINE;
afterEach(() => jest.restoreAllMocks());

async function told(ending: { status: string; cause?: string; output?: object }): Promise<string> {
  const { output, ...rest } = ending;
  jest.spyOn(SFNClient.prototype, 'send').mockImplementation(async () => ({
    executionArn: EXECUTION,
    name: 'order-A1',
    startDate: new Date(0),
    stopDate: new Date(1),
    ...rest,
    ...(output && { output: JSON.stringify(output) }),
  }));
  const { describeOrder } = await import('../../client/example');
  return describeOrder(EXECUTION);
}

test('an order that FAILED and is undone: not placed, not charged, order again', async () => {
  const sentence = await told({ status: 'FAILED', cause: '{"undone":true,"orderId":"A1"}' });
  expect(sentence).toMatch(/not placed.*not charged.*order again/);
  expect(sentence).not.toMatch(/looking into it/);
});

test.each(['FAILED', 'TIMED_OUT', 'ABORTED'])(
  'an order that stopped half-way (%s): somebody looks into it, and nothing is said of the money',
  async (status) => {
    const sentence = await told({ status, cause: '{"undone":false}' });
    expect(sentence).toMatch(/looking into it/);
    expect(sentence).not.toMatch(/charged/);
  },
);

test('a decline: the sentence for customers, and not its code', async () => {
  const output = {
    outcome: 'PAYMENT_DECLINED',
    reason: 'Your card was declined.',
    declineCode: 'stolen_card',
  };
  expect(await told({ status: 'SUCCEEDED', output })).toBe('Your card was declined.');
});
