/** Imports of order files: which orders start, how fast, and the summary. In virtual time, with the real functions. */
import { canonicalJson } from '../../contracts/canonical-json';
import { type Fault, fails, passes, replyLost, times } from '../../tools/doubles/faults';
import { jsonLines, openImports, someOrders } from '../../tools/world/imports';
import { orderInput } from '../../tools/world/orders';

const counts = ({ total, started, alreadyStarted, invalid, failed }: Record<string, unknown>) => ({
  total,
  started,
  alreadyStarted,
  invalid,
  failed,
});

const clean = { alreadyStarted: 0, invalid: 0, failed: 0 };

/** A fault of StartExecution that always fails for some orders. */
const failsFor =
  (error: string, ...orderIds: string[]): Fault =>
  async (work, call) => {
    const { Name } = Object(call.arguments);
    return orderIds.some((id) => Name === `order-${id}`) ? fails(error, 'no')(work, call) : work();
  };

describe('a file', () => {
  test.each([1, 10, 11, 25])('of %d orders starts each once, as the client would', async (count) => {
    const imports = openImports();
    const orders = someOrders(count);
    const versionId = imports.upload(jsonLines(orders));
    const { status, output, summary, states } = await imports.run({ versionId });
    expect(status).toBe('SUCCEEDED');
    expect(output).toEqual({
      outcome: 'IMPORTED',
      key: 'uploads/orders.jsonl',
      versionId,
      total: count,
      started: count,
      ...clean,
      startedAgain: 0,
      halfWay: 0,
      badLines: [],
      failedLines: [],
      halfWayLines: [],
      report: 's3://orders-to-import/checked/import-1/bad.jsonl',
      notified: true,
    });
    const { notified, ...told } = output;
    expect(summary).toEqual({ ...told, noticeId: expect.stringMatching(/^import-1\.\d+\/[A-Z]+$/) });
    expect([...imports.orders.started()].map(([name, { input }]) => ({ name, input }))).toEqual(
      expect.arrayContaining(
        orders.map((order) => ({ name: `order-${order.orderId}`, input: canonicalJson(order) })),
      ),
    );
    expect(imports.orders.started().size).toBe(count);
    expect(states).toEqual([
      'CheckFile',
      'HasGoodLines',
      'StartOrders',
      'Summarise',
      'NotifyImport',
      'CheckImport',
      'ImportEnded',
    ]);
  });

  test('of 300 orders, in thirty batches', async () => {
    const imports = openImports({ ordersPerSecond: 20 });
    imports.upload(jsonLines(someOrders(300)));
    const { output } = await imports.run();
    expect(counts(output)).toEqual({ total: 300, started: 300, ...clean });
    expect(imports.orders.started().size).toBe(300);
  });

  test('whose orders ship', async () => {
    const imports = openImports({ stock: { MUG: 100, TEA: 100 } });
    imports.upload(jsonLines(someOrders(12)));
    const { output } = await imports.run();
    expect(counts(output)).toEqual({ total: 12, started: 12, ...clean });
    await imports.clock.advance(60);
    const { shipped, stock } = await imports.books();
    expect(shipped).toHaveLength(12);
    expect(stock).toEqual({ MUG: 76, TEA: 88 });
  });

  test('with lines of every kind: each is reported by its number, and the good ones start', async () => {
    const imports = openImports();
    const [first, second, third] = someOrders(3).map((order) => JSON.stringify(order));
    imports.upload(
      `\uFEFF${first}\r\n\r\n   \n{"orderId": "A-9",\n${second}\r\n[]\n${' '.repeat(200_001)}\n${first}\n${third}`,
    );
    const { output } = await imports.run();
    expect(counts(output)).toEqual({ total: 7, started: 3, alreadyStarted: 0, invalid: 4, failed: 0 });
    const problem = (line: number, path: string, message: string) => ({
      line,
      problems: [{ path, message }],
      more: 0,
    });
    expect(output.badLines).toEqual([
      problem(4, '', 'is not JSON'),
      problem(6, '', 'must be an object'),
      problem(7, '', 'is longer than 200000 bytes'),
      problem(8, 'orderId', 'is the same order as line 1'),
    ]);
    expect(imports.s3.jsonLines('checked/import-1/bad.jsonl')).toEqual(output.badLines);
  });

  test('with no good line starts nothing, and says so', async () => {
    const imports = openImports();
    imports.upload(jsonLines([{}, [], orderInput({ email: 'nobody' })]));
    const { status, output, states } = await imports.run();
    expect(status).toBe('SUCCEEDED');
    expect(output.outcome).toBe('IMPORTED');
    expect(counts(output)).toEqual({ total: 3, started: 0, alreadyStarted: 0, invalid: 3, failed: 0 });
    expect(states).not.toContain('StartOrders');
  });

  test('of thousands of bad lines: the summary lists the first 50', async () => {
    const imports = openImports();
    imports.upload(jsonLines(someOrders(3000).map((order) => ({ ...order, items: [] }))));
    const { output } = await imports.run();
    expect(output.invalid).toBe(3000);
    expect((output.badLines as { line: number }[]).map(({ line }) => line)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
    expect(JSON.stringify(output).length).toBeLessThan(200_000);
  });
});

describe('is rejected, and nothing starts:', () => {
  const problem = (path: string, message: string) => [{ path, message }];

  test.each([
    ['an empty file', '', problem('key', 'is empty')],
    ['a file of blank lines', '\uFEFF\n  \r\n\n', problem('key', 'is empty')],
    ['a file in UTF-16', Buffer.from('{"orderId":"A-1"}\n', 'utf16le'), problem('key', 'is not UTF-8 text')],
  ])('%s', async (_what, content, problems) => {
    const imports = openImports();
    imports.upload(content);
    const { status, output, summary } = await imports.run();
    expect(status).toBe('SUCCEEDED');
    const told = { outcome: 'REJECTED', key: 'uploads/orders.jsonl', problems, more: 0 };
    expect(output).toEqual({ ...told, notified: true });
    expect(summary).toEqual({ ...told, noticeId: expect.stringMatching(/^import-1\.\d+\/[A-Z]+$/) });
    expect(imports.orders.started().size).toBe(0);
    expect(imports.s3.keys('checked/')).toEqual([]);
  });

  test.each([
    ['a file that is not there', {}, problem('key', 'is not there')],
    [
      'a version that is not there',
      { versionId: 'gone' },
      problem('versionId', 'is no version of this file'),
    ],
    ['another bucket', { bucket: 'elsewhere' }, problem('bucket', 'must be orders-to-import')],
    [
      'a file of the import itself',
      { key: 'checked/import-1/clean.jsonl' },
      problem('key', 'must be the key of a file below uploads/'),
    ],
    ['an input of another kind', ['uploads/orders.jsonl'], problem('', 'must be an object')],
  ])('%s', async (_what, input, problems) => {
    const imports = openImports();
    const { status, output } = await imports.run(input);
    expect(status).toBe('SUCCEEDED');
    expect(output).toMatchObject({ outcome: 'REJECTED', problems, notified: true });
    expect(imports.orders.started().size).toBe(0);
  });
});

describe('a file that changes', () => {
  test('is imported in the version that the import was started with', async () => {
    const imports = openImports();
    const versionId = imports.upload(jsonLines(someOrders(1)));
    imports.upload(jsonLines(someOrders(2)));
    expect((await imports.run({ versionId })).output).toMatchObject({ versionId, total: 1 });
  });

  test('between two tries to read it is imported in the given version', async () => {
    const imports = openImports();
    const versionId = imports.upload(jsonLines(someOrders(1)));
    imports.fail({ 's3:body uploads/orders.jsonl': [fails('unavailable')] });
    const overwritten: Fault = async (work) => {
      imports.upload(jsonLines(someOrders(2)));
      return work();
    };
    const { output } = await imports.run({ versionId }, { faults: { CheckFile: [overwritten] } });
    expect(output).toMatchObject({ versionId, total: 1, started: 1 });
  });

  test('while it is read: the version read is imported, and the summary names it', async () => {
    const imports = openImports();
    const versionId = imports.upload(jsonLines(someOrders(1)));
    const changesAfterwards: Fault = async (work) => {
      const checking = work();
      imports.upload(jsonLines(someOrders(2)));
      return checking;
    };
    const { output } = await imports.run({}, { faults: { CheckFile: changesAfterwards } });
    expect(output).toMatchObject({ versionId, total: 1, started: 1 });
  });
});

test('a check that comes late cannot change what is imported', async () => {
  const imports = openImports();
  imports.upload(jsonLines(someOrders(2)));
  const overwritten: Fault = async (work) => {
    const checked = await work();
    imports.s3.put('checked/import-1/clean.jsonl', '');
    return checked;
  };
  const { output } = await imports.run({}, { faults: { CheckFile: overwritten } });
  expect(counts(output)).toEqual({ total: 2, started: 2, ...clean });
});

describe('starting again', () => {
  test('the same file twice starts nothing twice, whether the orders still run or have ended', async () => {
    const imports = openImports();
    imports.upload(jsonLines(someOrders(12)));
    await imports.run();
    const before = new Map(imports.orders.started());
    imports.orders.end('order-A-1');
    imports.orders.end('order-A-11');
    const { status, output } = await imports.run();
    expect(status).toBe('SUCCEEDED');
    expect(counts(output)).toEqual({ total: 12, started: 0, alreadyStarted: 12, invalid: 0, failed: 0 });
    expect(imports.orders.started()).toEqual(before);
  });

  test('an order that was started by its application counts as already started, whatever its input was', async () => {
    const imports = openImports();
    const [running, , ended, other] = someOrders(4).map((order) => canonicalJson(order));
    await imports.orders.start('order-A-1', running ?? '');
    await imports.orders.start('order-A-3', ended ?? '');
    imports.orders.end('order-A-3');
    await imports.orders.start('order-A-4', `${other} `);
    await imports.clock.advance(1);
    imports.upload(jsonLines(someOrders(5)));
    const { output } = await imports.run();
    expect(counts(output)).toEqual({ total: 5, started: 2, alreadyStarted: 3, invalid: 0, failed: 0 });
  });

  test('a start whose reply was lost is started once, and counts as started', async () => {
    const imports = openImports();
    imports.upload(jsonLines(someOrders(1)));
    const lost: Fault = async (work, call) => {
      await work();
      return call.clock.sleep(Number.POSITIVE_INFINITY);
    };
    const { output } = await imports.run({}, { faults: { StartOrder: [lost] } });
    expect(counts(output)).toEqual({ total: 1, started: 1, ...clean });
  });

  test('a stopped import continues where it was when redriven', async () => {
    const imports = openImports({ ordersPerSecond: 2 });
    imports.upload(jsonLines(someOrders(45)));
    const execution = imports.start();
    await imports.clock.advance(15);
    execution.stop();
    const before = new Map(imports.orders.started());
    expect(before.size).toBeGreaterThan(20);
    await imports.clock.advance(60);
    expect(imports.orders.started()).toEqual(before);

    execution.redrive();
    const { status, output } = await imports.finish(execution);
    expect(status).toBe('SUCCEEDED');
    expect(counts(output)).toEqual({ total: 45, started: 45, ...clean });
    expect(Object.fromEntries(imports.orders.started())).toMatchObject(Object.fromEntries(before));
  });
});

describe('a batch that fails', () => {
  test('within the stage’s tolerance is listed, and the import succeeds', async () => {
    const imports = openImports({ toleratedFailurePercentage: 10 });
    imports.upload(jsonLines(someOrders(100)));
    const faults = { StartOrder: failsFor('Sfn.SfnException', 'A-13') };
    const { status, output } = await imports.run({}, { faults });
    expect(status).toBe('SUCCEEDED');
    expect(counts(output)).toEqual({ total: 100, started: 90, alreadyStarted: 0, invalid: 0, failed: 10 });
    expect(output.failedLines).toEqual(
      Array.from({ length: 10 }, (_, index) => ({
        line: index + 11,
        orderId: `A-${index + 11}`,
        error: 'Sfn.SfnException',
      })),
    );
  });

  test('is safe to run again', async () => {
    const imports = openImports({ toleratedFailurePercentage: 10 });
    imports.upload(jsonLines(someOrders(100)));
    await imports.run({}, { faults: { StartOrder: failsFor('Sfn.SfnException', 'A-13') } });
    const before = imports.orders.started().size;
    const { output } = await imports.run();
    expect(counts(output)).toEqual({
      total: 100,
      started: 100 - before,
      alreadyStarted: before,
      invalid: 0,
      failed: 0,
    });
    expect(imports.orders.started().size).toBe(100);
  });

  test('beyond the tolerance fails the import, after the summary', async () => {
    const imports = openImports({ ordersPerSecond: 1 });
    imports.upload(jsonLines(someOrders(25)));
    const faults = { StartOrder: failsFor('Sfn.SfnException', 'A-13') };
    const { status, error, cause, states, summary } = await imports.run({}, { faults });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
    expect(states.slice(-5)).toEqual([
      'StartOrders',
      'Summarise',
      'NotifyImport',
      'CheckImport',
      'ImportFailed',
    ]);
    expect(summary).toMatchObject({
      outcome: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      total: 25,
      started: 10,
      failed: 15,
    });
    expect(summary?.failedLines).toHaveLength(15);
    expect(summary?.failedLines).toContainEqual({ line: 21, orderId: 'A-21', error: null });
    expect(JSON.parse(cause ?? '')).toEqual({
      undone: false,
      next: expect.stringContaining('import the file again'),
      state: 'StartOrders',
      error,
      cause: 'The specified tolerated failure threshold was exceeded',
      key: 'uploads/orders.jsonl',
      started: 10,
      startedAgain: 0,
      alreadyStarted: 0,
      halfWay: 0,
      failed: 15,
    });
  });

  test('because Step Functions is throttled is retried first', async () => {
    const imports = openImports();
    imports.upload(jsonLines(someOrders(3)));
    const busy = fails('Sfn.SfnException', 'Rate exceeded');
    const { output } = await imports.run({}, { faults: { StartOrder: times(9, busy) } });
    expect(counts(output)).toEqual({ total: 3, started: 3, ...clean });
  });
});

describe('failures around the Map', () => {
  test.each(['TemporaryFailure', 'RateLimited', 'Sandbox.Timedout', 'Lambda.Unknown'])(
    '%s of a function is tried again',
    async (error) => {
      const imports = openImports();
      imports.upload(jsonLines(someOrders(2)));
      const faults = { CheckFile: [fails(error)], Summarise: [fails(error)] };
      const { output } = await imports.run({}, { faults });
      expect(counts(output)).toEqual({ total: 2, started: 2, ...clean });
    },
  );

  test('S3 that is throttled, drops the connection or answers late', async () => {
    const imports = openImports();
    imports.upload(jsonLines(someOrders(2)));
    imports.fail({ 's3:putObject': [fails('throttled')] });
    imports.fail({ 's3:body uploads/orders.jsonl': [fails('unavailable')] });
    imports.fail({ 's3:listObjectsV2': [replyLost] });
    const { output } = await imports.run();
    expect(counts(output)).toEqual({ total: 2, started: 2, ...clean });
  });

  test('a clean file that cannot be read at first', async () => {
    const imports = openImports();
    imports.upload(jsonLines(someOrders(2)));
    imports.fail({ 's3:getObject checked/import-1/clean.jsonl': [fails('unavailable')] });
    const { output } = await imports.run({}, {});
    expect(counts(output)).toEqual({ total: 2, started: 2, ...clean });
  });

  test('a clean file that cannot be read at all: the summary says that nothing was started', async () => {
    const imports = openImports();
    imports.upload(jsonLines(someOrders(2)));
    const { status, error, summary } = await imports.run({}, { faults: { StartOrders: fails('denied') } });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.ItemReaderFailed' });
    expect(summary).toMatchObject({ outcome: 'FAILED', total: 2, started: 0, failed: 2, failedLines: [] });
  });

  test('results that cannot be written at first: the Map runs again, and starts no order twice', async () => {
    const imports = openImports();
    imports.upload(jsonLines(someOrders(2)));
    const faults = { StartOrders: [passes, fails('unavailable')] };
    const { output, summary } = await imports.run({}, { faults });
    expect(counts(output)).toEqual({ total: 2, started: 2, ...clean });
    expect(summary).toMatchObject({ outcome: 'IMPORTED', started: 2 });
    expect(imports.orders.started().size).toBe(2);
  });

  test('a missing permission fails the import at the state that needs it', async () => {
    const imports = openImports();
    imports.upload(jsonLines(someOrders(2)));
    imports.fail({ 's3:getObject uploads/orders.jsonl': [fails('denied')] });
    const { status, error, states } = await imports.run();
    expect({ status, error, at: states.at(-1) }).toEqual({
      status: 'FAILED',
      error: 'AccessDenied',
      at: 'CheckFile',
    });
  });

  test('an unavailable topic changes no outcome', async () => {
    const imports = openImports();
    imports.fail({ 'sns:publish': fails('unavailable') });
    expect((await imports.run()).output).toMatchObject({ outcome: 'REJECTED', notified: false });
    imports.upload(jsonLines(someOrders(2)));
    const { output } = await imports.run();
    expect(output).toMatchObject({ outcome: 'IMPORTED', started: 2, notified: false });
  });

  test('what the topic should be told cannot be evaluated: that is not tried again', async () => {
    const imports = openImports();
    const faults = {
      NotifyImport: [fails('States.QueryEvaluationError')],
      NotifyImportRejected: [fails('States.QueryEvaluationError')],
    };
    expect((await imports.run({}, { faults })).output).toMatchObject({
      outcome: 'REJECTED',
      notified: false,
    });
    imports.upload(jsonLines(someOrders(2)));
    const { output } = await imports.run({}, { faults });
    expect(output).toMatchObject({ outcome: 'IMPORTED', started: 2, notified: false });
  });

  test('a summary that fails for good fails there, from where it can be redriven', async () => {
    const imports = openImports();
    imports.upload(jsonLines(someOrders(2)));
    const { status, execution, states } = await imports.run(
      {},
      { faults: { Summarise: [fails('Error', 'broken')] } },
    );
    expect({ status, at: states.at(-1) }).toEqual({ status: 'FAILED', at: 'Summarise' });
    execution.redrive();
    const { output } = await imports.clock.run(execution.done());
    expect(output).toMatchObject({ outcome: 'IMPORTED', started: 2 });
  });
});

describe('pace', () => {
  const busiestSecond = (at: number[]) =>
    Math.max(...at.map((first) => at.filter((time) => time >= first && time < first + 1000).length));

  test.each([1, 7, 10, 24])('%d orders in a second, and never more', async (rate) => {
    const imports = openImports({ ordersPerSecond: rate });
    imports.upload(jsonLines(someOrders(rate * 20)));
    const start = imports.clock.now().getTime();
    await imports.run();
    const at = [...imports.orders.started().values()].map((order) => order.at.getTime());
    expect(busiestSecond(at)).toBe(rate);
    expect(Math.max(...at) - start).toBe(20_000);
  });
});
