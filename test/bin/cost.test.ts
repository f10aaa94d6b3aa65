// What transitions cost, as people read it.

import { costOf } from '../../bin/history/cost';

test.each([
  [1, '$0.000025'],
  [9, '$0.000225'],
  [14, '$0.00035'],
  [4_000, '$0.10'],
  [40_000, '$1.00'],
  [1_000_000, '$25.00'],
])('%d transitions cost %s', (transitions, cost) => {
  expect(costOf(transitions)).toBe(cost);
});
