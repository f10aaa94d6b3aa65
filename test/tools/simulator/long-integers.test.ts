/** Whole numbers of up to 64 bits stay exact where they are passed on. */
import { simulate } from '../../../tools/simulator';
import { parseJson, toJson } from '../../../tools/simulator/long-integers';

const LONG = '9007199254740993';

test.each([
  [`{"n":${LONG}}`],
  [`{"n":-9223372036854775808,"m":9223372036854775807}`],
  [`[${LONG},{"a":[${LONG}]}]`],
  [`{"n":9007199254740992,"text":"${LONG}, \\"${LONG}\\"","key ${LONG}":1.5}`],
])('%s is the same after it was read and written', (text) => {
  expect(toJson(parseJson(text))).toBe(text);
});

test.each([
  // Beyond 64 bits, AWS has no integer either.
  ['{"n":9223372036854775808}', '{"n":9223372036854776000}'],
  ['{"n":9007199254740993.5}', '{"n":9007199254740994}'],
  ['{"n":0.9007199254740993123}', '{"n":0.9007199254740993}'],
  ['{"n":90071992547409931e1}', '{"n":900719925474099300}'],
])('%s is an ordinary number', (text, written) => {
  expect(toJson(parseJson(text))).toBe(written);
});

test('what is no JSON is refused in the words of JSON.parse', () => {
  const text = `{"n":${LONG}`;
  expect(() => parseJson(text)).toThrow(SyntaxError);
});

const outputOf = async (output: unknown, input = `{"id":{"n":${LONG}},"list":[${LONG}]}`) => {
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'P',
    States: { P: { Type: 'Pass', Output: output, End: true } },
  };
  const { events } = await simulate(JSON.stringify(definition), { input: parseJson(input) });
  return Object(events.at(-1)?.executionSucceededEventDetails).output;
};

test.each([
  ['the whole input', '{% $states.input %}', `{"id":{"n":${LONG}},"list":[${LONG}]}`],
  ['an object of it', '{% $states.input.id %}', `{"n":${LONG}}`],
  ['an object in another', { order: '{% $states.input.id %}' }, `{"order":{"n":${LONG}}}`],
  ['an object built by an expression', "{% {'a': $states.input.id, 'b': 1} %}", `{"a":{"n":${LONG}},"b":1}`],
  ['arithmetic, as ever', '{% $states.input.id.n - 1 %}', '9007199254740991'],
])('%s', async (_, output, expected) => {
  expect(await outputOf(output)).toBe(expected);
});
