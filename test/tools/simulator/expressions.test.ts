// Expressions as AWS evaluates them: which strings are expressions, their errors, and what they can refer to.

import { simulate } from '../../../tools/simulator';
import { branch, details, duration, invoke, machine, output, task } from './machine';

const causeOf = async (definition: object, input: unknown = {}) => {
  const { error, cause } = await simulate(definition, { input, task: () => ({}) });
  expect(error).toBe('States.QueryEvaluationError');
  return cause;
};

test.each([
  ['{% 1 + 1 %}', 2],
  ['{%1+1%}', 2],
  [' {% 1 %}', ' {% 1 %}'],
  ['{% 1 %} ', '{% 1 %} '],
  ['say {% 1 %}', 'say {% 1 %}'],
])('%j is an expression only when it starts and ends the string', async (text, expected) => {
  expect((await simulate(output({ text }))).output).toEqual({ text: expected });
});

test('expressions are evaluated anywhere inside a template; the rest stays as it is', async () => {
  const definition = output({ list: [1, '{% $states.input.a %}', { 'b.$': '$.a' }], nothing: null });
  const { output: result } = await simulate(definition, { input: { a: 'x' } });
  expect(result).toEqual({ list: [1, 'x', { 'b.$': '$.a' }], nothing: null });
});

const prefix = "An error occurred while executing the state 'Start' (entered at the event id #2). ";

test.each([
  ['$states.input.missing', "specified for the field 'Output/result' returned nothing (undefined)."],
  ["'a' + 1", "specified for the field 'Output/result' threw an error during evaluation. T2001: "],
  ["$eval('1')", "specified for the field 'Output/result' threw an error during evaluation. T1006: "],
  ['$sum', "specified for the field 'Output/result' returned an unsupported result type."],
  ['function($x){$x}', "specified for the field 'Output/result' returned an unsupported result type."],
  ["{'f': [$sum]}", "specified for the field 'Output/result' returned an unsupported result type."],
])('%s fails the execution', async (expression, ending) => {
  const cause = await causeOf(output({ result: `{% ${expression} %}` }));
  expect(cause).toContain(`${prefix}The JSONata expression '${expression}' ${ending}`);
});

test('a result of the wrong type fails with the type that was expected', async () => {
  const definition = machine({
    Start: {
      Type: 'Map',
      Items: '{% 1 %}',
      ItemProcessor: branch({ P: { Type: 'Pass', End: true } }),
      End: true,
    },
  });
  expect(await causeOf(definition)).toBe(
    `${prefix}The JSONata expression '1' specified for the field 'Items' returned an unexpected result type. ` +
      "Expected 'array', but was 'number' for value: 1",
  );
});

test.each([0, 1.5, -1, 1e9])('a timeout of %d seconds is out of range', async (seconds) => {
  const definition = machine({ Start: task({ TimeoutSeconds: `{% ${seconds} %}` }) });
  expect(await causeOf(definition)).toContain(
    "The field 'TimeoutSeconds' must be a whole number from 1 to 99999999",
  );
});

test.each([
  ['1/0', 'Infinity'],
  ['-1/0', '-Infinity'],
  ['0/0', 'NaN'],
  ['1e308 * 10', 'Infinity'],
  ['[1/0]', ['Infinity']],
  ["{'k': [0, 1/0]}", { k: [0, 'Infinity'] }],
  ["$parseInteger('abc', '0')", 'NaN'],
  ['-1 * 0', 0],
])('%s: what JSON has no number for is a text', async (expression, expected) => {
  const { output: result } = await simulate(output({ r: `{% ${expression} %}` }));
  expect(result).toStrictEqual({ r: expected });
});

test('a string is not converted to a number, neither in variables nor in fields that need a number', async () => {
  const definition = machine({
    Start: { Type: 'Pass', Assign: { seconds: '{% 1/0 %}' }, Next: 'Wait' },
    Wait: { Type: 'Wait', Seconds: '{% $seconds %}', End: true },
  });
  expect(await causeOf(definition)).toContain("Expected 'number', but was 'string' for value: \"Infinity\"");
});

test('whole numbers above 2^53 lose digits, unlike on AWS', async () => {
  const input = JSON.parse('{"n": 9007199254740993}');
  expect((await simulate(output('{% $states.input.n %}'), { input })).output).toBe(9_007_199_254_740_992);
});

test('$now, $millis and the context object have the time of the execution, not real time', async () => {
  const startTime = new Date('2030-05-06T07:08:09Z');
  const definition = machine({
    Start: { Type: 'Wait', Seconds: 60, Next: 'Tell' },
    Tell: {
      Type: 'Pass',
      Output: {
        now: '{% $now() %}',
        year: "{% $now('[Y]') %}",
        millis: '{% $millis() %}',
        entered: '{% $states.context.State.EnteredTime %}',
        started: '{% $states.context.Execution.StartTime %}',
      },
      End: true,
    },
  });
  const later = '2030-05-06T07:09:09.000Z';
  expect((await simulate(definition, { startTime })).output).toEqual({
    now: later,
    year: '2030',
    millis: Date.parse(later),
    entered: later,
    started: '2030-05-06T07:08:09.000Z',
  });
});

