/** The summary of an import, made from the result files of its Distributed Map. */
import { createSummarise } from '../../../lambda/bulk-orders/summarise.lambda';
import { createBucket } from '../../../lambda/shared/bucket';
import { createS3Bucket } from '../../../tools/doubles/s3';

const NAME = 'orders-to-import';

const file = {
  key: 'uploads/a.jsonl',
  versionId: 'v1',
  clean: { key: 'checked/import-1/clean.jsonl', versionId: 'v2' },
  badKey: 'checked/import-1/bad.jsonl',
  resultsPrefix: 'results/import-1',
  total: 30,
  good: 30,
  bad: 0,
};

function open() {
  const s3 = createS3Bucket(NAME, { pageSize: 2 });
  const summarise = createSummarise({
    bucket: createBucket({ s3: s3.client, name: NAME }),
    bucketName: NAME,
  });
  return {
    s3,
    summarise: (
      changes: Partial<typeof file> = {},
      failure: Parameters<typeof summarise>[0]['failure'] = null,
    ) => summarise({ file: { ...file, ...changes }, failure, execution: 'import-1' }),
    /** Adds a Map Run with its files, each given as its records. */
    mapRun(id: string, results: Record<string, object[]>) {
      const folder = `results/import-1/${id}`;
      const ResultFiles = Object.fromEntries(
        Object.entries(results).map(([status, records]) => {
          const Key = `${folder}/${status}_0.jsonl`;
          s3.put(Key, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
          return [status, [{ Key, Size: 1 }]];
        }),
      );
      s3.put(`${folder}/manifest.json`, JSON.stringify({ DestinationBucket: NAME, ResultFiles }, null, 2));
    },
  };
}

const result = (line: number, status = 'STARTED') => ({ line, orderId: `A-${line}`, status });
const batch = (first: number, count: number, more: object = {}) => ({
  Input: JSON.stringify({
    BatchInput: {},
    Items: Array.from({ length: count }, (_, index) => ({
      line: first + index,
      orderId: `A-${first + index}`,
      order: '{}',
    })),
  }),
  Status: 'FAILED',
  ...more,
});

test('counts orders that were started, had already been started, and could not be started', async () => {
  const { mapRun, summarise } = open();
  mapRun('1', {
    SUCCEEDED: [result(1), result(2, 'ALREADY_STARTED'), result(3)],
    FAILED: [batch(21, 10, { Error: 'Sfn.SfnException', Cause: 'Rate exceeded' })],
    PENDING: [batch(4, 2, { Status: 'PENDING' })],
  });
  const summary = await summarise();
  expect(summary).toMatchObject({
    outcome: 'IMPORTED',
    total: 30,
    started: 2,
    alreadyStarted: 1,
    failed: 27,
  });
  expect(summary.failedLines.slice(0, 3)).toEqual([
    { line: 4, orderId: 'A-4', error: null },
    { line: 5, orderId: 'A-5', error: null },
    { line: 21, orderId: 'A-21', error: 'Sfn.SfnException' },
  ]);
});

test('tells what a repeat started again, and lists what stopped half-way', async () => {
  const { mapRun, summarise } = open();
  const halfWay = (line: number) => ({ ...result(line, 'HALF_WAY'), execution: `order-A-${line}_2` });
  mapRun('1', { SUCCEEDED: [halfWay(9), result(1, 'STARTED_AGAIN'), halfWay(3), result(2)] });
  expect(await summarise({ good: 5 })).toMatchObject({
    started: 1,
    startedAgain: 1,
    alreadyStarted: 0,
    halfWay: 2,
    failed: 1,
    halfWayLines: [
      { line: 3, orderId: 'A-3', execution: 'order-A-3_2' },
      { line: 9, orderId: 'A-9', execution: 'order-A-9_2' },
    ],
  });
  mapRun('2', { SUCCEEDED: Array.from({ length: 60 }, (_, index) => halfWay(index + 10)) });
  expect((await summarise({ good: 70 })).halfWayLines).toHaveLength(50);
});

test('a Map Run that was retried counts once', async () => {
  const { mapRun, summarise } = open();
  mapRun('1', { SUCCEEDED: [result(1), result(2)], FAILED: [batch(3, 2)] });
  mapRun('2', { SUCCEEDED: [result(1, 'ALREADY_STARTED'), result(2), result(3), result(4)] });
  mapRun('3', { SUCCEEDED: [result(5)] });
  expect(await summarise({ good: 5 })).toMatchObject({
    started: 5,
    alreadyStarted: 0,
    failed: 0,
    failedLines: [],
  });
});

test('without results the count is zero', async () => {
  const { s3, summarise } = open();
  s3.put('results/import-10/1/manifest.json', '{}');
  const failure = { state: 'StartOrders', error: 'States.ItemReaderFailed', cause: 'x'.repeat(40_000) };
  expect(await summarise({}, failure)).toMatchObject({
    outcome: 'FAILED',
    error: 'States.ItemReaderFailed',
    cause: 'x'.repeat(1000),
    started: 0,
    failed: 30,
    failedLines: [],
  });
});

test('the error of a batch is reported even without its input', async () => {
  const { mapRun, summarise } = open();
  mapRun('1', {
    FAILED: [{ Error: 'Sfn.SfnException', InputDetails: { Included: false }, Status: 'FAILED' }],
  });
  expect(await summarise()).toMatchObject({ failed: 30, failedLines: [] });
});

test('results of an unexpected form are an error', async () => {
  const { mapRun, summarise } = open();
  mapRun('1', { SUCCEEDED: [result(1, 'PERHAPS')] });
  await expect(summarise()).rejects.toThrow();
});

test('lists as many bad lines as fit into a message', async () => {
  const { s3, mapRun, summarise } = open();
  const problems = Array.from({ length: 50 }, () => ({ path: 'items[0].sku', message: 'm'.repeat(100) }));
  const lines = Array.from({ length: 1000 }, (_, line) => JSON.stringify({ line, problems, more: 0 }));
  s3.put(file.badKey, lines.join('\n'));
  mapRun('1', { PENDING: [batch(1, 1000)] });
  const summary = await summarise({ total: 2000, good: 1000, bad: 1000 });
  expect(summary.invalid).toBe(1000);
  expect(summary.badLines.length).toBeGreaterThan(10);
  expect(summary.failedLines).toHaveLength(50);
  expect(Buffer.byteLength(JSON.stringify(summary))).toBeLessThan(200_000);
});
