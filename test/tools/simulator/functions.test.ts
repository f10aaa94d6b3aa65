// The functions that Step Functions adds to JSONata. The values for unusual arguments were measured on AWS, unless a test
// says otherwise.

import { simulate } from '../../../tools/simulator';
import { output } from './machine';

const run = (expression: string) => simulate(output({ r: `{% ${expression} %}` }));

test.each([
  ['$range(1, 9, 4)', [1, 5, 9]],
  ['$range(1, 10, 4)', [1, 5, 9]],
  ['$range(9, 1, -4)', [9, 5, 1]],
  ['$range(-1, -4, -1)', [-1, -2, -3, -4]],
  ['$range(1, 9, 9)', 1],
  ['$range(3, 3, 1)', 3],
  ['$range(3, 3, -1)', 3],
  ['$range(1.9, 3.9, 1.9)', [1, 2, 3]],
  ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
  ['$range(-2.9, 0, 1)', [-2, -1, 0]],
  ['$range(5, 1, -1.5)', [5, 4, 3, 2, 1]],
  ['$range(1, -0.9, -1)', [1, 0]],
  ['$count($range(1, 1001, 1))', 1001],
  ['$count($range(1, 200000, 1))', 200_000],
  ['$count($range(1, 360145, 1))', 360_145],
  ['$count($range(-9223372036854775808, 9223372036854775807, 9223372036854775807))', 3],
  ['$sum($range(0, 10, 2))', 30],
])('%s', async (expression, expected) => {
  expect((await run(expression)).output).toStrictEqual({ r: expected });
});

test.each([
  ['$partition([1, 2, 3, 4, 5], 2)', [[1, 2], [3, 4], [5]]],
  ['$partition([1, 2, 3, 4, 5], 2.9)', [[1, 2], [3, 4], [5]]],
  ['$partition([1, 2], 5)', [[1, 2]]],
  ['$partition([1, 2], 2)', [[1, 2]]],
  ['$partition([1, 2, 3])', [[1, 2, 3]]],
  ['$partition([[1, 2], [3]], 1)', [[[1, 2]], [[3]]]],
  ['$count($partition([1..100], 7))', 15],
])('%s', async (expression, expected) => {
  expect((await run(expression)).output).toStrictEqual({ r: expected });
});

test.each([
  ["$hash('Hello', 'MD5')", '8b1a9953c4611296a827abf8c47804d7'],
  ["$hash('', 'MD5')", 'd41d8cd98f00b204e9800998ecf8427e'],
  ["$hash('ñ', 'MD5')", '94e9342ecbb1458b6043ecd3bfcbc192'],
  ["$hash('input', 'SHA-1')", '140f86aae51ab9e1cda9b4254fe98a74eb54c1a1'],
  ["$hash('Hello', 'SHA-256')", '185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969'],
  ["$length($hash('x', 'SHA-384'))", 96],
  ["$length($hash('x', 'SHA-512'))", 128],
])('%s', async (expression, expected) => {
  expect((await run(expression)).output).toStrictEqual({ r: expected });
});

test.each([
  ['$random(42)', 0.7275636800328681],
  ['$random(0)', 0.730967787376657],
  ['$random(7)', 0.7306990420600421],
  ['$random(0.9)', 0.730967787376657],
  ['$random(-0.9)', 0.730967787376657],
  // Not measured on AWS: the value of java.util.Random, computed by another program.
  ['$random(-1)', 0.26894263088050496],
  ['$random(-1.5)', 0.26894263088050496],
  ['$random(1234567890123)', 0.9979691436808569],
  ['$random(9223372036854775808)', 0.26894263088050496],
  ['$random(1e300)', 0.26894263088050496],
  ['$random(-1e300)', 0.730967787376657],
])('%s is java.util.Random’s first double', async (expression, expected) => {
  expect((await run(expression)).output).toStrictEqual({ r: expected });
});

