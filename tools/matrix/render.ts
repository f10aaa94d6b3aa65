/** One run, for whoever wants to know how it came to that. */
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Colors } from 'picocolors/types';
import { renderHistory } from '../../bin/history/render';
import { timelineOf } from '../../bin/history/timeline';
import type { Execution } from '../simulator/types';
import { planText } from './plan';
import type { Report } from './run';
import { outcomeOf } from './site';

export function renderReport(report: Report, colours: Colors): string {
  const { plan, attempts, executions, missed, violations } = report;
  const children = new Map(executions.map((execution) => [execution.arn, timelineOf(eventsOf(execution))]));
  const histories = attempts.map((attempt) => {
    const { name, stopDate } = attempt.execution;
    const timeline = timelineOf(eventsOf(attempt.execution));
    const history = renderHistory(timeline, {
      name,
      now: stopDate ?? new Date(),
      command: (words) => words,
      colours,
      children,
    });
    return `${colours.bold(`${attempt.role}: ${outcomeOf(attempt)}`)}\n${history}`;
  });
  const verdicts = violations.map(
    ({ statement, detail }) => `${colours.red('Broken')}: ${statement}\n  ${detail}`,
  );
  return [
    planText(plan),
    ...histories,
    ...missed.map((strike) => `${colours.yellow('Never struck')}: ${strike}`),
    ...(verdicts.length > 0 ? verdicts : [colours.green('No invariant is broken')]),
  ].join('\n\n');
}

/** The simulator's events have the API's shape. */
const eventsOf = (execution: Execution): HistoryEvent[] => Object(execution.events);
