// Distributed Map: items from S3, batches, child executions, tolerated failures, result files.

import { type Simulation, simulate } from '../../../tools/simulator';
import type { TaskRunner } from '../../../tools/simulator/types';
import { branch, details, duration, machine, namedError, task, types } from './machine';

const reader = (config: object) => ({
  Resource: 'arn:aws:states:::s3:getObject',
  ReaderConfig: config,
  Arguments: { Bucket: 'in', Key: '{% $states.input.key %}' },
});
const jsonLines = reader({ InputType: 'JSONL' });
const writer = { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: 'out', Prefix: 'results' } };

const machineOf = (fields: object, processor: object = branch({ Work: task() }), express = true) =>
  machine({
    Start: {
      Type: 'Map',
      Label: 'Label',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: express ? 'EXPRESS' : 'STANDARD' },
        ...processor,
      },
      ...fields,
      End: true,
    },
  });

/** A bucket with one object, and a task that fails for the numbers in `broken`. */
function world(text = '', ...broken: unknown[]) {
  const files: Record<string, string> = {};
  const inputs: unknown[] = [];
  const runner: TaskRunner = ({ resource, arguments: sent }) => {
    const { Bucket, Key, Body } = Object(sent);
    if (resource.endsWith('getObject')) {
      if (Bucket !== 'in' || Key !== 'orders')
        throw namedError('S3.NoSuchKeyException', 'The specified key does not exist.');
      return text;
    }
    if (resource.endsWith('putObject')) {
      files[`${Bucket}/${Key}`] = Body;
      return {};
    }
    inputs.push(sent);
    if (broken.some((item) => JSON.stringify(sent).includes(JSON.stringify(item))))
      throw namedError('Broken', 'why');
    return sent;
  };
  return { runner, files, inputs, repair: () => broken.splice(0) };
}

const waits = (Seconds: number) => branch({ W: { Type: 'Wait', Seconds, End: true } });

const run = (definition: object, runner: TaskRunner) =>
  simulate(definition, { input: { key: 'orders' }, task: runner });
const counts = ({ mapRuns }: Simulation) =>
  mapRuns.map(({ status, itemCounts, executionCounts }) => ({ status, itemCounts, executionCounts }));
const none = { pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0, resultsWritten: 0 };

test('each line of a JSONL file is the input of a child; the outputs come in the order of the lines', async () => {
  const { runner } = world('{"n":1}\r\n\n{"n":2}\n"text"\n');
  const result = await run(machineOf({ ItemReader: jsonLines }), runner);
  expect(result.output).toEqual([{ n: 1 }, { n: 2 }, 'text']);
  expect(types(result)).toEqual([
    'ExecutionStarted',
    'MapStateEntered',
    'MapStateStarted',
    'MapRunStarted',
    'MapRunSucceeded',
    'MapStateSucceeded',
    'MapStateExited',
    'ExecutionSucceeded',
  ]);
  const [mapRun] = result.mapRuns;
  expect(mapRun?.mapRunArn).toMatch(
    /^arn:aws:states:us-east-1:123456789012:mapRun:simulated\/Label:[0-9a-f-]{36}$/,
  );
  expect(details(result, 'MapRunStarted')).toEqual([{ mapRunArn: mapRun?.mapRunArn }]);
  expect(mapRun?.children[0]?.arn).toMatch(
    /^arn:aws:states:us-east-1:123456789012:express:simulated\/Label:[0-9a-f-]{36}:[0-9a-f-]{36}$/,
  );
  expect(mapRun?.children[0]).toMatchObject({ status: 'SUCCEEDED', input: { n: 1 } });
  expect(counts(result)).toEqual([
    {
      status: 'SUCCEEDED',
      itemCounts: { ...none, succeeded: 3, total: 3 },
      executionCounts: { ...none, succeeded: 3, total: 3 },
    },
  ]);
  expect(result.transitions).toBe(2);
});

test.each([
  ['JSON', {}, '[1, {"a": 2}]', [1, { a: 2 }]],
  ['JSON', { MaxItems: 1 }, '[1, 2]', [1]],
  [
    'CSV',
    { CSVHeaderLocation: 'FIRST_ROW' },
    'a,b\n1,"x, ""y"""\n2,',
    [
      { a: '1', b: 'x, "y"' },
      { a: '2', b: '' },
    ],
  ],
  ['CSV', { CSVHeaderLocation: 'GIVEN', CSVHeaders: ['c', 'd'] }, '1,2\r\n', [{ c: '1', d: '2' }]],
  ['JSONL', {}, '', []],
])('a %s file %j', async (InputType, config, text, items) => {
  expect(
    (await run(machineOf({ ItemReader: reader({ InputType, ...config }) }), world(text).runner)).output,
  ).toEqual(items);
});

