// An event of a history as Step Functions logs it.

import type { HistoryEvent } from './types';

/** Members of an event's details that a log without execution data leaves out. */
const data = new Set([
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'parameters',
  'assignedVariables',
  'assignedVariablesDetails',
]);

export interface LogEvent {
  readonly id: string;
  /** `TaskStateEntered` */
  readonly type: string;
  /** The event's own, such as `name`, or `error` and `cause`. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly previous_event_id: string;
  /** Milliseconds. */
  readonly event_timestamp: string;
  readonly execution_arn: string;
  readonly redrive_count: string;
}

export function logEvent(
  event: HistoryEvent,
  { arn, redriveCount = 0 }: { readonly arn: string; readonly redriveCount?: number },
  { withData }: { readonly withData: boolean },
): LogEvent {
  const { id, previousEventId, timestamp, type, ...rest } = event;
  const [details = {}] = Object.values(rest);
  return {
    id: String(id),
    type,
    details: withData
      ? details
      : Object.fromEntries(Object.entries(details).filter(([name]) => !data.has(name))),
    previous_event_id: String(previousEventId),
    event_timestamp: String(timestamp.getTime()),
    execution_arn: arn,
    redrive_count: String(redriveCount),
  };
}
