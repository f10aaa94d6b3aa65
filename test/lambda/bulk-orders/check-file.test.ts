/** Checking a file as a stream: what is written, what a failure leaves, and how much memory it takes. */
import { createCheckFile, MAX_ORDERS } from '../../../lambda/bulk-orders/check-file.lambda';
import { createBucket } from '../../../lambda/shared/bucket';
import { fails } from '../../../tools/doubles/faults';
import { createS3Bucket } from '../../../tools/doubles/s3';
import { jsonLines, someOrders } from '../../../tools/world/imports';
import { orderInput, RULES } from '../../../tools/world/orders';

const NAME = 'orders-to-import';

function open(partBytes?: number) {
  const s3 = createS3Bucket(NAME);
  const check = createCheckFile({
    bucket: createBucket({ s3: s3.client, name: NAME, ...(partBytes && { partBytes }) }),
    bucketName: NAME,
    rules: RULES,
  });
  const run = (content: string) => {
    const { VersionId: versionId } = s3.put('uploads/a.jsonl', content);
    return check({ input: { bucket: NAME, key: 'uploads/a.jsonl', versionId }, execution: 'import-1' });
  };
  return { s3, run };
}

test('good lines are numbered as in the file', async () => {
  const { s3, run } = open();
  const [first, second] = someOrders(2).map((order) => JSON.stringify(order));
  const checked = await run(`\n${first}\n{}\n\n${second}\n`);
  expect(checked).toEqual({
    key: 'uploads/a.jsonl',
    versionId: 'version-1',
    clean: { key: 'checked/import-1/clean.jsonl', versionId: 'version-3' },
    badKey: 'checked/import-1/bad.jsonl',
    resultsPrefix: 'results/import-1',
    total: 3,
    good: 2,
    bad: 1,
  });
  expect(s3.jsonLines('checked/import-1/clean.jsonl')).toEqual([
    { line: 2, orderId: 'A-1', order: expect.any(String) },
    { line: 5, orderId: 'A-2', order: expect.any(String) },
  ]);
  expect(s3.jsonLines('checked/import-1/bad.jsonl')).toMatchObject([{ line: 3, more: 0 }]);
});

/** So many orders that the output needs a multipart upload. */
const manyOrders = (count = 1600) => {
  const items = Array.from({ length: 50 }, (_, index) => ({
    sku: `${index}-`.padEnd(64, 'x'),
    quantity: 1,
    unitPrice: 100,
  }));
  return jsonLines(someOrders(count).map((order) => ({ ...order, items })));
};

test('a connection that is lost after the first part leaves nothing behind', async () => {
  const { s3, run } = open(400_000);
  s3.fail({ 's3:body uploads/a.jsonl': [fails('unavailable')] });
  const orders = manyOrders(100);
  const breaksOff = run(orders + ' '.repeat(orders.length));
  await expect(breaksOff).rejects.toMatchObject({ name: 'TemporaryFailure' });
  expect(s3.calls('uploadPart')).toBe(1);
  expect(s3.openUploads()).toBe(0);
  expect(s3.keys('checked/')).toEqual([]);
});

test('a file with more orders than an import can start is rejected', async () => {
  const { s3, run } = open();
  const rejected = await run('[\n'.repeat(MAX_ORDERS + 1)).catch((error: unknown) => error);
  expect(rejected).toMatchObject({ name: 'ValidationError' });
  expect(JSON.parse((rejected as Error).message)).toEqual({
    key: 'uploads/a.jsonl',
    problems: [{ path: 'key', message: 'has more than 100000 lines; split it' }],
    more: 0,
  });
  expect(s3.openUploads()).toBe(0);
});

test('a line with thousands of problems is one line of the report', async () => {
  const { s3, run } = open();
  const items = Array.from({ length: 3000 }, () => ({ sku: '', quantity: 0, unitPrice: -1 }));
  await run(jsonLines([{ ...orderInput(), items }]));
  const [bad] = s3.jsonLines('checked/import-1/bad.jsonl') as { problems: unknown[]; more: number }[];
  expect(bad?.problems).toHaveLength(50);
  expect(bad?.more).toBe(9001 - 50);
});
