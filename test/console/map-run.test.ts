// What the page shows of an import: the counts of its Map Run, its batches, and each of its orders.

import { answersFrom } from '../../console/answers';
import type { OrderRow } from '../../console/model';
import { type Fault, fails, times } from '../../tools/doubles/faults';
import { createS3Bucket } from '../../tools/doubles/s3';
import { simulate } from '../../tools/simulator';
import { jsonLines, openImports, someOrders } from '../../tools/world/imports';
import { orderInput } from '../../tools/world/orders';
import { addExecution, cliWorld, cloudOf, machineOf } from '../support/cli';

type Imports = ReturnType<typeof openImports>;

/** The console over a world of imports. */
function open(imports: Imports) {
  const world = cliWorld({
    clients: { s3: async () => imports.s3.client },
    outputs: {
      'OrderProcessing/StateMachineArn': imports.arnOf('order-processing'),
      'OrderProcessing/BulkOrdersStateMachineArn': imports.arnOf('bulk-orders'),
    },
  });
  const answers = answersFrom(
    { ...cloudOf(world, 'dev'), sfn: imports.stepFunctions.client },
    (words) => words,
  );
  return {
    execution: async (name: string) =>
      answers.execution(new URLSearchParams({ id: imports.stepFunctions.find(name)?.arn ?? '' })),
    run: (id: string, query = {}) => answers.run(new URLSearchParams({ id, ...query })),
    batch: (id: string) => answers.batch(new URLSearchParams({ id })),
  };
}

const runOf = async (shown: ReturnType<typeof open>, name = 'import-1') => {
  const [run] = (await shown.execution(name)).mapRuns;
  if (!run) throw new Error(`${name} has no Map Run`);
  return run;
};

/** A fault of StartExecution for one order. */
const refuses =
  (orderId: string): Fault =>
  async (work, call) =>
    Object(call.arguments).Name === `order-${orderId}` ? fails('Refused', 'Not today')(work, call) : work();

/** A fault of one order's shipment. */
const failsOrder =
  (orderId: string): Fault =>
  async (work, call) =>
    JSON.stringify(call.arguments).includes(`"orderId":"${orderId}"`)
      ? fails('X', 'Broken')(work, call)
      : work();

const lines = (orders: readonly OrderRow[]) =>
  orders.map(
    ({ line, kind, execution = '', stands }) => `${line} ${kind} ${execution} ${stands?.outcome ?? '-'}`,
  );

test('an import that has ended: its counts, and each line with what became of it, what needs a person first', async () => {
  const imports = openImports({ stock: { MUG: 100, TEA: 100 }, toleratedFailurePercentage: 50 });
  const orders: unknown[] = someOrders(23);
  orders.splice(1, 0, { ...orderInput({ orderId: 'bad' }), items: [] });
  imports.upload(jsonLines(orders));
  await imports.run({}, { faults: { StartOrder: refuses('A-15'), CreateShipment: failsOrder('A-3') } });
  await imports.clock.advance(7_200);
  const shown = open(imports);

  const run = await runOf(shown);
  expect(run).toMatchObject({
    state: 'StartOrders',
    status: 'SUCCEEDED',
    batches: { succeeded: 2, failed: 1, running: 0, pending: 0 },
    orders: { succeeded: 13, failed: 10, running: 0, pending: 0 },
  });

  const page = await shown.run(run.arn);
  expect(page).toMatchObject({
    of: 'orders',
    kinds: { BATCH_FAILED: 10, FAILED: 1, INVALID: 1, STARTED: 12 },
    found: 24,
    pages: 1,
  });
  expect(lines(page.orders).slice(0, 14)).toEqual([
    '12 BATCH_FAILED order-A-11 SHIPPED',
    '13 BATCH_FAILED order-A-12 SHIPPED',
    '14 BATCH_FAILED order-A-13 SHIPPED',
    '15 BATCH_FAILED order-A-14 SHIPPED',
    '16 BATCH_FAILED order-A-15 -',
    '17 BATCH_FAILED order-A-16 -',
    '18 BATCH_FAILED order-A-17 -',
    '19 BATCH_FAILED order-A-18 -',
    '20 BATCH_FAILED order-A-19 -',
    '21 BATCH_FAILED order-A-20 -',
    '4 FAILED order-A-3 FAILED',
    '2 INVALID  -',
    '1 STARTED order-A-1 SHIPPED',
    '3 STARTED order-A-2 SHIPPED',
  ]);
});

