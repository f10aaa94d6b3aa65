// Expressions that are evaluated without JSONata have the result that JSONata gives.

import fc from 'fast-check';
import { VirtualClock } from '../../../tools/simulator/clock';
import { EvaluationError, template } from '../../../tools/simulator/expressions';
import { random } from '../../../tools/simulator/random';

const evaluate = (expression: string, input: unknown, variables: Record<string, unknown> = {}) =>
  template(`{% ${expression} %}`, 'Output').evaluate?.({
    states: { input },
    variables,
    random: random(1),
    clock: new VirtualClock(new Date(0)),
  });

/** The value, or the message of the error. */
async function outcome(...args: Parameters<typeof evaluate>) {
  try {
    return { value: await evaluate(...args) };
  } catch (thrown) {
    if (!(thrown instanceof EvaluationError)) throw thrown;
    return { problem: thrown.message.replace(/^.* specified for/, '') };
  }
}

/** Whether it is evaluated without JSONata. */
function isDirect(...args: Parameters<typeof evaluate>): boolean {
  try {
    const value = evaluate(...args);
    if (!(value instanceof Promise)) return true;
    value.catch(() => {});
    return false;
  } catch {
    return true;
  }
}

/** Never evaluated directly: a block of two. */
const byJsonata = (expression: string) => `(null; ${expression})`;

const numbers = fc.constantFrom(0, 1, -1, 2, 1.5, 1_234_567_890_123_456, 1e21);
const texts = fc.constantFrom('', 'x', '1', '[', '😀 and more', '{"a": [1], "b": {"n": 2}}');
const { value, list, object } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(fc.constantFrom(null, true, false), numbers, texts),
    tie('object'),
    tie('list'),
  ),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'n'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  list: fc.array(tie('value'), { maxLength: 3 }),
}));
/** Has fields of known types, so that most expressions make sense. */
const data = fc.record(
  { a: value, b: value, n: numbers, s: texts, l: list, o: object },
  { noNullPrototype: true },
);

const filter = fc.constantFrom('', '', '', '', '[0]', '[1]', '[-1]', '[0.5]');
const steps = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'n', 'l', 'missing', 'toString'), filter), {
    minLength: 1,
    maxLength: 3,
  })
  .map((all) => all.map(([name, index]) => name + index).join('.'));
const root = fc.constantFrom('$v', '$states.input', '$w', '$w[0]', '$v.l');

type Kinds = Record<'any' | 'number' | 'text' | 'truth' | 'object' | 'list', string>;
const { any } = fc.letrec<Kinds>((tie) => {
  const [any, number, text, object] = [tie('any'), tie('number'), tie('text'), tie('object')];
  const infix = (left: fc.Arbitrary<string>, operators: string, right = left) =>
    fc.tuple(left, fc.constantFrom(...operators.split(' ')), right).map((parts) => `(${parts.join(' ')})`);
  const call = (name: string, ...args: fc.Arbitrary<string>[]) =>
    fc.tuple(...args).map((values) => `$${name}(${values.join(', ')})`);
  const pick = (...options: fc.Arbitrary<string>[]) =>
    fc.oneof({ maxDepth: 5, depthIdentifier: 'kinds', withCrossShrink: true }, ...options);
  const of = (...sources: string[]) => fc.constantFrom(...sources);
  return {
    any: pick(
      fc.tuple(root, steps).map((parts) => parts.join('.')),
      ...[number, text, tie('truth'), object, tie('list'), root, steps, of('null', '$sum', '$nothing', '$')],
      fc.tuple(tie('truth'), any, any).map(([test, then, other]) => `(${test} ? ${then} : ${other})`),
      fc.tuple(any, any).map(([test, then]) => `(${test} ? ${then})`),
      call('parse', text),
      fc.tuple(call('parse', text), steps).map((parts) => parts.join('.')),
      fc.tuple(object, steps).map((parts) => parts.join('.')),
    ),
    number: pick(of('0', '1', '-2', '2.5', '$v.n', '$states.input.n'), infix(number, '+ - * / %')),
    text: pick(
      of("''", "'x'", "'['", '$v.s', '$states.input.s'),
      infix(any, '&'),
      call('string', any),
      call('hash', text, of("'MD5'", "'SHA-1'", "'CRC'")),
      call('substring', text, number),
      call('substring', text, number, number),
    ),
    truth: pick(
      of('true', 'false'),
      infix(any, '= != and or'),
      infix(number, '< <= > >= = !='),
      infix(text, '< <= > >= = !='),
      infix(any, 'in', tie('list')),
      call('exists', any),
    ),
    object: pick(
      of('{}', '$v.o', '$states.input.o'),
      fc
        .array(fc.tuple(of("'a'", "'b'", "'1'", "'n'"), any), { maxLength: 3 })
        .map((members) => `{${members.map((member) => member.join(': '))}}`),
      fc.array(object, { maxLength: 3 }).map((objects) => `$merge([${objects}])`),
    ),
    list: pick(
      of('[]', '$v.l', '$states.input.l'),
      fc.array(any, { maxLength: 3 }).map((members) => `[${members}]`),
      fc.tuple(root, object).map((parts) => parts.join('.')),
      call('append', any, any),
    ),
  };
});

