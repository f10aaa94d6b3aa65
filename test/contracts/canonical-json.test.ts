import fc from 'fast-check';
import { canonicalJson } from '../../contracts/canonical-json';

test('keys are sorted at every depth, arrays keep their order', () => {
  expect(canonicalJson({ b: [{ d: 1, c: 2 }, 3], a: { z: null, y: 'ü' } })).toBe(
    '{"a":{"y":"ü","z":null},"b":[{"c":2,"d":1},3]}',
  );
});

test('a key with an undefined value is left out; dates are ISO text', () => {
  expect(canonicalJson({ b: undefined, a: new Date(0) })).toBe('{"a":"1970-01-01T00:00:00.000Z"}');
});

test.each([[Number.NaN], [{ price: Number.POSITIVE_INFINITY }], [undefined], [() => 1], [{ n: 1n }]])(
  '%p has no JSON form',
  (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  },
);

test('parsing returns the same value, which has the same canonical text', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  );
});