test('while it runs, its batches are listed, and one that is opened says which orders it has', async () => {
  const imports = openImports({ stock: { MUG: 100, TEA: 100 }, ordersPerSecond: 2 });
  imports.upload(jsonLines(someOrders(25)));
  imports.start({}, { name: 'import-1' });
  await imports.clock.advance(14);
  const shown = open(imports);

  const run = await runOf(shown);
  expect(run).toMatchObject({
    status: 'RUNNING',
    batches: { succeeded: 2, running: 1, pending: 0, failed: 0 },
  });
  expect(run).not.toHaveProperty('endedAt');
  const page = await shown.run(run.arn);
  expect(page).toMatchObject({ of: 'batches', kinds: { RUNNING: 1, SUCCEEDED: 2 }, orders: [] });
  expect(page.batches.map(({ orders }) => orders)).toEqual([5, 10, 10]);
  const [running, , first] = page.batches;
  expect(lines((await shown.batch(running?.arn ?? '')).orders)).toEqual([
    '21 BATCH_RUNNING order-A-21 SHIPPED',
    '22 BATCH_RUNNING order-A-22 SHIPPED',
    '23 BATCH_RUNNING order-A-23 SHIPPED',
    '24 BATCH_RUNNING order-A-24 SHIPPED',
    '25 BATCH_RUNNING order-A-25 -',
  ]);
  expect(lines((await shown.batch(first?.arn ?? '')).orders)[0]).toMatch(/^\d+ STARTED order-A-\d+ SHIPPED$/);
  const orders = await shown.run(run.arn, { of: 'orders' });
  expect(orders).toMatchObject({ orders: [], problem: expect.stringContaining('once the run has ended') });
});

test('a search has all its words in a line, an id or a reason; a kind narrows it; a page has 50', async () => {
  const imports = openImports({ ordersPerSecond: 20 });
  const orders: unknown[] = someOrders(119);
  orders.push({ ...orderInput({ orderId: 'bad' }), items: [] });
  imports.upload(jsonLines(orders));
  await imports.run();
  const shown = open(imports);
  const { arn } = await runOf(shown);
  const search = async (query: object) => {
    const { orders, found, page, pages } = await shown.run(arn, { of: 'orders', ...query });
    return { lines: orders.map(({ line }) => line), found, page, pages };
  };

  expect(await search({ text: 'a-11' })).toEqual({
    lines: [11, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119],
    found: 11,
    page: 0,
    pages: 1,
  });
  expect((await search({ text: 'LINE  119' })).lines).toEqual([119]);
  expect((await search({ text: 'items must' })).lines).toEqual([120]);
  expect((await search({ kind: 'INVALID' })).lines).toEqual([120]);
  expect(await search({ text: 'nothing like it' })).toEqual({ lines: [], found: 0, page: 0, pages: 1 });
  expect(await search({ page: '1' })).toMatchObject({ found: 120, page: 1, pages: 3 });
  expect((await search({ page: '2' })).lines).toHaveLength(20);
  expect(await search({ page: '9' })).toMatchObject({ page: 2 });
  expect(await shown.run(arn, { of: 'batches', text: 'failed' })).toMatchObject({ found: 0, batches: [] });
});

test('a run that was stopped has no results: it says so, and lists the lines that are no orders, and its batches', async () => {
  const imports = openImports({ ordersPerSecond: 1 });
  imports.upload(jsonLines([...someOrders(25), { orderId: 'bad' }]));
  const execution = imports.start({}, { name: 'import-1' });
  await imports.clock.advance(14);
  execution.stop();
  await imports.finish(execution);
  const shown = open(imports);
  const { arn } = await runOf(shown);
  expect(await shown.run(arn)).toMatchObject({
    problem: 'This run left no results: its batches say which orders they started.',
    orders: [{ line: 26, kind: 'INVALID' }],
  });
  expect(await shown.run(arn, { of: 'batches' })).toMatchObject({ kinds: { SUCCEEDED: 1, ABORTED: 1 } });
});

test('when the results cannot be read, that is a sentence, and the batches are listed; it is not remembered', async () => {
  const imports = openImports({ toleratedFailurePercentage: 50 });
  imports.upload(jsonLines(someOrders(25)));
  await imports.run({}, { faults: { StartOrder: refuses('A-15') } });
  const shown = open(imports);
  const { arn } = await runOf(shown);
  imports.s3.fail({ 's3:getObject': times(1, fails('denied')) });
  expect(await shown.run(arn)).toMatchObject({
    problem: 'AccessDenied: Access Denied',
    orders: [],
    found: 0,
  });
  expect(await shown.run(arn, { of: 'batches' })).toMatchObject({ found: 3 });
  expect(await shown.run(arn)).toMatchObject({ found: 25 });
  expect((await shown.run(arn, { of: 'batches' })).batches[0]).toMatchObject({
    kind: 'FAILED',
    why: 'Refused: Not today',
  });
});

