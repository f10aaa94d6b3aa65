/** Alarms on the business of orders, which all SUCCEED and yet may not ship. */
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { RunbookAlarm } from '../../workflow/alarms';
import type { Workflow } from '../../workflow/workflow';

const often = { ofAtLeast: 20, period: Duration.hours(1) };

export const alarmOnOrders = (scope: Construct, orders: Workflow): void => {
  new RunbookAlarm(scope, 'NotShipping', {
    severity: 'page',
    cause: 'For a quarter of an hour, most orders have neither shipped nor got as far as a review.',
    impact: 'Customers order and get nothing.',
    runbook: 'orders-not-shipping',
    // Few are enough, because it lasts. An order that is under way at the end of a period does not make it one.
    metric: orders.share('started - shipped - reviewed', { ofAtLeast: 5, period: Duration.minutes(5) }),
    threshold: 0.5,
    inPeriods: { datapoints: 3, of: 3 },
  });
  new RunbookAlarm(scope, 'PaidSeldom', {
    severity: 'ticket',
    cause: 'In an hour, the cards of more than a fifth of the orders were declined or could not be charged.',
    impact: 'Customers who want to pay cannot, or somebody tries stolen cards.',
    runbook: 'payments-declined-often',
    metric: orders.share('notPaid', often),
    threshold: 0.2,
  });
  new RunbookAlarm(scope, 'UndoneOften', {
    severity: 'ticket',
    cause: 'In an hour, more than a tenth of the orders were undone although their cards were good.',
    impact:
      'Customers who could pay get nothing: for want of stock or of an approval, or for a technical failure.',
    runbook: 'orders-undone-often',
    metric: orders.share('undone - notPaid', often),
    threshold: 0.1,
  });
  new RunbookAlarm(scope, 'Slow', {
    severity: 'ticket',
    cause: 'Half of the orders take longer than 30 seconds.',
    impact: 'Customers wait for their confirmation.',
    runbook: 'orders-slow',
    // Not a higher percentile: those have waited for a review.
    metric: orders.stateMachine.metricTime({ statistic: 'p50', period: Duration.minutes(5) }),
    threshold: 30_000,
    inPeriods: { datapoints: 3, of: 3 },
  });
};
