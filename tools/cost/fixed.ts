/** What a stage costs in a month in which nothing happens, from its templates. Data and logs that are kept come on top. */
import { FREE_DASHBOARDS, MONTHLY } from './prices';

/** What a stage may cost in a month in which nothing happens, in dollars. */
export const FIXED_LIMIT = 15;

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A stage's templates, by stack. */
export type Templates = Readonly<Record<string, { readonly Resources: Readonly<Record<string, Resource>> }>>;

export interface FixedCost {
  /** What there is of each. */
  readonly counts: Readonly<Record<keyof typeof MONTHLY, number>>;
  readonly dollars: number;
}

/** Services whose resources cost by use alone. */
const BY_USE = /^AWS::(DynamoDB|Events|IAM|Lambda|Logs|S3|Scheduler|SNS|SQS|StepFunctions)::/;

/** The Stripe key, which a person creates: it is in no template. A connection's own secret costs nothing. */
const SECRETS_BY_HAND = 1;

/** @throws when a resource's price is not known */
export function fixedCost(templates: Templates): FixedCost {
  const resources = Object.values(templates).flatMap((template) => Object.values(template.Resources));
  const of = (type: string) => resources.filter(({ Type }) => Type === type);
  for (const { Type } of resources) {
    if (BY_USE.test(Type) || KNOWN.has(Type)) continue;
    throw new Error(
      `What does ${Type} cost when nothing happens? Say so in tools/cost/fixed.ts and prices.ts.`,
    );
  }
  const alarms = of('AWS::CloudWatch::Alarm');
  const dashboards = of('AWS::CloudWatch::Dashboard');
  const counts = {
    alarmMetric: alarms.reduce((sum, alarm) => sum + watchedBy(alarm).length, 0),
    compositeAlarm: of('AWS::CloudWatch::CompositeAlarm').length,
    metric: of('AWS::Logs::MetricFilter').filter(countsZeros).length,
    dashboard: Math.max(0, dashboards.length - FREE_DASHBOARDS),
    key: of('AWS::KMS::Key').length,
    secret: of('AWS::SecretsManager::Secret').length + SECRETS_BY_HAND,
  };
  const dollars = Object.entries(MONTHLY).reduce(
    (sum, [name, price]) => sum + price.dollars * counts[name as keyof typeof MONTHLY],
    0,
  );
  return { counts, dollars };
}

const KNOWN = new Set([
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::SecretsManager::Secret',
]);

interface Metric {
  readonly Namespace?: unknown;
  readonly MetricName?: unknown;
}

const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.map(Object) : []);

/** An alarm on an expression pays for each metric in it. */
function watchedBy({ Properties = {} }: Resource): Metric[] {
  const inExpression = list(Properties.Metrics).flatMap(({ MetricStat }) => Object(MetricStat).Metric ?? []);
  return inExpression.length > 0 ? inExpression : [Properties];
}

/** A metric costs by the hours in which it has a value. Others of ours have one only when what they count happens. */
const countsZeros = ({ Properties = {} }: Resource): boolean =>
  list(Properties.MetricTransformations).some(({ DefaultValue }) => DefaultValue !== undefined);