test.each([
  ['JSONL', '{"n":1}\n{broken\n'],
  ['JSON', '1'],
  ['JSON', '[1'],
])('a broken %s file fails the Map Run before any child starts', async (InputType, text) => {
  const { runner, inputs } = world(text);
  const result = await run(
    machineOf({ ItemReader: reader({ InputType }), ToleratedFailurePercentage: 100 }),
    runner,
  );
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed' });
  expect(types(result).slice(3)).toEqual([
    'MapRunStarted',
    'MapRunFailed',
    'MapStateFailed',
    'ExecutionFailed',
  ]);
  expect(inputs).toEqual([]);
  expect(result.mapRuns).toMatchObject([{ status: 'FAILED', children: [] }]);
});

test('a missing file', async () => {
  const result = await simulate(machineOf({ ItemReader: jsonLines }), {
    input: { key: 'other' },
    task: world().runner,
  });
  expect(result).toMatchObject({
    error: 'States.ItemReaderFailed',
    cause: 'The specified key does not exist.',
  });
});

test('items of the state, selected and batched', async () => {
  const { runner } = world();
  const fields = {
    Items: '{% [1..5] %}',
    ItemSelector: { n: '{% $states.context.Map.Item.Value %}', i: '{% $states.context.Map.Item.Index %}' },
    ItemBatcher: { MaxItemsPerBatch: '{% 2 %}', BatchInput: { by: '{% $states.context.Execution.Name %}' } },
  };
  const result = await run(machineOf(fields), runner);
  const by = { BatchInput: { by: 'execution' } };
  expect(result.output).toEqual([
    {
      ...by,
      Items: [
        { n: 1, i: 0 },
        { n: 2, i: 1 },
      ],
    },
    {
      ...by,
      Items: [
        { n: 3, i: 2 },
        { n: 4, i: 3 },
      ],
    },
    { ...by, Items: [{ n: 5, i: 4 }] },
  ]);
  expect(details(result, 'MapStateStarted')).toEqual([{ length: 5 }]);
  expect(counts(result)).toMatchObject([{ itemCounts: { succeeded: 5 }, executionCounts: { succeeded: 3 } }]);
});

test('children are separate executions, which cannot see an outer variable', async () => {
  const processor = branch({
    Own: { Type: 'Pass', Assign: { outer: 'its own' }, Output: '{% $exists($outer) %}', Next: 'Look' },
    Look: {
      Type: 'Pass',
      Output: {
        sees: '{% $states.input %}',
        outer: '{% $outer %}',
        me: '{% $states.context.Execution.Name %}',
        machine: '{% $states.context.StateMachine.Name %}',
      },
      End: true,
    },
  });
  const { Start } = machineOf({ Items: [1] }, processor).States;
  const definition = machine({
    Set: { Type: 'Pass', Assign: { outer: 1 }, Next: 'Start' },
    Start: { ...Start },
  });
  const result = await run(definition, world().runner);
  const [child] = result.mapRuns[0]?.children ?? [];
  expect(result.output).toEqual([
    { sees: false, outer: 'its own', me: child?.name, machine: 'simulated/Label' },
  ]);
});

test('MaxConcurrency children at a time', async () => {
  const processor = branch({ W: { Type: 'Wait', Seconds: 10, End: true } });
  const { runner } = world();
  expect(
    duration(await run(machineOf({ Items: '{% [1..7] %}', MaxConcurrency: 3 }, processor), runner)),
  ).toBe(30);
  expect(duration(await run(machineOf({ Items: '{% [1..7] %}' }, processor), runner))).toBe(10);
});

test('an EXPRESS child has five minutes', async () => {
  const processor = branch({ W: { Type: 'Wait', Seconds: 301, End: true } });
  const express = await run(machineOf({ Items: [1], ToleratedFailureCount: 1 }, processor), world().runner);
  expect(counts(express)).toMatchObject([{ status: 'SUCCEEDED', itemCounts: { timedOut: 1 } }]);
  expect((await run(machineOf({ Items: [1] }, processor, false), world().runner)).status).toBe('SUCCEEDED');
});

const threshold = {
  status: 'FAILED',
  error: 'States.ExceedToleratedFailureThreshold',
  cause: 'The specified tolerated failure threshold was exceeded',
};

