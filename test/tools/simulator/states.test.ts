// The state types of the Amazon States Language: outputs, variables and their scopes, choices, waits, limits.

import { simulate } from '../../../tools/simulator';
import { branch, details, duration, failing, invoke, machine, namedError, task } from './machine';

const run = async (states: Record<string, Record<string, unknown>>, input: unknown = {}) =>
  simulate(machine(states), { input, task: ({ arguments: sent }) => sent });

test('without Output, a state returns its input, and a Task its result', async () => {
  const { output } = await simulate(
    machine({ A: { Type: 'Pass', Next: 'B' }, B: task({ Next: 'C' }), C: { Type: 'Succeed' } }),
    { input: { a: 1 }, task: ({ arguments: sent }) => ({ sent }) },
  );
  expect(output).toEqual({ sent: { a: 1 } });
});

test('Assign and Output both see the variables as they were on entry', async () => {
  const { output } = await run({
    A: { Type: 'Pass', Assign: { x: 1, y: 10 }, Next: 'B' },
    B: { Type: 'Pass', Assign: { x: '{% $y %}', y: '{% $x %}' }, Output: '{% [$x, $y] %}', Next: 'C' },
    C: { Type: 'Succeed', Output: { before: '{% $states.input %}', after: '{% [$x, $y] %}' } },
  });
  expect(output).toEqual({ before: [1, 10], after: [10, 1] });
});

test('the exit event shows assigned variables as JSON, and none when nothing was assigned', async () => {
  const result = await run({
    A: { Type: 'Pass', Assign: { x: { a: 'b' }, y: 'text' }, Next: 'B' },
    B: { Type: 'Pass', End: true },
  });
  const [first, second] = details(result, 'PassStateExited');
  expect(first).toMatchObject({ assignedVariables: { x: '{"a":"b"}', y: '"text"' } });
  expect(second).not.toHaveProperty('assignedVariables');
});

test('a branch reads outer variables; what it assigns stays inside', async () => {
  const { output } = await run({
    A: { Type: 'Pass', Assign: { outer: 'seen' }, Next: 'P' },
    P: {
      Type: 'Parallel',
      Branches: [
        branch({
          B: { Type: 'Pass', Assign: { inner: 1 }, Output: '{% $outer %}', Next: 'C' },
          C: { Type: 'Pass', Output: '{% [$states.input, $inner] %}', End: true },
        }),
        branch({ D: { Type: 'Pass', Output: '{% $exists($inner) %}', End: true } }),
      ],
      Next: 'Z',
    },
    Z: {
      Type: 'Pass',
      Output: { branches: '{% $states.input %}', inner: '{% $exists($inner) %}' },
      End: true,
    },
  });
  expect(output).toEqual({ branches: [['seen', 1], false], inner: false });
});

test('a branch cannot assign an outer variable', async () => {
  const states = {
    A: { Type: 'Pass', Assign: { x: 1 }, Next: 'P' },
    P: {
      Type: 'Parallel',
      Branches: [branch({ B: { Type: 'Pass', Assign: { x: 2 }, End: true } })],
      End: true,
    },
  };
  await expect(run(states)).rejects.toThrow('B assigns $x, which a scope around it has too.');
});

test('a catcher of a Parallel assigns outward', async () => {
  const { output } = await simulate(
    machine({
      P: {
        Type: 'Parallel',
        Branches: [branch({ B: task() })],
        Catch: [
          { ErrorEquals: ['States.ALL'], Assign: { why: '{% $states.errorOutput.Error %}' }, Next: 'Z' },
        ],
        End: true,
      },
      Z: { Type: 'Pass', Output: '{% $why %}', End: true },
    }),
    { task: failing(1, 'Boom') },
  );
  expect(output).toBe('Boom');
});

const choice = {
  Start: {
    Type: 'Choice',
    Choices: [
      { Condition: '{% $states.input.n = 1 %}', Assign: { by: 'rule' }, Output: 'one', Next: 'End' },
      { Condition: '{% $states.input.n = 2 %}', Next: 'End' },
    ],
    Default: 'End',
    Assign: { by: 'default' },
    Output: 'other',
  },
  End: { Type: 'Pass', Output: "{% [$states.input, $exists($by) ? $by : 'nobody'] %}", End: true },
};

test.each([
  [1, ['one', 'rule']],
  [2, [{ n: 2 }, 'nobody']],
  [3, ['other', 'default']],
])(
  'a Choice applies the Assign and Output of the rule that matched, its own only for Default (%d)',
  async (n, expected) => {
    expect((await run(choice, { n })).output).toEqual(expected);
  },
);

test('a Condition that is not a boolean fails', async () => {
  const Start = { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'End' }] };
  const { cause } = await run({ Start, End: { Type: 'Succeed' } });
  expect(cause).toContain(
    "returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1",
  );
});

test('waits for seconds and until a timestamp take virtual time only', async () => {
  const result = await run({
    A: { Type: 'Wait', Seconds: '{% 60 * 60 * 24 %}', Next: 'B' },
    B: { Type: 'Wait', Timestamp: '2026-01-31T12:00:00+02:00', Next: 'C' },
    C: { Type: 'Wait', Timestamp: '{% "2020-01-01T00:00:00Z" %}', End: true },
  });
  expect(duration(result)).toBe(30 * 86_400 + 10 * 3600);
});

test('an invalid Timestamp fails, and the failure follows the state’s entry', async () => {
  const result = await run({ A: { Type: 'Wait', Timestamp: '{% "tomorrow" %}', End: true } });
  expect(result.error).toBe('States.QueryEvaluationError');
  expect(result.events.map(({ type, previousEventId }) => [type, previousEventId])).toEqual([
    ['ExecutionStarted', 0],
    ['WaitStateEntered', 0],
    ['EvaluationFailed', 2],
    ['ExecutionFailed', 3],
  ]);
});

