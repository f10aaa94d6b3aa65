// No expression hangs or kills the process: exceeding a limit fails the state, as on AWS. The limits of depth and
// memory were measured on AWS.

import { simulate } from '../../../tools/simulator';
import { evaluationLimits } from '../../../tools/simulator/limits';
import { machine, output } from './machine';

const run = (expression: string, input: unknown = {}) =>
  simulate(output({ r: `{% ${expression} %}` }), { input });

const depth =
  ': Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive';
const memory = ': Expression evaluation memory limit exceeded: Check for excessive memory usage';

const nested = (open: string, inner: string, close: string, times: number) =>
  open.repeat(times) + inner + close.repeat(times);
const recursive = (body: string, call: string) => `($f := function($n) { ${body} }; ${call})`;
const sum = (n: number) => recursive('$n <= 0 ? 0 : 1 + $f($n - 1)', `$f(${n})`);
const doubled = (times: number) =>
  `($p := function($s, $n) { $n = 0 ? $s : $p($s & $s, $n - 1) }; $length($p('x', ${times})))`;

describe('within the limits', () => {
  const { microseconds } = evaluationLimits;
  // A busy machine may take any time.
  beforeEach(() => Object.assign(evaluationLimits, { microseconds: Number.POSITIVE_INFINITY }));
  afterEach(() => Object.assign(evaluationLimits, { microseconds }));

  test.each([
    ['100 terms', `1${'+1'.repeat(99)}`, 100],
    ['99 parentheses', nested('(', '1', ')', 99), 1],
    ['99 applications', `1${' ~> $abs'.repeat(99)}`, 1],
    ['99 lists', nested('[', '1', ']', 99), JSON.parse(nested('[', '1', ']', 99))],
    ['31 calls in each other', sum(31), 31],
    ['5,000 tail calls', recursive('$n <= 0 ? "end" : $f($n - 1)', '$f(5000)'), 'end'],
    ['a list of 200 sums', `$sum([${Array(200).fill('1 + 2').join()}])`, 600],
    ['three recursions side by side', `[${sum(20)}, ${sum(20)}, ${sum(20)}]`, [20, 20, 20]],
    ['500 recursions one after the other', `$sum($map([1..500], function($i) { ${sum(9)} }))`, 4500],
    ['a sequence of 873,782', '[1..873782] ~> $count()', 873_782],
    ['a text of 2^22 characters', doubled(22), 2 ** 22],
    ['5,000 calls', '$sum($map([1..5000], function($v) { $v * 2 }))', 25_005_000],
    ['5,000 groups', '$count($keys([1..5000]{$string($): $}))', 5000],
  ])('%s', async (_, expression, expected) => {
    expect(await run(expression)).toMatchObject({ status: 'SUCCEEDED', output: { r: expected } });
  });
});

test.each([
  ['101 terms', `1${'+1'.repeat(100)}`, depth],
  ['100 parentheses', nested('(', '1', ')', 100), depth],
  ['100 applications', `1${' ~> $abs'.repeat(100)}`, depth],
  ['a list 100 deep', nested('[', '1', ']', 100), depth],
  ['32 calls in each other', sum(32), depth],
  ['endless recursion', recursive('1 + $f($n)', '$f(1)'), depth],
  ['endless recursion in a list', recursive('[$f($n), $f($n)]', '$f(1)'), depth],
  ['endless recursion in an object', recursive('{"a": $f($n)}', '$f(1)'), depth],
  ['endless recursion through $map', recursive('[$map([1], $f)]', '$f(1)'), depth],
  ['a sequence of 873,783', '[1..873783] ~> $count()', memory],
  ['the sum of a long sequence', '$sum([1..900000])', memory],
  ['a text of 2^23 characters', doubled(23), memory],
  ['an endless text', recursive('$f($n & $n)', "$f('x')"), memory],
  ['a text longer than Node can hold', "$length($pad('', 1000000000, 'a'))", memory],
  ['an endless list', recursive('$f($append($n, $n))', '$f([1, 2])'), memory],
  ['an object that doubles', recursive("$f({'a': $n, 'b': $n})", '$f(1)'), memory],
  ['an object of nothing that doubles', recursive("$f({'a': $n, 'b': $n})", '$f({})'), memory],
  ['a text that doubles the input', recursive('$f($n & $n)', '$f($states.input.text)'), memory],
])('beyond the limits: %s', async (_, expression, problem) => {
  const { status, error, cause } = await run(expression, { text: 'some text' });
  expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  expect(cause).toMatch(/specified for the field 'Output\/r' threw an error during evaluation: /);
  expect(cause).toContain(` threw an error during evaluation${problem}`);
});

describe('an evaluation that does not end', () => {
  const { steps, microseconds } = evaluationLimits;
  // With the real limits each of these takes seconds.
  beforeEach(() => Object.assign(evaluationLimits, { steps: steps / 20, microseconds: microseconds / 20 }));
  afterEach(() => Object.assign(evaluationLimits, { steps, microseconds }));

  test.each([
    ['endless tail calls', recursive('$n > 0 ? $f($n + 1) : 0', '$f(1)')],
    ['nested lists', '$sum([1..5000].($i := $; [1..5000].($ * $i)))'],
    [
      'steps that take long',
      `($t := $pad('', 3000, 'a'); ${recursive("($replace($t, /a/, 'b'); $f($n + 1))", '$f(1)')})`,
    ],
  ])('fails: %s', async (_, expression) => {
    const { error, cause } = await run(expression);
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain(' threw an error during evaluation: Expression evaluation timeout: ');
  });

  test('may take a million steps, or three seconds of CPU time', () => {
    expect({ steps, microseconds }).toEqual({ steps: 1_000_000, microseconds: 3_000_000 });
  });
});

test('the failure can be caught', async () => {
  const definition = machine({
    Start: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'Sum',
          States: { Sum: { Type: 'Pass', Output: `{% ${sum(32)} %}`, End: true } },
        },
      ],
      Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Output: 'caught', Next: 'End' }],
      End: true,
    },
    End: { Type: 'Succeed' },
  });
  expect((await simulate(definition)).output).toBe('caught');
});
