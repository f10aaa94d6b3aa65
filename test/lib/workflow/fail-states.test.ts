import { failProblems } from '../../../lib/workflow/fail-states';
import type { JsonObject } from '../../../lib/workflow/json';

const ending = (fail: JsonObject): JsonObject => ({ StartAt: 'Failed', States: { Failed: fail } });

const problemsWith = (Cause?: string): string[] =>
  failProblems(ending({ Type: 'Fail', ...(Cause !== undefined && { Cause }) }));

test.each([
  "{% $string({'undone': true}) %}",
  "{%$string( { 'undone' : true,\n 'orderId': $order.orderId } )%}",
  '{% $string({"undone": true, "state": $failure.state}) %}',
  "{% $string({'undone': false, 'next': 'Count the stock again.', 'orderId': $order.orderId}) %}",
  '{"undone":true}',
  '{"undone":false,"next":"Count the stock again."}',
])('says what is left: %s', (cause) => {
  expect(problemsWith(cause)).toEqual([]);
});

test.each([
  undefined,
  'undone',
  '{ "undone": true }',
  "{% 'undone' %}",
  '{% $cause %}',
  '{% $string( %}',
  "{% $string({'undone': $undone}) %}",
  "{% $string({'undone': 'true'}) %}",
  "{% $string({'state': $failure.state, 'undone': true}) %}",
  "{% $string({'undone': true}, true) %}",
  "{% $string($merge([{'undone': true}, $failure])) %}",
  "{% $uppercase({'undone': true}) %}",
])('does not say it first, for all who read only that: %s', (cause) => {
  expect(problemsWith(cause)).toEqual([
    expect.stringMatching(
      /^Failed does not say whether all is undone\. Begin its Cause with {% \$string\({'undone'/,
    ),
  ]);
});

test.each([
  "{% $string({'undone': false}) %}",
  "{% $string({'undone': false, 'next': $next}) %}",
  '{"undone":false}',
])('leaves something behind and does not say what to do: %s', (cause) => {
  expect(problemsWith(cause)).toEqual([expect.stringContaining("Let its Cause go on with 'next'")]);
});

test.each([
  ['Parallel', (inner: JsonObject) => ({ Branches: [inner] })],
  ['Map', (inner: JsonObject) => ({ ItemProcessor: inner })],
])('in a %s it cannot speak for all, but must speak', (Type, around) => {
  const within = (Cause: string) =>
    failProblems({ States: { Work: { Type, ...around(ending({ Type: 'Fail', Cause })) } } });
  expect(within("{% $string({'undone': true}) %}")).toEqual([
    expect.stringMatching(/^Failed says that all is undone, but ends a branch or an item/),
  ]);
  expect(within('no')).toEqual([expect.stringContaining('does not say')]);
  expect(within("{% $string({'undone': false, 'next': 'Look at the others.'}) %}")).toEqual([]);
});

test('other states need not say so', () => {
  expect(failProblems({ States: { Charge: { Type: 'Task' }, Done: { Type: 'Succeed' } } })).toEqual([]);
});
