import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '../../../tools/compat/report';
import { readCompat } from '../../../tools/review/compat';
import { render } from '../../../tools/review/report';
import { findingsIn, reviewOf } from '../../../tools/review/review';
import { ordersApp, sideOf, smallSpec } from '../../support/small-app';

const commit = '1234567890abcdef';
const file = join(mkdtempSync(join(tmpdir(), 'compat-')), 'compat.json');

const read = (content: unknown) => {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readCompat(file, commit);
};

type Failure = Result['failures'][number];

const failure = (name: string, rest: Partial<Failure> = {}): Failure => ({
  direction: 'old definitions',
  kind: 'test',
  name,
  reason: 'late\nvery',
  isMet: true,
  ...rest,
});

const meant = { fails: 'three', direction: 'old definitions', reason: 'r', release: '1' } as const;

/** As `npm run compat` makes it. */
const result = (...failures: Failure[]): Pick<Result, 'base' | 'mixes' | 'failures' | 'problem'> => ({
  base: { revision: 'main', commit },
  mixes: (['old definitions', 'new definitions'] as const).map((direction) => ({
    direction,
    isMet: true,
    fromBase: [],
    tests: { passed: 1, failed: 0, isNew: 0, unjudged: [{ name: 'five', reason: 'r' }] },
    matrix: undefined,
  })),
  failures,
  problem: undefined,
});

test('failures that executions can meet are in the verdict and listed', () => {
  const compat = read(
    result(
      failure('a.test.ts: one'),
      failure('four', { direction: 'new definitions' }),
      failure('two', { isMet: false }),
      failure('three', { meant }),
    ),
  );
  const review = reviewOf(sideOf(ordersApp()), sideOf(ordersApp(), { settings: {} }), smallSpec, compat);
  const text = render(review, { stage: 'prod', base: 'main', head: 'x' });
  expect(text).toContain('> - **Executions can meet 2 failures of old with new.**');
  expect(text).toContain('- when this is deployed: `a.test.ts: one`: late\n');
  expect(text).toContain('- when main is deployed again: `four`: late\n');
  expect(text).toContain('2 more are meant, or kept from executions by the versions of functions.');
  expect(text).toContain('2 tests are not judged');
  expect(findingsIn(review)).toEqual(['running']);
});

test('what is meant, or kept from executions, is no finding', () => {
  const compat = read(result(failure('two', { isMet: false }), failure('three', { meant })));
  expect(findingsIn(reviewOf(sideOf(ordersApp()), sideOf(ordersApp()), smallSpec, compat))).toEqual([]);
});

test('without failures that is said', () => {
  const review = reviewOf(
    sideOf(ordersApp()),
    sideOf(ordersApp(), { settings: {} }),
    smallSpec,
    read(result()),
  );
  expect(render(review, { stage: 'prod', base: 'main', head: 'x' })).toContain(
    'Old with new: nothing fails that executions can meet, in 2 mixes.',
  );
});

test('another file is refused, with what makes the right one', () => {
  const remedy = expect.objectContaining({
    remedy: `Make it with: npm run compat -- --base 12345678 --json > ${file}`,
  });
  expect(() => read('no')).toThrow(remedy);
  expect(() => read('no')).toThrow('is not JSON');
  expect(() => read({ failures: [] })).toThrow('is not what npm run compat writes');
  expect(() => read({ ...result(), base: { revision: 'x', commit: 'other123456' } })).toThrow(
    'is about the base other123',
  );
  expect(() => readCompat(`${file}.not`, commit)).toThrow('There is no file');
});