/** As AWS answers for a large import. */
async function openLarge() {
  const s3 = createS3Bucket('imports');
  const result = (line: number) => ({
    line,
    orderId: `L-${line}`,
    execution: `order-L-${line}`,
    status: 'STARTED',
  });
  const results = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => result(from + index));
  const Items = results(1, 10).map((each) => ({ ...each, order: 'x'.repeat(2_000) }));
  s3.put(
    'failed.jsonl',
    jsonLines([{ Name: 'batch-1', Error: 'OutOfTime', Input: JSON.stringify({ Items }) }]),
  );
  s3.put('succeeded.jsonl', jsonLines(results(11, 10_000)));
  s3.put(
    'bad.jsonl',
    jsonLines([{ line: 10_001, problems: [{ path: '', message: 'is not JSON' }], more: 0 }]),
  );
  const ResultFiles = {
    SUCCEEDED: [{ Key: 'succeeded.jsonl' }],
    FAILED: [{ Key: 'failed.jsonl' }],
    PENDING: [],
  };
  s3.put('results/import-1/run-1/manifest.json', JSON.stringify({ ResultFiles }));

  const world = cliWorld({ clients: { s3: async () => s3.client } });
  const CheckFile = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: {}, End: true };
  const Payload = { badKey: 'bad.jsonl', resultsPrefix: 'results/import-1' };
  const { events } = await simulate(
    { QueryLanguage: 'JSONata', StartAt: 'CheckFile', States: { CheckFile } },
    { input: { bucket: 'imports' }, task: () => ({ Payload }) },
  );
  const parent = addExecution(world, events, { name: 'import-1', stateMachineArn: machineOf('import') });
  const id = machineOf('import').replace(/:stateMachine:(.*)/, ':mapRun:$1/StartOrders:run-1');
  const { answers } = world.stepFunctions;
  const { ListExecutions: listOthers } = answers;
  answers.DescribeMapRun = () => ({
    executionArn: parent.executionArn,
    status: 'SUCCEEDED',
    startDate: 1,
    stopDate: 2,
  });
  answers.ListExecutions = (input) => {
    if (input.mapRunArn !== id) return listOthers?.(input) ?? {};
    const from = Number(input.nextToken ?? 0);
    const executions = Array.from({ length: 1_000 }, (_, index) => batch(10_000 - from - index));
    return { executions, ...(from < 9_000 && { nextToken: String(from + 1_000) }) };
  };
  const batch = (number: number) => ({
    name: `batch-${number}`,
    executionArn: `arn:aws:states:us-east-1:000000000000:express:import/StartOrders:batch-${number}:1`,
    status: number === 1 ? 'FAILED' : 'SUCCEEDED',
    startDate: number,
    stopDate: number + 10,
    itemCount: 10,
  });
  const shown = answersFrom(cloudOf(world, 'prod'), (words) => words);
  return { world, s3, id, ask: (query: object) => shown.run(new URLSearchParams({ id, ...query })) };
}

test('10,000 orders and 10,000 batches are listed and searched in small answers, and are read once', async () => {
  const { world, s3, id, ask } = await openLarge();
  const orders = await ask({ of: 'orders' });
  const kinds = { BATCH_FAILED: 10, STARTED: 9_990, INVALID: 1 };
  expect(orders).toMatchObject({ kinds, found: 10_001, pages: 201 });
  const batches = await ask({ of: 'batches' });
  expect(batches).toMatchObject({ kinds: { FAILED: 1, SUCCEEDED: 9_999 }, found: 10_000, pages: 200 });
  expect(batches.batches[0]).toMatchObject({ name: 'batch-1', why: 'OutOfTime' });

  const read = () => [
    world.stepFunctions.requests.filter(({ input }) => input.mapRunArn === id && input.maxResults).length,
    s3.calls('getObject'),
  ];
  expect(read()).toEqual([10, 4]);
  const search = await ask({ of: 'orders', text: 'l-9876' });
  expect(search.orders).toEqual([
    { line: 9_876, kind: 'STARTED', why: '', orderId: 'L-9876', execution: 'order-L-9876' },
  ]);
  const one = await ask({ of: 'batches', text: 'batch-7777' });
  expect(one).toMatchObject({ found: 1, batches: [{ name: 'batch-7777' }] });
  expect(read()).toEqual([10, 4]);
  for (const answer of [orders, batches, search, one])
    expect(JSON.stringify(answer).length).toBeLessThan(20_000);
});