test('without a tolerance the first failure fails the Map and stops the other children', async () => {
  const { runner } = world('', 2);
  const processor = branch({
    W: { Type: 'Wait', Seconds: '{% $states.input %}', Next: 'Work' },
    Work: task(),
  });
  const result = await run(machineOf({ Items: [1, 2, 3, 4], MaxConcurrency: 3 }, processor), runner);
  expect(result).toMatchObject(threshold);
  expect(details(result, 'MapRunFailed')).toEqual([{ error: threshold.error, cause: threshold.cause }]);
  expect(counts(result)).toMatchObject([
    { status: 'FAILED', itemCounts: { succeeded: 1, failed: 1, aborted: 2, pending: 0, total: 4 } },
  ]);
  expect(duration(result)).toBe(2);
});

test.each([
  [{ ToleratedFailurePercentage: 50 }, 'SUCCEEDED'],
  [{ ToleratedFailurePercentage: '{% 49 %}' }, 'FAILED'],
  [{ ToleratedFailureCount: 2 }, 'SUCCEEDED'],
  [{ ToleratedFailureCount: 1 }, 'FAILED'],
  [{ ToleratedFailureCount: 1, ToleratedFailurePercentage: 100 }, 'FAILED'],
])('two of four items fail, tolerated are %j: %s', async (tolerance, status) => {
  const result = await run(machineOf({ Items: [1, 2, 3, 4], ...tolerance }), world('', 2, 3).runner);
  expect(result.status).toBe(status);
  if (status === 'SUCCEEDED') expect(result.output).toEqual([1, 4]);
});

test('all items of a batch that fails count as failed', async () => {
  const fields = { Items: '{% [11..20] %}', ItemBatcher: { MaxItemsPerBatch: 5 }, ToleratedFailureCount: 4 };
  expect(await run(machineOf(fields), world('', 13).runner)).toMatchObject(threshold);
});

test('a Map Run that exceeds its tolerance can be caught, and its results are still written', async () => {
  const { runner, files } = world('', 2);
  const Catch = [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.Error %}', Next: 'End' }];
  const { Start } = machineOf({ Items: [1, 2, 3], MaxConcurrency: 1, ResultWriter: writer, Catch }).States;
  const result = await run(machine({ Start: { ...Start }, End: { Type: 'Succeed' } }), runner);
  expect(result.output).toBe(threshold.error);
  const names = Object.keys(files).map((name) => name.split('/').at(-1));
  expect(names).toEqual(['FAILED_0.json', 'PENDING_0.json', 'SUCCEEDED_0.json', 'manifest.json']);
});

test('the ResultWriter’s files', async () => {
  const { runner, files } = world('', 2);
  const result = await run(
    machineOf({ Items: [1, 2], ResultWriter: writer, ToleratedFailureCount: 1 }),
    runner,
  );
  const [mapRun] = result.mapRuns;
  const folder = `results/${mapRun?.mapRunArn.split(':').at(-1)}`;
  const json = (name: string) => JSON.parse(files[`out/${folder}/${name}`] ?? 'null');
  const size = (name: string) => files[`out/${folder}/${name}`]?.length;
  expect(result.output).toEqual({
    MapRunArn: mapRun?.mapRunArn,
    ResultWriterDetails: { Bucket: 'out', Key: `${folder}/manifest.json` },
  });
  expect(json('manifest.json')).toEqual({
    DestinationBucket: 'out',
    MapRunArn: mapRun?.mapRunArn,
    ResultFiles: {
      FAILED: [{ Key: `${folder}/FAILED_0.json`, Size: size('FAILED_0.json') }],
      PENDING: [],
      SUCCEEDED: [{ Key: `${folder}/SUCCEEDED_0.json`, Size: size('SUCCEEDED_0.json') }],
    },
  });
  const common = {
    ExecutionArn: expect.stringContaining(':express:simulated/Label:'),
    Name: expect.any(String),
    InputDetails: { Included: true },
    OutputDetails: { Included: true },
    RedriveCount: 0,
    StateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:simulated/Label',
    StartDate: '2026-01-01T00:00:00.000Z',
    StopDate: '2026-01-01T00:00:00.000Z',
  };
  expect(json('SUCCEEDED_0.json')).toEqual([
    {
      ...common,
      Input: '1',
      Output: '1',
      Status: 'SUCCEEDED',
      RedriveStatus: 'NOT_REDRIVABLE',
      RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    },
  ]);
  expect(json('FAILED_0.json')).toEqual([
    { ...common, Input: '2', Error: 'Broken', Cause: 'why', Status: 'FAILED', RedriveStatus: 'REDRIVABLE' },
  ]);
  expect(mapRun?.itemCounts).toMatchObject({ resultsWritten: 2 });
});

