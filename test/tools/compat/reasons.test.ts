/** A failed test's reason in a line. */
import { placeOf, reasonOf } from '../../../tools/compat/reasons';
import { resultsIn } from '../../../tools/compat/suite';

const failureOf = (assert: () => void): string => {
  try {
    assert();
  } catch (error) {
    return String(Object(error).stack);
  }
  throw new Error('It did not fail.');
};

test.each<[string, () => void, string]>([
  ['two values', () => expect('FAILED').toBe('SHIPPED'), 'expected "SHIPPED", received "FAILED"'],
  [
    'a difference',
    () => expect({ outcome: 'FAILED', stock: [1, 2] }).toEqual({ outcome: 'SHIPPED', stock: [1, 3] }),
    'expected "outcome": "SHIPPED", …, received "outcome": "FAILED", …',
  ],
  ['too much', () => expect({ a: 1, b: 2 }).toEqual({ a: 1 }), 'expected nothing more, received "b": 2'],
  ['an error', () => JSON.parse('{'), expect.stringMatching(/^SyntaxError: /)],
])('%s', (_, assert, reason) => {
  expect(reasonOf(failureOf(assert))).toEqual(reason);
});

test('the place is where the test stands', () => {
  expect(placeOf(failureOf(() => expect(1).toBe(2)))).toMatch(/^reasons\.test\.ts:\d+$/);
});

test('a file that cannot be loaded is a failure of its own', () => {
  const results = resultsIn({
    testResults: [
      { name: '/a/order.test.ts', message: 'Cannot find module x\n  at y', assertionResults: [] },
      {
        name: '/a/signup.test.ts',
        message: '',
        assertionResults: [
          { fullName: 'works', status: 'passed', failureMessages: [] },
          { fullName: 'later', status: 'pending', failureMessages: [] },
        ],
      },
    ],
  });
  expect(results.map(({ name, status, reason }) => [name, status, reason])).toEqual([
    ['order.test.ts', 'failed', 'Cannot find module x'],
    ['signup.test.ts: works', 'passed', ''],
    ['signup.test.ts: later', 'skipped', ''],
  ]);
});