test.each([
  ['$random() < 1', true],
  ['$random() = $random()', false],
  ['$uuid() = $uuid()', false],
  ["$uuid() ~> /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/ ? 'v4' : 'no'", 'v4'],
  ['$exists($randomSeeded)', false],
  ['$parse(\'{"b": 1, "a": [1, null]}\')', { b: 1, a: [1, null] }],
  ["$parse('null')", null],
  ["$parse('1.0')", 1],
  ["$parse('1e2')", 100],
  ["$parse('-0')", 0],
  ['$parse(\'"{\\\\"a\\\\": 1}"\')', '{"a": 1}'],
  ['$parse(\'[{"a": ":", "b": "\\\\"a\\\\":"}, {"a": 1}]\')[1].a', 1],
  ['$map([\'{"a": 1}\', \'{"a": 2}\'], $parse).a', [1, 2]],
])('%s', async (expression, expected) => {
  expect((await run(expression)).output).toStrictEqual({ r: expected });
});

test.each([
  '$range(1, 5)',
  '$range(1, 5, 0)',
  '$range(1, 5, 0.9)',
  '$range(5, 1, 1)',
  '$range(1, 5, -1)',
  '$range(1, $states.input.missing, 1)',
  '$partition([1, 2], 0)',
  '$partition([1, 2], 0.9)',
  '$partition([1, 2], -0.5)',
  '$partition([], 2)',
  '$partition($states.input.missing, 2)',
  "$hash('a')",
  "$hash($states.input.missing, 'MD5')",
  '$parse()',
  '$parse($states.input.missing)',
])('%s returns nothing', async (expression) => {
  expect((await run(`$exists(${expression})`)).output).toStrictEqual({ r: false });
  const { error, cause } = await run(expression);
  expect(error).toBe('States.QueryEvaluationError');
  expect(cause).toMatch(/specified for the field 'Output\/r' returned nothing \(undefined\)\.$/);
});

test.each([
  ['$range(1)', 'T0410'],
  ["$range('1', 5, 1)", 'T0410'],
  ['$range(1, 5, 1, 1)', 'T0410'],
  ['$partition([1, 2], -1)', 'D3137: Second argument must be zero or greater'],
  ["$partition([1, 2], '1')", 'T0410'],
  ['$partition(null, 2)', 'T0412: Argument 1 of function "partition" must be an array'],
  ["$hash('x', 'CRC')", 'D3137'],
  ["$hash('x', 'md5')", 'D3137'],
  ["$hash('x', 'SHA3-256')", 'D3137'],
  ["$hash(42, 'MD5')", 'T0410'],
  ["$hash({'a': 1}, 'MD5')", 'T0410'],
  ["$hash('a', 5)", 'T0410'],
  ["$hash('a', 'MD5', 'x')", 'T0410'],
  ["$random('x')", 'T0410'],
  ['$random(1, 2)', 'T0410'],
  ["$uuid('seed')", 'T0410'],
  ['$parse(null)', 'T0410'],
  ["$parse('{}', 'x')", 'T0410'],
  ["$parse('')", 'D3137: Invalid JSON'],
  ["$parse('{')", 'D3137: Invalid JSON'],
  ['$parse(\'{"a": 1}{"b": 2}\')', 'D3137: Invalid JSON'],
  ['$parse(\'{"a": 1, "a": 2}\')', 'D3137: Invalid JSON'],
  ["$parse('1e400')", 'D3137: Invalid JSON'],
  ["$eval('1')", 'T1006: Attempted to invoke a non-function'],
])('%s fails', async (expression, problem) => {
  const { error, cause } = await run(expression);
  expect(error).toBe('States.QueryEvaluationError');
  expect(cause).toContain(` threw an error during evaluation. ${problem}`);
});

test.each(['$range(1, 360146, 1)', '$range(1, 1e300, 1)', '$range(1, 1/0, 1)', '$range(0, -1e18, -1)'])(
  '%s needs too much memory',
  async (expression) => {
    const { error, cause } = await run(expression);
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain(
      ' threw an error during evaluation: Expression evaluation memory limit exceeded: Check for excessive memory usage',
    );
  },
);