test('FLATTEN writes the outputs of children, one item a line; failed children are written in full', async () => {
  const { runner, files } = world('', 3);
  const WriterConfig = { Transformation: 'FLATTEN', OutputType: 'JSONL' };
  const fields = {
    Items: [1, 2, 3, 4],
    ItemBatcher: { MaxItemsPerBatch: 2 },
    ToleratedFailurePercentage: 50,
  };
  const processor = branch({ Work: task({ Output: '{% $states.result.Items %}' }) });
  await run(machineOf({ ...fields, ResultWriter: { ...writer, WriterConfig } }, processor), runner);
  const written = Object.entries(files).map(([name, text]) => [name.split('/').at(-1), text] as const);
  expect(written.map(([name]) => name)).toEqual(['FAILED_0.jsonl', 'SUCCEEDED_0.jsonl', 'manifest.json']);
  const [failed, succeeded] = written.map(([, text]) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
  expect(succeeded).toEqual([1, 2]);
  expect(failed).toEqual([expect.objectContaining({ Input: '{"Items":[3,4]}', Error: 'Broken' })]);
});

test('a Map Run whose execution times out is aborted, with its children, and writes nothing', async () => {
  const { runner, files } = world();
  const { States } = machineOf({ Items: [1, 2], MaxConcurrency: 1, ResultWriter: writer }, waits(60), false);
  const result = await run(machine({ ...States }, { TimeoutSeconds: 5 }), runner);
  expect(result.status).toBe('TIMED_OUT');
  expect(counts(result)).toMatchObject([{ status: 'ABORTED', itemCounts: { aborted: 1, pending: 1 } }]);
  expect(files).toEqual({});
});

test('a ResultWriter without permission fails the Map', async () => {
  const result = await run(
    machineOf({ Items: [1], ResultWriter: writer }),
    ({ resource, arguments: sent }) => {
      if (resource.endsWith('putObject')) throw namedError('S3.AccessDenied', 'Access Denied');
      return sent;
    },
  );
  expect(result).toMatchObject({ error: 'States.ResultWriterFailed', cause: 'Access Denied' });
});

test.each([true, false])(
  'a redrive runs the children that have not succeeded again (EXPRESS: %s)',
  async (express) => {
    const { runner, inputs, repair } = world('', 'b');
    const processor = branch({
      First: task({ Output: '{% $states.input %}', Next: 'Second' }),
      Second: task(),
    });
    const Items = ['a', 'b', 'c'];
    const first = await run(
      machineOf({ Items, MaxConcurrency: 1, ResultWriter: writer }, processor, express),
      runner,
    );
    expect(first).toMatchObject(threshold);
    repair();
    const second = await first.redrive();
    expect(second.status).toBe('SUCCEEDED');
    expect(inputs).toEqual(['a', 'a', 'b', 'b', 'b', 'c', 'c']);
    expect(counts(second)).toMatchObject([
      { status: 'SUCCEEDED', itemCounts: { succeeded: 3, total: 3, resultsWritten: 3 } },
    ]);
    const [mapRun] = second.mapRuns;
    expect(details(second, 'MapRunRedriven')).toEqual([{ mapRunArn: mapRun?.mapRunArn, redriveCount: 1 }]);
    expect(mapRun?.children[1]?.redriveCount).toBe(express ? 0 : 1);
  },
);

test('three thousand items in batches of ten', async () => {
  const lines = Array.from({ length: 3_000 }, (_, line) =>
    JSON.stringify({ line, order: { id: `o-${line}` } }),
  );
  const inner = {
    Type: 'Map',
    Items: '{% $states.input.Items %}',
    ItemProcessor: branch({ StartOrder: task() }),
    End: true,
  };
  const fields = {
    ItemReader: jsonLines,
    ItemBatcher: { MaxItemsPerBatch: 10 },
    MaxConcurrency: 20,
    ResultWriter: writer,
  };
  const processor = branch({ Pace: { Type: 'Wait', Seconds: 10, Next: 'Each' }, Each: inner });
  const { runner, inputs } = world(lines.join('\n'));
  const result = await run(machineOf(fields, processor), runner);
  expect(result.status).toBe('SUCCEEDED');
  expect(inputs).toHaveLength(3_000);
  expect(duration(result)).toBe(150);
});