test('Fail reports Error and Cause, also from expressions, and neither without them', async () => {
  const told = await run(
    { A: { Type: 'Fail', Error: 'Sad', Cause: '{% $states.input.why %}' } },
    { why: 'rain' },
  );
  expect(told).toMatchObject({ status: 'FAILED', error: 'Sad', cause: 'rain' });
  const silent = await run({ A: { Type: 'Fail' } });
  expect(silent).not.toHaveProperty('error');
  expect(silent).not.toHaveProperty('cause');
  expect(details(silent, 'ExecutionFailed')).toEqual([{}]);
});

test('a Task without Arguments sends its input; a string Payload is sent as it is', async () => {
  const { output } = await run(
    {
      A: task({ Next: 'B' }),
      B: task({ Arguments: { FunctionName: 'f', Payload: '{% $string($states.input) %}' } }),
    },
    { a: 1 },
  );
  expect(output).toEqual({ FunctionName: 'f', Payload: '{"a":1}' });
});

test('the runner gets a copy of the call', async () => {
  const seen: unknown[] = [];
  const { output, events } = await simulate(
    machine({ Charge: task({ Arguments: { list: [1] }, Retry: [{ ErrorEquals: ['E'] }] }) }),
    {
      name: 'order-7',
      task: ({ resource, arguments: sent, state, attempt, execution }) => {
        seen.push({ resource, sent: structuredClone(sent), state, attempt, execution });
        Object(sent).list.push('changed');
        if (attempt === 0) throw namedError('E');
        return sent;
      },
    },
  );
  const arn = 'arn:aws:states:us-east-1:123456789012:execution:simulated:order-7';
  const call = {
    resource: invoke,
    sent: { list: [1] },
    state: 'Charge',
    execution: { name: 'order-7', arn },
  };
  expect(seen).toEqual([
    { ...call, attempt: 0 },
    { ...call, attempt: 1 },
  ]);
  expect(output).toEqual({ list: [1, 'changed'] });
  expect(details({ events }, 'TaskScheduled').map(({ parameters }) => parameters)).toEqual([
    '{"list":[1]}',
    '{"list":[1]}',
  ]);
});

test('a result becomes JSON: undefined is null, a date is a string', async () => {
  const answers = await simulate(
    machine({
      A: task({ Next: 'B', Assign: { a: '{% $states.result %}' } }),
      B: task({ Output: '{% [$a, $states.result] %}' }),
    }),
    {
      task: ({ state }) => (state === 'A' ? undefined : { at: new Date(0), gone: undefined }),
    },
  );
  expect(answers.output).toEqual([null, { at: '1970-01-01T00:00:00.000Z' }]);
});

const big = 'x'.repeat(262_142);

test('a payload may have 256 KiB, but not one byte more', async () => {
  const pass = machine({ A: { Type: 'Pass', Output: '{% $states.input & "" %}', End: true } });
  expect((await simulate(pass, { input: big })).status).toBe('SUCCEEDED');
  const larger = machine({ A: { Type: 'Pass', Output: '{% $states.input & "é" %}', End: true } });
  expect(await simulate(larger, { input: big.slice(1) })).toMatchObject({
    error: 'States.DataLimitExceeded',
    cause:
      "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit.",
  });
});

test('a result that is too large fails the Task, which can catch it', async () => {
  const catcher = { ErrorEquals: ['States.DataLimitExceeded'], Next: 'Z' };
  const definition = machine({ A: task({ Catch: [catcher] }), Z: { Type: 'Succeed', Output: 'caught' } });
  const result = await simulate(definition, { task: () => `${big}y` });
  expect(result.output).toBe('caught');
  expect(details(result, 'TaskFailed')).toMatchObject([{ error: 'States.DataLimitExceeded' }]);
});

test('variables of one Assign may have 256 KiB together, all of them 10 MiB', async () => {
  const assign = (Assign: object) =>
    simulate(machine({ A: { Type: 'Pass', Assign, End: true } }), { input: big });
  expect((await assign({ a: '{% $states.input %}' })).status).toBe('SUCCEEDED');
  expect((await assign({ a: '{% $states.input %}', b: 1 })).error).toBe('States.DataLimitExceeded');
  const steps = Array.from({ length: 41 }, (_, i) => [
    `S${i}`,
    {
      Type: 'Pass',
      Assign: { [`v${i}`]: '{% $states.input %}' },
      ...(i < 40 ? { Next: `S${i + 1}` } : { End: true }),
    },
  ]);
  const many = await simulate(machine(Object.fromEntries(steps)), { input: big });
  expect(many.error).toBe('States.DataLimitExceeded');
  expect(details(many, 'PassStateExited')).toHaveLength(39);
});

test('an execution ends when its history is full', async () => {
  const result = await run({
    A: {
      Type: 'Choice',
      Choices: [{ Condition: false, Next: 'Z' }],
      Default: 'A',
    },
    Z: { Type: 'Succeed' },
  });
  expect(result).toMatchObject({
    status: 'FAILED',
    cause: 'The execution reached the maximum number of history events (25000).',
  });
  expect(result.events).toHaveLength(25_000);
  await expect(result.redrive()).rejects.toThrow('Execution history event limit exceeded');
});

test('transitions: one for the start, one for each state entered, one for each retry', async () => {
  const result = await simulate(
    machine({
      A: task({ Retry: [{ ErrorEquals: ['States.ALL'] }], Next: 'M' }),
      M: { Type: 'Map', Items: [1, 2], ItemProcessor: branch({ P: { Type: 'Pass', End: true } }), End: true },
    }),
    { task: failing(2) },
  );
  expect(result.transitions).toBe(1 + 4 + 2);
});
