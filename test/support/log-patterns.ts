/** Filter patterns of CloudWatch Logs over JSON, and the events that Step Functions logs. Only what this project uses. */
import { type LogEvent, logEvent } from '../../tools/simulator/log-event';
import type { HistoryEvent } from '../../tools/simulator/types';

/**
 * Whether a pattern such as `{ ($.type = "A") && ($.details.name = "B") }` matches an event.
 * @throws for a pattern of another shape
 */
export const matches = (pattern: string, event: unknown): boolean => {
  const [, conditions] = /^\{ (.+) \}$/.exec(pattern) ?? [];
  if (conditions === undefined) throw new Error(`Not a pattern for JSON: ${pattern}`);
  return conditions.split(' && ').every((condition) => {
    const [, path = '', wanted] = /^\(?\$\.([\w.]+) = "([^"*]*)"\)?$/.exec(condition) ?? [];
    if (wanted === undefined) throw new Error(`A condition that is not understood here: ${condition}`);
    return path.split('.').reduce<unknown>((value, key) => Object(value)[key], event) === wanted;
  });
};

/** An event of a history as a state machine with `includeExecutionData: false` logs it. */
export const loggedWithoutData = (event: HistoryEvent, arn: string): LogEvent =>
  logEvent(event, { arn }, { withData: false });