test('an expression evaluated directly has JSONata’s result', async () => {
  let direct = 0;
  let all = 0;
  await fc.assert(
    fc.asyncProperty(any, data, data, async (source, input, v) => {
      const variables = { v, w: [v, input] };
      all++;
      if (!isDirect(source, input, variables)) return;
      direct++;
      expect(await outcome(source, input, variables)).toStrictEqual(
        await outcome(byJsonata(source), input, variables),
      );
    }),
    { numRuns: 1000 },
  );
  // The comparison is of little use unless many are evaluated directly.
  expect(direct / all).toBeGreaterThan(0.4);
});

test.each([
  '$states.input.order',
  "{'id': $v.orderId, 'notified': true, 'items': [$v.items]}",
  "$append({'first': $v.orderId}, $v.items.{'sku': sku, 'quantity': $string(quantity)})",
  "$substring($hash($v.orderId, 'SHA-256'), 0, 36)",
  '$v.items[0].sku',
  '$v.items[-1]',
  "$v.success and $v.outcome = 'FAILED'",
  "'order-' & $v.orderId",
  '$v.items[0].quantity + 1 < 8',
  "'FAILED' in ['REJECTED', 'FAILED']",
  "$exists($v.customer) ? {'known': true} : {'known': false}",
  "$merge([$v, {'notified': true}])",
  '$parse($v.cause).errorMessage',
  "$v.orderId & '.' & $toMillis($v.at)",
])('%s is evaluated directly', async (source) => {
  const order = {
    orderId: 'A-1',
    items: [
      { sku: 'MUG', quantity: 1 },
      { sku: 'TEA', quantity: 2 },
    ],
    success: true,
    outcome: 'FAILED',
    cause: '{"errorMessage": "declined"}',
    at: '2026-03-01T09:00:00.123Z',
  };
  const args = [{ order }, { v: order }] as const;
  expect(isDirect(source, ...args)).toBe(true);
  expect(await outcome(source, ...args)).toStrictEqual(await outcome(byJsonata(source), ...args));
});

test.each([
  '$v.one.a',
  '$v.one.a.b',
  '$v.two.a',
  '$v.two.missing',
  '$v.empty.a',
  "$v.two.{'a': a}",
  "$v.one.{'a': a}.a",
  '$v.nested',
  '$v.nested[0]',
  '$append([[1]], [[2]])',
  '$append($v.nested, 3)',
  '$append($v.missing, 3)',
  '[$v.nested, [$v.nested], $v.missing]',
  "['[', [], [[]]]",
  "{'a': $v.missing, 'b': null}",
  '$substring($v.text, 1, 2)',
  '$substring($v.text, 1.5)',
  "'' & $v.long & $v.missing",
  '$string($v.long)',
  '$v.missing = $v.missing',
  '$v.missing != 1',
  '$v.text in $v.text',
  '-0 * $v.long',
  '$v.missing and $v.none.x',
  "$v.one or 'x'",
  "'' ? 1",
  "$toMillis('2026-03-01T09:00:00Z')",
  "$toMillis('2026-13-41T29:00:00Z')",
  "$toMillis('2026-03-01')",
])('%s comes to what JSONata comes to', async (source) => {
  const v = {
    one: [{ a: [1] }],
    two: [{ a: [[1]] }, { a: [2] }],
    empty: [],
    nested: [[1, 2]],
    text: '😀 and more',
    long: 1_234_567_890_123_456,
  };
  expect(await outcome(source, {}, { v })).toStrictEqual(await outcome(byJsonata(source), {}, { v }));
});

test.each([
  ['a variable that has the name of a function', '$string(1)', { string: 1 }],
  ['more than one text can hold', `$v${' & $v'.repeat(3)}`, { v: 'x'.repeat(50_000) }],
  ['numbers that are not finite', '1 / $v', { v: 0 }],
  ['what nests too deep', `${'('.repeat(100)}$v${')'.repeat(100)}`, { v: 1 }],
])('JSONata evaluates %s', (_, source, variables) => {
  expect(isDirect(source, {}, variables)).toBe(false);
});
