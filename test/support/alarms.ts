/**
 * Evaluates the alarms of templates over simulated metrics, each minute, as CloudWatch does: of the last N periods, which
 * end with that minute, M must breach. Only what this project's alarms use.
 */
import { evaluate } from './metric-math';

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
}

/** What was recorded of a metric in each minute: nothing, a value, or several. */
export type Minutes = readonly (undefined | number | readonly number[])[];

/** Of a metric that is not there, undefined. */
export type Recorded = (metric: Metric) => Minutes | undefined;

/** Metrics that differ in their names. */
export const named =
  (recorded: Readonly<Record<string, Minutes>>): Recorded =>
  ({ MetricName }) =>
    recorded[MetricName];

interface Query {
  readonly Id: string;
  readonly ReturnData?: boolean;
  readonly Expression?: string;
  readonly Period?: number;
  readonly MetricStat?: { readonly Metric: Metric; readonly Period: number; readonly Stat: string };
}

interface AlarmProperties extends Partial<Metric> {
  readonly Period?: number;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Metrics?: readonly Query[];
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData?: string;
}

const comparisons: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};

/** The alarm's state after each of some minutes. @throws for an alarm of a kind that is not evaluated here */
export const alarmStates = (properties: unknown, recorded: Recorded, minutes: number): ('OK' | 'ALARM')[] => {
  const alarm = properties as AlarmProperties;
  const breaches = comparisons[alarm.ComparisonOperator];
  if (!breaches || alarm.TreatMissingData !== 'notBreaching') {
    throw new Error(
      `Not evaluated here: ${alarm.ComparisonOperator}, missing data ${alarm.TreatMissingData}`,
    );
  }
  const queries = queriesOf(alarm);
  const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods, Threshold } = alarm;
  const period = Math.max(...queries.map(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? 0)) / 60;
  return Array.from({ length: minutes }, (_, minute) => {
    const datapoints = Array.from({ length: EvaluationPeriods }, (_, back) =>
      datapointOf(queries, recorded, minute + 1 - back * period, period),
    );
    const breaching = datapoints.filter((value) => value !== undefined && breaches(value, Threshold));
    return breaching.length >= DatapointsToAlarm ? 'ALARM' : 'OK';
  });
};

const queriesOf = ({ Metrics, ...alarm }: AlarmProperties): readonly Query[] => {
  if (Metrics) return Metrics;
  const { Namespace = '', MetricName = '', Dimensions = [], Period = 0 } = alarm;
  const Stat = alarm.Statistic ?? alarm.ExtendedStatistic ?? '';
  return [{ Id: 'it', MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat } }];
};

/** What is compared with the threshold, of the `length` minutes before minute `end`. */
const datapointOf = (queries: readonly Query[], recorded: Recorded, end: number, length: number) => {
  const returned = queries.find(({ ReturnData }) => ReturnData !== false);
  const resultOf = ({ Expression = '', MetricStat }: Query): number | undefined => {
    const insights = /^SELECT (\w+)\((\w+)\) FROM SCHEMA\("([\w/]+)", \w+\)$/.exec(Expression);
    if (insights) {
      const [, stat = '', MetricName = '', Namespace = ''] = insights;
      return statistic(stat, recorded({ Namespace, MetricName }), end, length);
    }
    if (MetricStat) return statistic(MetricStat.Stat, recorded(MetricStat.Metric), end, length);
    return evaluate(Expression, (id) => {
      const query = queries.find(({ Id }) => Id === id);
      if (!query) throw new Error(`There is no metric ${id} for ${Expression}`);
      return resultOf(query);
    });
  };
  return returned && resultOf(returned);
};

const statistic = (name: string, minutes: Minutes = [], end: number, length: number): number | undefined => {
  const values = minutes
    .slice(Math.max(0, end - length), Math.max(0, end))
    .flatMap((value) => value ?? [])
    .sort((a, b) => a - b);
  if (values.length === 0) return undefined;
  const [, percentile] = /^p(\d+)$/.exec(name) ?? [];
  if (percentile) return values[Math.ceil((Number(percentile) / 100) * values.length) - 1];
  if (/^sum$/i.test(name)) return values.reduce((sum, value) => sum + value, 0);
  if (/^max(imum)?$/i.test(name)) return values.at(-1);
  throw new Error(`Not evaluated here: the statistic ${name}`);
};
