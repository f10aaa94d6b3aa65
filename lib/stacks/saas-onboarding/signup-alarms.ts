/** Alarms on the business of signups. */
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { RunbookAlarm } from '../../workflow/alarms';
import type { Workflow } from '../../workflow/workflow';

const often = { ofAtLeast: 10, period: Duration.hours(1) };

export const alarmOnSignups = (scope: Construct, signups: Workflow): void => {
  new RunbookAlarm(scope, 'RejectedOften', {
    severity: 'ticket',
    cause: 'In an hour, more than half of the signups were rejected.',
    impact: 'New customers cannot sign up, or somebody tries what is let in.',
    runbook: 'signups-rejected-often',
    metric: signups.share('rejected', often),
    threshold: 0.5,
  });
  new RunbookAlarm(scope, 'UndoneOften', {
    severity: 'ticket',
    cause: 'In an hour, more than a tenth of the signups were undone.',
    impact: 'New customers cannot sign up.',
    runbook: 'signups-undone-often',
    metric: signups.share('undone', often),
    threshold: 0.1,
  });
};