test('the same seed gives the same random numbers, another seed gives others', async () => {
  const draw = async (seed: number) =>
    (await simulate(output({ u: '{% $uuid() %}', r: '{% $random() %}' }), { seed })).output;
  expect(await draw(1)).toEqual(await draw(1));
  expect(await draw(1)).not.toEqual(await draw(2));
});

test('the context object', async () => {
  const definition = machine({
    Start: task({
      Resource: `${invoke}.waitForTaskToken`,
      Arguments: { context: '{% $states.context %}' },
      Output: '{% $states.result %}',
    }),
  });
  const { output: result } = await simulate(definition, {
    name: 'order-1',
    input: { a: 1 },
    task: ({ arguments: sent, taskToken }) => ({
      ...Object(sent),
      tokenIsIts: Object(sent).context.Task.Token === taskToken,
    }),
  });
  expect(result).toEqual({
    tokenIsIts: true,
    context: {
      Execution: {
        Id: 'arn:aws:states:us-east-1:123456789012:execution:simulated:order-1',
        Input: { a: 1 },
        StartTime: '2026-01-01T00:00:00.000Z',
        Name: 'order-1',
        RoleArn: 'arn:aws:iam::123456789012:role/simulated',
        RedriveCount: 0,
      },
      StateMachine: { Id: 'arn:aws:states:us-east-1:123456789012:stateMachine:simulated', Name: 'simulated' },
      State: { Name: 'Start', EnteredTime: '2026-01-01T00:00:00.000Z', RetryCount: 0 },
      Task: { Token: expect.stringMatching(/^AQC/) },
    },
  });
});

test('the properties that JSONata adds to arrays do not reach the next state', async () => {
  // JSONata marks an array in the last step of a path as not to be flattened.
  const rows = "{% $states.input.rows.{'pair': $.[a, b]} %}";
  const definition = machine({
    First: { Type: 'Pass', Assign: { rows }, Next: 'Second' },
    Second: { Type: 'Pass', Output: '{% $rows.pair %}', End: true },
  });
  const input = {
    rows: [
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ],
  };
  expect((await simulate(definition, { input })).output).toEqual([1, 2, 3, 4]);
});

test('the properties that JSONata adds to arrays are not in a result', async () => {
  const rows = "{% {'list': $states.input.rows[n > 0][].{'pair': $.[n, $sum]}} %}";
  const cause = await causeOf(output({ rows }), { rows: [{ n: 1 }] });
  expect(cause).toContain('returned an unsupported result type.');
  const kept = "{% {'list': $states.input.rows[n = 1].n[]} %}";
  const { output: result } = await simulate(output({ kept }), { input: { rows: [{ n: 1 }] } });
  expect(result).toStrictEqual({ kept: { list: [1] } });
});

test('a definition whose expression does not parse is refused, with state and field', async () => {
  await expect(simulate(output({ a: '{% 1 + %}' }))).rejects.toThrow(
    'Start has an expression that does not parse: Unexpected end of expression. In Output.a: 1 +',
  );
});

test.each([
  ['Parameters', {}],
  ['ResultPath', '$.x'],
  ['InputPath', '$'],
])('the JSONPath field %s is refused', async (field, value) => {
  await expect(simulate(machine({ Start: task({ [field]: value }) }))).rejects.toThrow(
    `Start has ${field}, a field of JSONPath.`,
  );
});

test('a definition without QueryLanguage is refused', async () => {
  const { QueryLanguage: _, ...definition } = output(1);
  await expect(simulate(definition)).rejects.toThrow("State 'Start' is JSONPath");
});

test.each([
  [machine({ A: { Type: 'Pass', Next: 'B' } }), 'A leads to B, which is not among the states beside it.'],
  [machine({ A: { Type: 'Pass' } }), 'A must have either Next or End.'],
  [machine({ A: { Type: 'Pas', End: true } }), 'A.Type must be'],
  [
    machine({ A: { Type: 'Pass', Ouput: 1, End: true } }),
    'A has the field Ouput, which AWS does not take there.',
  ],
  [machine({ A: { Type: 'Pass', Output: '{% $states.result %}', End: true } }), 'A uses $states.result'],
  ['{', 'The definition is not JSON.'],
])('a broken definition is refused (%#)', async (definition, problem) => {
  await expect(simulate(definition)).rejects.toThrow(problem);
});

test('expressions take no virtual time', async () => {
  expect(duration(await simulate(output('{% $sum([1..100]) %}')))).toBe(0);
  expect(details(await simulate(output(1)), 'ExecutionSucceeded')).toEqual([
    { output: '1', outputDetails: { truncated: false } },
  ]);
});
