import fc from 'fast-check';
import { parseForm } from '../../../../tools/doubles/stripe/params';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('brackets make objects, and lists by index', () => {
  expect(plain(parseForm('a=1&b[c]=2&b[d][e]=3&f[]=4&f[]=5&g[0][h]=6'))).toEqual({
    a: '1',
    b: { c: '2', d: { e: '3' } },
    f: { 0: '4', 1: '5' },
    g: { 0: { h: '6' } },
  });
});

test('encoded brackets, plus signs, percent signs and empty values', () => {
  expect(plain(parseForm('metadata%5Ba+b%5D=%E2%82%AC+5%25&email='))).toEqual({
    metadata: { 'a b': '€ 5%' },
    email: '',
  });
});

test('no name can access a prototype', () => {
  parseForm('__proto__[polluted]=1&constructor[prototype][polluted]=1&a[__proto__][polluted]=1');
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test('any text is parsed without an error', () => {
  fc.assert(fc.property(fc.string(), (encoded) => void parseForm(encoded)));
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab[]=&%0') }), (encoded) => void parseForm(encoded)),
  );
});
