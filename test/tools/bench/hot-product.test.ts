/** The measurement of a product that everybody orders. */

import { rush } from '../../../tools/bench/hot-product';
import { median, percentile } from '../../../tools/bench/measure';

test('who is not served in time is asked to try again; no order fails, and none is sold twice', async () => {
  // A transaction of nine seconds: twenty rounds are too few for so many.
  const { orders, outcomes, waits } = await rush(16, 2, 9_000);
  const { SHIPPED = 0, TRY_AGAIN = 0, ...others } = outcomes;
  expect(others).toEqual({});
  expect(SHIPPED).toBeGreaterThan(0);
  expect(TRY_AGAIN).toBeGreaterThan(0);
  expect(waits).toHaveLength(orders);
});

test('is the same each time', async () => {
  expect(await rush(30, 0.5)).toEqual(await rush(30, 0.5));
});

test('of a hundred values, the 99th is above 98', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect({ median: median(values), p99: percentile(values, 99) }).toEqual({ median: 50.5, p99: 99 });
});
