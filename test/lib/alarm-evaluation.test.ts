/** How alarms are evaluated here, which the rules for alarms stand on: metric math, periods, M of N, missing data. */
import { alarmStates, type Minutes, named } from '../support/alarms';
import { evaluate } from '../support/metric-math';

test.each([
  ['1 + 2 * 3 - 4 / 2', 5],
  ['(1 + 2) * 3', 9],
  ['IF(started >= 20 AND bad / started > 0.2, 1, 0)', 1],
  ['IF(started > 50 OR bad < 1, 1, 0)', 0],
  ['FILL(none, 7)', 7],
  ['FILL(bad, 7)', 10],
  ['none + 1', undefined],
  ['IF(none > 1, 1, 0)', undefined],
  ['bad / 0', undefined],
  ['IF(started < 1, bad / 0, 3)', 3],
])('%s is %s', (expression, value) => {
  expect(evaluate(expression, (id) => ({ started: 40, bad: 10 })[id])).toBe(value);
});

test.each(['ANOMALY(m)', '1 +', 'm m', 'IF(m, 1', 'm = 1'])('%s is not guessed at', (expression) => {
  expect(() => evaluate(expression, () => 1)).toThrow('Not understood here');
});

const alarm = {
  Namespace: 'N',
  MetricName: 'm',
  Period: 120,
  Statistic: 'Sum',
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  Threshold: 2,
  EvaluationPeriods: 3,
  DatapointsToAlarm: 2,
  TreatMissingData: 'notBreaching',
};

/** The first minute after which the alarm is on, from 1. */
const onAfter = (properties: object, m: Minutes) =>
  alarmStates({ ...alarm, ...properties }, named({ m }), 10).indexOf('ALARM') + 1;

test.each<[string, object, Minutes, number]>([
  ['two of three periods breach', {}, [1, 1, 0, 0, 1, 1], 6],
  ['two of three periods breach, and the one between is missing', {}, [1, 1, undefined, undefined, 1, 1], 6],
  ['one period breaches', {}, [0, 2, 0, 0, 0, 0, 0], 0],
  ['a period is any two minutes', { EvaluationPeriods: 1, DatapointsToAlarm: 1 }, [0, 1, 1], 3],
  ['all periods must breach', { DatapointsToAlarm: undefined }, [1, 1, 1, 1, 1, 1], 6],
  ['a maximum is no sum', { Statistic: 'Maximum' }, [1, 1, 1, 1, 1, 1], 0],
  ['several values in a minute', { EvaluationPeriods: 1, DatapointsToAlarm: 1 }, [[1, 1]], 1],
  [
    'a median',
    { Statistic: undefined, ExtendedStatistic: 'p50', EvaluationPeriods: 1, DatapointsToAlarm: 1 },
    [
      [1, 1, 9],
      [9, 9],
    ],
    2,
  ],
  ['above is more than at', { ComparisonOperator: 'GreaterThanThreshold' }, [1, 1, 1, 1], 0],
])('%s', (_case, properties, minutes, on) => {
  expect(onAfter(properties, minutes)).toBe(on);
});

test('an expression over metrics', () => {
  const metric = (Id: string) => ({
    Id,
    ReturnData: false,
    MetricStat: { Metric: { Namespace: 'N', MetricName: Id }, Period: 60, Stat: 'Sum' },
  });
  const Metrics = [{ Id: 'share', Expression: 'a / b' }, metric('a'), metric('b')];
  const shares = { ...alarm, Metrics, Threshold: 0.5, EvaluationPeriods: 1, DatapointsToAlarm: 1 };
  expect(alarmStates(shares, named({ a: [1, 2, 3], b: [4, 4, undefined] }), 3)).toEqual([
    'OK',
    'ALARM',
    'OK',
  ]);
});

test('an alarm that is not understood is not guessed at', () => {
  expect(() => alarmStates({ ...alarm, TreatMissingData: 'breaching' }, named({}), 1)).toThrow(
    'Not evaluated here',
  );
  expect(() => alarmStates({ ...alarm, Statistic: 'Average' }, named({ m: [1] }), 1)).toThrow(
    'Not evaluated here: the statistic Average',
  );
});
