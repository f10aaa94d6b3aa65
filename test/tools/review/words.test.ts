import { differencesOf } from '../../../tools/review/leaves';
import { differenceText } from '../../../tools/review/markdown';
import { wordDifference } from '../../../tools/review/words';

test('shows the words that differ, and some around them', () => {
  expect(wordDifference('{% $amount > 100 %}', '{% $amount >= 100 %}')).toBe('{% $amount >{+=+} 100 %}');
  expect(wordDifference('a b c', 'a d c')).toBe('a [-b-]{+d+} c');
  expect(wordDifference('no order twice', 'orders that once')).toBe('[-no order twice-]{+orders that once+}');
  expect(wordDifference("{'a': $b, 'c'}", "{'d': $f, 'c'}")).toBe("{'[-a': $b-]{+d': $f+}, 'c'}");
  expect(wordDifference('a b', 'a b c')).toBe('a b{+ c+}');
  const long = 'one two three four five six seven eight nine ten eleven twelve';
  expect(wordDifference(`${long} x ${long}`, `${long} y ${long}`)).toBe(
    '…ten eleven twelve [-x-]{+y+} one two three…',
  );
});

test('what only one of them has is one difference; JSON in a text is read', () => {
  expect(differencesOf({ A: '{"eur":1,"usd":2}', B: { C: 1 } }, { A: '{"usd":3,"eur":1}' })).toEqual([
    { path: 'A.usd', before: 2, after: 3 },
    { path: 'B', before: { C: 1 }, after: undefined },
  ]);
});

test('entries that say what they are are compared by that, other lists as a whole', () => {
  const tags = (...values: string[]) => values.map((Value, index) => ({ Key: `k${index}`, Value }));
  expect(differencesOf({ T: tags('a', 'b') }, { T: [...tags('a', 'c')].reverse() })).toEqual([
    { path: 'T.k1.Value', before: 'b', after: 'c' },
  ]);
  expect(differencesOf({ L: [1, 2] }, { L: [2, 1] })).toEqual([{ path: 'L', before: [1, 2], after: [2, 1] }]);
});

test('the only entry of a list is compared by its fields', () => {
  expect(differencesOf({ M: [{ Value: 1, Default: 0 }] }, { M: [{ Value: 1 }] })).toEqual([
    { path: 'M.Default', before: 0, after: undefined },
  ]);
  expect(differencesOf({ M: [{ V: 1 }] }, { M: [{ V: 1 }, { V: 2 }] })).toHaveLength(1);
});

test('of long lists the entries that came and went are shown', () => {
  const groups = Array.from({ length: 9 }, (_, index) => `the-log-group-${index}`);
  const text = (after: string[]) => differenceText({ path: 'Groups', before: groups, after });
  expect(text([...groups.slice(1), 'another'])).toBe('`Groups`: with `another`, without `the-log-group-0`');
  expect(text([...groups].reverse())).toBe('`Groups`: in another order');
  expect(differenceText({ path: 'Groups', before: ['a'], after: ['b'] })).toBe('`Groups`: `["a"]` → `["b"]`');
});
