/** Imports through the deployed stacks, under enforced IAM: real streams, versions and parts in S3. */
import { S3 } from '@aws-sdk/client-s3';
import type { ImportSummary } from '../../contracts/types';
import { openMailbox } from '../../tools/local/mailbox';
import { importSamples } from '../../tools/local/samples/imports';
import { order } from '../../tools/local/samples/orders';
import { workflows } from '../../tools/local/samples/reviews';
import { execute, runSamples } from '../../tools/local/samples/run';
import { cloud, output } from './support/cloud';
import { withoutGrant } from './support/grants';

const imports = () => output('OrderProcessing', 'BulkOrdersStateMachineArn');
const bucket = () => output('OrderProcessing', 'BulkOrdersBucketName');

/** Uploads a file to the bucket of imports. */
async function upload(name: string, lines: readonly unknown[]) {
  const key = `uploads/${name}.jsonl`;
  const Body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const { VersionId: versionId } = await new S3({ forcePathStyle: true }).putObject({
    Bucket: bucket(),
    Key: key,
    Body,
  });
  return { bucket: bucket(), key, versionId };
}

test('the sample starts its orders once and reports it', async () => {
  const mailbox = await openMailbox('imports', [output('OrderProcessing', 'BulkOrdersTopicArn')]);
  const [sample] = await runSamples(importSamples, cloud);
  expect(sample?.problems).toEqual([]);
  const [told] = await mailbox.read();
  const { notified, ...summary } = Object(sample?.ended?.output);
  expect(notified).toBe(true);
  expect(told).toEqual({ ...summary, noticeId: expect.any(String) });

  await workflows(cloud, ['import', 'tools/local/samples/orders.jsonl', '--again', '--wait']);
  expect(await mailbox.read()).toEqual([
    expect.objectContaining({
      total: 25,
      started: 0,
      startedAgain: 0,
      alreadyStarted: 24,
      halfWay: 0,
      invalid: 1,
      failed: 0,
    }),
  ]);
});

test('a file whose report needs a multipart upload', async () => {
  const items = Array.from({ length: 60 }, () => ({ sku: '', quantity: 0, unitPrice: -1 }));
  const lines = Array.from({ length: 2500 }, (_, index) => ({ ...order(`bad-${index}`, 'MUG-BLUE'), items }));
  const { output: outcome } = await execute(imports(), 'import-large', await upload('large', lines));
  expect(outcome).toMatchObject({ outcome: 'IMPORTED', total: 2500, invalid: 2500, started: 0 });

  const [, , , ...key] = (outcome as ImportSummary).report.split('/');
  const report = await new S3({ forcePathStyle: true }).getObject({ Bucket: bucket(), Key: key.join('/') });
  const reported = (await report.Body?.transformToString())?.trimEnd().split('\n') ?? [];
  expect(report.ContentLength).toBeGreaterThan(8 * 1024 * 1024);
  expect(reported.map((line) => JSON.parse(line).line)).toEqual(lines.map((_, index) => index + 1));
});

test('a changed file is imported in the given version, a missing one is rejected', async () => {
  const named = await upload('changed', [{ first: 1 }]);
  await upload('changed', [{ second: 1 }, { third: 1 }]);
  const { output: outcome } = await execute(imports(), 'import-changed', named);
  expect(outcome).toMatchObject({ versionId: named.versionId, total: 1 });

  const missing = { bucket: bucket(), key: 'uploads/missing.jsonl' };
  expect((await execute(imports(), 'import-missing', missing)).output).toMatchObject({
    outcome: 'REJECTED',
    problems: [{ path: 'key', message: 'is not there' }],
  });
});

test.each([
  ['s3:GetObjectVersion', 'States.ItemReaderFailed'],
  ['s3:PutObject', 'States.ResultWriterFailed'],
])('without a grant of %s: FAILED, naming the action', async (action, error) => {
  const orderId = action.replace(/\W/g, '-');
  const file = await upload(orderId, [order(orderId, 'NOTEBOOK-A5')]);
  const run = await withoutGrant(imports(), action, () => execute(imports(), `import-${orderId}`, file));
  expect(run).toMatchObject({ status: 'FAILED', error });
  expect(run.cause).toContain(action);
});
