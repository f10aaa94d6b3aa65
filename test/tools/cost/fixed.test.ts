import { fixedCost } from '../../../tools/cost/fixed';

const stack = (...resources: { Type: string; Properties?: Record<string, unknown> }[]) => ({
  Stack: { Resources: Object.fromEntries(resources.map((resource, index) => [`R${index}`, resource])) },
});

const metric = (Namespace: string, MetricName: string) => ({
  MetricStat: { Metric: { Namespace, MetricName } },
});

test('an alarm on an expression pays for each metric in it, and not for the expression', () => {
  const { counts, dollars } = fixedCost(
    stack(
      { Type: 'AWS::CloudWatch::Alarm', Properties: { Namespace: 'AWS/SQS', MetricName: 'Age' } },
      {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          Metrics: [{ Expression: 'a / b' }, metric('AWS/States', 'a'), metric('AWS/States', 'b')],
        },
      },
    ),
  );
  expect(counts).toMatchObject({ alarmMetric: 3, metric: 0, secret: 1 });
  expect(dollars).toBeCloseTo(3 * 0.1 + 0.4);
});

test('a metric of our own is paid for when it has a value each hour, whatever watches it', () => {
  const filter = (transformation: object) => ({
    Type: 'AWS::Logs::MetricFilter',
    Properties: {
      MetricTransformations: [{ MetricNamespace: 'app/dev', MetricName: 'x', ...transformation }],
    },
  });
  const { counts } = fixedCost(
    stack(filter({ DefaultValue: 0 }), filter({}), {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: { Namespace: 'app/dev', MetricName: 'x' },
    }),
  );
  expect(counts).toMatchObject({ metric: 1, alarmMetric: 1 });
});

test('the first three dashboards are free', () => {
  const dashboards = Array.from({ length: 5 }, () => ({ Type: 'AWS::CloudWatch::Dashboard' }));
  expect(fixedCost(stack(...dashboards)).counts.dashboard).toBe(2);
});

test('what is not known to be free is refused by name', () => {
  expect(() => fixedCost(stack({ Type: 'AWS::EC2::NatGateway' }))).toThrow(
    'What does AWS::EC2::NatGateway cost',
  );
  expect(() => fixedCost(stack({ Type: 'AWS::CloudWatch::LogAlarm' }))).toThrow('tools/cost/fixed.ts');
});
