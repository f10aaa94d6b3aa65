/** The log line of money that was moved, which CloudWatch reads a metric from (embedded metric format). */
import { moneyCountedAs } from '../../../lambda/order-processing/money-counted';

test('is a metric by currency, with ids and no other data', () => {
  process.env.METRICS_NAMESPACE = 'workflows/dev';
  process.env.POWERTOOLS_DEV = 'true'; // Powertools then writes to the console, which the test reads
  const lines: string[] = [];
  const write = jest.spyOn(console, 'info').mockImplementation((line) => void lines.push(line));
  moneyCountedAs('Captured')({
    orderId: 'A-1001',
    execution: 'order-A-1001.1772355600000',
    amount: 3399,
    currency: 'usd',
  });
  write.mockRestore();
  delete process.env.POWERTOOLS_DEV;
  const { _aws, ...line } = JSON.parse(lines[0] ?? '');
  const { Timestamp, CloudWatchMetrics } = _aws;
  expect(Math.abs(Date.now() - Timestamp)).toBeLessThan(60_000);
  expect(CloudWatchMetrics).toEqual([
    {
      Namespace: 'workflows/dev',
      Dimensions: [['currency']],
      Metrics: [{ Name: 'order-processing/Captured' }],
    },
  ]);
  // CloudWatch takes the values of metrics and dimensions from the line itself.
  expect(line).toMatchObject({
    message: 'Captured',
    orderId: 'A-1001',
    execution: 'order-A-1001',
    currency: 'usd',
    'order-processing/Captured': 3399,
  });
  expect(lines).toHaveLength(1);
});
