import type { Context } from 'aws-lambda';
import { PaymentDeclined, ValidationError } from '../../../lambda/shared/errors';
import { lambdaHandler } from '../../../lambda/shared/handler';

const payload = { orderId: 'A-1', execution: 'order-A-1', email: 'ada@example.com' };
const context = { awsRequestId: 'request-1', functionName: 'charge-card' } as Context;

/** Runs a handler around `work` and returns what it logged. */
async function logged(work: (input: typeof payload) => Promise<unknown>) {
  const lines: Record<string, unknown>[] = [];
  const write = (text: unknown) => {
    lines.push(JSON.parse(String(text)));
  };
  process.env.POWERTOOLS_DEV = 'true'; // Powertools then writes to the console, which the test reads
  jest.spyOn(console, 'info').mockImplementation(write);
  jest.spyOn(console, 'error').mockImplementation(write);
  const handler = lambdaHandler(
    () => work,
    ({ orderId, execution }) => ({ orderId, execution }),
  );
  const answer = await handler(payload, context).catch((error: unknown) => ({ error }));
  return { lines, answer };
}

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.POWERTOOLS_DEV;
});

/** The SDKs of AWS and Stripe attach the request to the error. */
const withRequest = (error: Error) => Object.assign(error, { request: payload, $metadata: payload });

test.each<[string, () => Promise<unknown>, object]>([
  ['success', async () => 'ok', { level: 'INFO', message: 'Done' }],
  [
    'a rejection',
    async () => {
      throw new ValidationError({ problems: [{ path: 'email', message: 'is missing' }], more: 0 });
    },
    { level: 'INFO', message: 'Rejected', errorName: 'ValidationError' },
  ],
  [
    'a decline',
    async () => {
      const cause = withRequest(new Error('Your card was declined: it is stolen.'));
      throw withRequest(new PaymentDeclined('Your card was declined.', 'stolen_card', { cause }));
    },
    {
      level: 'INFO',
      message: 'Declined',
      reason: 'Your card was declined.',
      declineCode: 'stolen_card',
      stripeSaid: 'Your card was declined: it is stolen.',
    },
  ],
  [
    'a failure',
    async () => {
      throw withRequest(new TypeError('no such thing', { cause: withRequest(new Error('below')) }));
    },
    {
      level: 'ERROR',
      message: 'Failed',
      errorName: 'TypeError',
      reason: 'no such thing',
      stack: expect.any(String),
    },
  ],
])('%s is one line with order id and execution, and no personal data', async (_case, work, line) => {
  const { lines } = await logged(work);
  expect(lines).toEqual([expect.objectContaining({ orderId: 'A-1', execution: 'order-A-1', ...line })]);
  expect(JSON.stringify(lines)).not.toContain(payload.email);
});

test('results and errors of the function are passed on unchanged', async () => {
  expect((await logged(async () => ({ released: true }))).answer).toEqual({ released: true });
  const error = new PaymentDeclined('No.', 'generic_decline');
  expect((await logged(() => Promise.reject(error))).answer).toEqual({ error });
});

test('an error says the same as before, without personal data, also in its stack', async () => {
  const quote = `SES refuses ${payload.email} and bob@example.net for pm_1ABC`;
  const { lines, answer } = await logged(async () => {
    throw Object.assign(new Error(quote), { name: 'MessageRejected' });
  });
  const { error } = answer as { error: Error };
  expect(error).toMatchObject({
    name: 'MessageRejected',
    message: 'SES refuses <personal data> and <e-mail address> for <payment method>',
  });
  expect(error.stack).toContain('handler.test');
  expect(`${error.stack}${JSON.stringify(lines)}`).not.toMatch(/ada@|bob@|pm_1/);
});

test('the frames of a stack say where they are, also in a package with an @', async () => {
  const frame = 'at send (/var/task/node_modules/@smithy/core/dist-es/client.js:63:67)';
  const { answer } = await logged(async () => {
    throw Object.assign(new Error('no'), { stack: `Error: no\n    ${frame}` });
  });
  expect((answer as { error: Error }).error.stack).toContain(frame);
});

test('the environment is read at the first call, not at import', async () => {
  const { handler } = await import('../../../lambda/order-processing/release-inventory.lambda');
  jest.spyOn(console, 'error').mockImplementation(() => {});
  process.env.POWERTOOLS_DEV = 'true';
  await expect(handler({ orderId: 'A-1', items: [], execution: 'order-A-1' }, context)).rejects.toThrow(
    'The environment variable RESERVATIONS_TABLE is not set',
  );
});
