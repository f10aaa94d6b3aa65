/** What the functions of reconciliation do beyond what test/workflows/reconciliation.test.ts shows of them together. */
import type Stripe from 'stripe';
import { saveFindings } from '../../../lambda/reconciliation/findings';
import { checkPeriod } from '../../../lambda/reconciliation/period';
import { unsettled } from '../../../lambda/reconciliation/refunds';
import { createWriteReport } from '../../../lambda/reconciliation/write-report.lambda';
import { createBucket } from '../../../lambda/shared/bucket';
import { createS3Bucket } from '../../../tools/doubles/s3';

const START = new Date('2026-03-01T09:00:00Z');

describe('Compare checks its period', () => {
  const problemsOf = (input: unknown) => {
    try {
      const { from, until } = checkPeriod(input, START);
      return { from: from.toISOString(), until: until.toISOString() };
    } catch (error) {
      return JSON.parse(Object(error).message).problems;
    }
  };

  test.each([
    [{}, '2026-02-22T09:00:00.000Z', '2026-03-01T09:00:00.000Z'],
    [{ from: '2026-02-28T09:00:00Z' }, '2026-02-28T09:00:00.000Z', '2026-03-01T09:00:00.000Z'],
    [{ until: '2026-02-28T09:00:00Z' }, '2026-02-21T09:00:00.000Z', '2026-02-28T09:00:00.000Z'],
  ])('%j', (input, from, until) => {
    expect(problemsOf(input)).toEqual({ from, until });
  });

  test.each([
    [null, ''],
    [{ days: 3 }, 'days'],
    [{ from: '2026-02-20' }, 'from'],
    [{ from: '2026-02-45T09:00:00Z' }, 'from'],
    [{ from: '2026-01-01T00:00:00Z' }, 'from'],
    [{ until: '2026-03-01T09:00:01Z' }, 'until'],
  ])('%j is refused', (input, path) => {
    expect(problemsOf(input)).toEqual([{ path, message: expect.any(String) }]);
  });
});

test.each([
  ['nothing after it', [], ['failed']],
  ['one before it', [{ created: 1, status: 'succeeded' }], ['failed']],
  ['a smaller one', [{ created: 3, status: 'succeeded', amount: 400 }], ['failed']],
  ['one that failed too', [{ created: 3, status: 'canceled', id: 'later' }], ['failed', 'later']],
  ['one that is pending', [{ created: 3, status: 'pending' }], []],
])('a failed refund and %s', (_case, others, expected) => {
  const failed = { id: 'failed', created: 2, status: 'failed', amount: 500 };
  const refunds = [failed, ...others.map((other) => ({ ...failed, id: 'other', ...other }))];
  expect(unsettled(refunds as Stripe.Refund[]).map(({ id }) => id)).toEqual(expected);
});

test('WriteReport counts by kind, and keeps the summary beside the differences', async () => {
  const s3 = createS3Bucket('reports');
  const bucket = createBucket({ s3: s3.client, name: 'reports' });
  const execution = `reconcile-1.${START.getTime()}`;
  const difference = { kind: 'REFUND_FAILED' as const, since: START.toISOString() };
  await saveFindings(bucket, execution, 0, [{ compared: { payments: 2 } }, { difference }]);
  await saveFindings(bucket, execution, 1, [{ open: 1, compared: { payments: 3 } }]);
  const report = await createWriteReport({ bucket, bucketName: 'reports' })({
    input: {},
    execution,
    progress: { round: 2, step: 'done' },
  });
  expect(report).toMatchObject({
    outcome: 'DIFFERENCES',
    open: 1,
    compared: { payments: 5 },
    differences: { REFUND_FAILED: 1 },
  });
  expect(s3.jsonLines(`reports/${execution}/differences.jsonl`)).toEqual([difference]);
  expect(s3.jsonLines(`reports/${execution}/summary.json`)).toEqual([report]);
});
