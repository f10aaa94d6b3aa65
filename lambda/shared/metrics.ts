/**
 * Metrics by log line: CloudWatch reads them from the line itself (embedded metric format), so that a function needs no
 * permission and no call.
 */
import { environment } from './handler';

interface Counted {
  /** `<workflow>/<what>` */
  readonly name: string;
  readonly value: number;
  /** What the metric is told apart by. Never data of customers. @default nothing */
  readonly by?: Readonly<Record<string, string>>;
}

/** Returns members of a log line, in whose names the metric has its own and those of its dimensions. */
export type AsMetric = (counted: Counted) => Record<string, unknown>;

/** In the namespace of METRICS_NAMESPACE. */
export const asMetric: AsMetric = ({ name, value, by = {} }) => ({
  _aws: {
    Timestamp: Date.now(),
    CloudWatchMetrics: [
      {
        Namespace: environment('METRICS_NAMESPACE'),
        Dimensions: [Object.keys(by)],
        Metrics: [{ Name: name }],
      },
    ],
  },
  ...by,
  [name]: value,
});
