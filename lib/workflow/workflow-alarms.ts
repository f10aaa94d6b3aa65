/** The alarms that every workflow has. */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { RunbookAlarm, type Severity } from './alarms';
import { distributedMapLabels } from './distributed-map';
import type { JsonObject } from './json';
import type { OutcomeCounts } from './outcomes';

export interface WorkflowAlarmsProps {
  readonly workflow: string;
  readonly impact: string;
  /** Of executions that failed, timed out or were aborted. */
  readonly severity: Severity;
  readonly machine: StateMachine;
  readonly definition: JsonObject;
  readonly outcomes: OutcomeCounts;
}

const minute = { period: Duration.minutes(1), statistic: 'Sum' };

export const alarmOnExecutions = (scope: Construct, props: WorkflowAlarmsProps): void => {
  const { workflow, impact, severity, machine, definition, outcomes } = props;
  const alarm = (id: string, cause: string, metric: IMetric, runbook: string, as: Severity = severity) =>
    new RunbookAlarm(scope, id, { severity: as, cause, impact, metric, runbook: `${workflow}-${runbook}` });

  alarm('Failed', `An execution of ${workflow} failed.`, machine.metricFailed(minute), 'failed');
  alarm(
    'TimedOut',
    `An execution of ${workflow} ran into its time limit and undid nothing.`,
    machine.metricTimedOut(minute),
    'timed-out',
  );
  alarm(
    'Aborted',
    `An execution of ${workflow} was stopped and undid nothing.`,
    machine.metricAborted(minute),
    'aborted',
  );

  const quietEnd = (outcome: string, what: string, runbook: string) => {
    if (!outcomes.has(outcome)) return;
    const metric = outcomes.metric(outcome, { period: Duration.minutes(5) });
    alarm(outcome, `An execution of ${workflow} ${what}.`, metric, runbook, 'ticket');
  };
  quietEnd('NotTold', 'ended, and its topic could not be told', 'not-told');
  quietEnd('NotAnswered', 'ended because nobody answered it in time', 'not-answered');

  // The children of a Distributed Map count under a name of their own; those that it tolerates fail nothing else.
  for (const label of distributedMapLabels(definition)) {
    const metric = new Metric({
      namespace: 'AWS/States',
      metricName: 'ExecutionsFailed',
      dimensionsMap: { StateMachineArn: `${machine.stateMachineArn}/${label}` },
      period: Duration.minutes(5),
      statistic: 'Sum',
    });
    alarm(`${label}Failed`, `Batches of ${label} in ${workflow} failed.`, metric, 'batches-failed', 'ticket');
  }
};

interface OverdueProps {
  readonly workflow: string;
  readonly impact: string;
  readonly severity: Severity;
  readonly afterSeconds: number;
  readonly metric: IMetric;
}

export const alarmOnOverdue = (
  scope: Construct,
  { workflow, impact, severity, afterSeconds, metric }: OverdueProps,
): void => {
  new RunbookAlarm(scope, 'Overdue', {
    severity,
    cause: `An execution of ${workflow} has been running for more than ${Duration.seconds(afterSeconds).toHumanString()}.`,
    impact,
    runbook: `${workflow}-overdue`,
    metric,
    // Counted every other minute. Once is no more than an execution that goes on at this moment, after a review.
    inPeriods: { datapoints: 2, of: 5 },
  });
};
