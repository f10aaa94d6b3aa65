import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkOrder } from '../../../lambda/order-processing/order';
import { stages } from '../../../lib/stages';
import type { LocalCloud } from '../../../tools/local/cloud';
import { withStatement } from '../../../tools/local/fulfilment-fault';
import { changed, report, usage } from '../../../tools/local/report';
import { samplesNamed } from '../../../tools/local/samples';
import { onboardingSamples } from '../../../tools/local/samples/onboarding';
import { orderSamples } from '../../../tools/local/samples/orders';
import { type EndedExecution, outcomeOf, runSamples, type Sample } from '../../../tools/local/samples/run';

const cloud = {} as LocalCloud;

const ended = (output: unknown, status = 'SUCCEEDED'): EndedExecution => ({
  arn: 'arn',
  identity: 'order-1.0',
  status,
  output,
  error: undefined,
  cause: undefined,
  seconds: 1.25,
  transitions: 9,
});

const sample = (name: string, changes: Partial<Sample> = {}): Sample => ({
  name,
  shows: `${name} shows`,
  expected: 'SHIPPED',
  run: async () => ended({ outcome: 'SHIPPED' }),
  ...changes,
});

const terminal = { isTTY: false, write: () => true };

test('an outcome is the output’s, or the status of an execution that did not succeed', () => {
  expect(outcomeOf(ended({ outcome: 'SHIPPED' }))).toBe('SHIPPED');
  expect(outcomeOf(ended({}))).toBe('SUCCEEDED');
  expect(outcomeOf(ended(undefined, 'FAILED'))).toBe('FAILED');
});

test('a sample is as expected only if its outcome and its effects are', async () => {
  const results = await runSamples(
    [
      sample('good', { violations: async () => [] }),
      sample('other', { run: async () => ended({ outcome: 'REJECTED' }) }),
      sample('failed', {
        run: async () => ({ ...ended(undefined, 'FAILED'), error: 'Oops', cause: 'no stock' }),
      }),
      sample('unpaid', { violations: async () => ['the payment is absent'] }),
      sample('broken', { run: () => Promise.reject(new Error('no such queue')) }),
    ],
    cloud,
  );
  expect(results.map(({ problems }) => problems)).toEqual([
    [],
    ['REJECTED, not SHIPPED'],
    ['FAILED, not SHIPPED (Oops: no stock)'],
    ['the payment is absent'],
    ['no such queue'],
  ]);
});

test('a sample that breaks something runs after all others; rows keep their order', async () => {
  const happened: string[] = [];
  const noted = (name: string, alone: boolean) =>
    sample(name, {
      alone,
      run: async () => {
        happened.push(`${name} started`);
        await Promise.resolve();
        happened.push(`${name} ended`);
        return ended({ outcome: 'SHIPPED' });
      },
    });
  const results = await runSamples([noted('breaker', true), noted('a', false), noted('b', false)], cloud);
  expect(happened).toEqual([
    'a started',
    'b started',
    'a ended',
    'b ended',
    'breaker started',
    'breaker ended',
  ]);
  expect(results.map(({ sample: { name } }) => name)).toEqual(['breaker', 'a', 'b']);
});

test('the report has a row for each, details, and what went wrong', async () => {
  const results = await runSamples(
    [
      sample('order-1', { details: () => ['email is not an e-mail address'] }),
      sample('order-22', { run: async () => ended({ outcome: 'REJECTED' }) }),
    ],
    cloud,
  );
  expect(report(results, terminal)).toBe(`\
Execution   Which            Outcome    Took    Transitions   Look closer
order-1     order-1 shows    SHIPPED    1.3 s   9             npm run workflows -- history order-1
order-22    order-22 shows   REJECTED   1.3 s   9             npm run workflows -- history order-22

order-1:
  email is not an e-mail address

order-22: REJECTED, not SHIPPED`);
});

test('colours are for terminals, unless NO_COLOR is set', async () => {
  const { NO_COLOR } = process.env;
  delete process.env.NO_COLOR;
  const results = await runSamples([sample('order-1')], cloud);
  expect(report(results, terminal)).not.toContain('\u001b[');
  expect(report(results, { ...terminal, isTTY: true })).toContain('\u001b[');
  process.env.NO_COLOR = '1';
  expect(report(results, { ...terminal, isTTY: true })).not.toContain('\u001b[');
  if (NO_COLOR === undefined) delete process.env.NO_COLOR;
  else process.env.NO_COLOR = NO_COLOR;
});

test('the next steps name the endpoints', () => {
  const endpoints = { aws: 'http://127.0.0.1:4566', stepFunctions: 'http://127.0.0.1:4568', stripe: '' };
  expect(usage(endpoints, terminal)).toContain('http://127.0.0.1:4566');
});

test('a redeployment is reported by stack', () => {
  expect(changed([{ stack: 'Orders', resources: ['new Queue (AWS::SQS::Queue)'] }], terminal)).toBe(
    'This runs now.\nOrders:\n  new Queue (AWS::SQS::Queue)',
  );
  expect(changed([], terminal)).toBe('Nothing that is deployed has changed.');
});

test('samples are chosen by the beginning of their names; `none` is allowed, a wrong name gets the list', () => {
  const all = ['order-1', 'order-2', 'import-1'].map((name) => sample(name));
  const named = (only: string) => samplesNamed(only, all).map(({ name }) => name);
  expect(named('')).toEqual(['order-1', 'order-2', 'import-1']);
  expect(named('order')).toEqual(['order-1', 'order-2']);
  expect(named('import-1')).toEqual(['import-1']);
  expect(named('none')).toEqual([]);
  expect(() => named('ordr')).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining('order-1\n  order-2\n  import-1') }),
  );
});

test('a statement is added to a policy without changing the others', () => {
  const deny = { Effect: 'Deny' };
  expect(withStatement(undefined, deny)).toEqual({ Version: '2012-10-17', Statement: [deny] });
  const policy = { Version: '2012-10-17', Statement: [{ Sid: 'TLS' }] };
  expect(withStatement(JSON.stringify(policy), deny)).toEqual({
    ...policy,
    Statement: [{ Sid: 'TLS' }, deny],
  });
});

describe("one's own order and signup, as `npm start` offers them", () => {
  const file = (name: string) => readFileSync(join(__dirname, '../../../tools/local/samples', name), 'utf8');

  test('the order is valid, and none of the samples has its id', () => {
    const own = JSON.parse(file('order.json'));
    expect(checkOrder(own, stages.local.stripe)).toMatchObject({ order: { orderId: own.orderId } });
    expect(file('orders.jsonl')).not.toContain(`"orderId":"${own.orderId}"`);
    expect(orderSamples.map(({ name }) => name)).not.toContain(`order-${own.orderId}`);
  });

  test('the signup is not one of the samples', () => {
    const { userId } = JSON.parse(file('signup.json'));
    expect(onboardingSamples.map(({ name }) => name)).not.toContain(`onboarding-${userId}`);
  });
});
