/**
 * Alarms on what all workflows of the account and Region share: the quotas of Step Functions and Lambda, and EventBridge,
 * through which people hear of executions. Stages that share an account are all told.
 */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { StateTransitionMetric } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { RunbookAlarm, type RunbookAlarmProps } from '../../workflow/alarms';

const minute = { period: Duration.minutes(1), statistic: 'Sum' };

/** A moment of throttling is what retries are for. */
const lasting = { datapoints: 3, of: 5 };

/** Of all functions together, whose metric has no dimension. */
const throttledFunctions = LambdaFunction.metricAllThrottles(minute);

const throttledStarts = new Metric({
  namespace: 'AWS/States',
  metricName: 'ThrottledEvents',
  dimensionsMap: { APIName: 'StartExecution' },
  ...minute,
});

/**
 * EventBridge counts for each rule what neither its target nor the queue for undelivered events took. A query counts
 * those of rules to come, too.
 */
const lostEvents: IMetric = new MathExpression({
  expression: 'SELECT SUM(InvocationsFailedToBeSentToDlq) FROM SCHEMA("AWS/Events", RuleName)',
  period: Duration.minutes(5),
});

export const alarmOnAccount = (scope: Construct, topics: { page: ITopic; ticket: ITopic }): void => {
  const alarm = (id: string, props: Omit<RunbookAlarmProps, 'topic'>) =>
    new RunbookAlarm(scope, id, { ...props, topic: topics[props.severity] });

  alarm('StartsThrottled', {
    severity: 'page',
    cause: 'Step Functions refuses to start executions: too many are started at once in this account.',
    impact: 'Orders and signups are not taken until their callers try again.',
    runbook: 'starts-throttled',
    metric: throttledStarts,
    inPeriods: lasting,
  });
  alarm('TransitionsThrottled', {
    severity: 'ticket',
    cause: 'Step Functions holds back state transitions: all executions of this account make too many.',
    impact: 'Orders and signups are late.',
    runbook: 'transitions-throttled',
    metric: StateTransitionMetric.metricThrottledEvents(minute),
    inPeriods: lasting,
  });
  alarm('FunctionsThrottled', {
    severity: 'ticket',
    cause: 'Lambda refuses calls: as many functions run as this account may run at once.',
    impact: 'Orders and signups are late, and some are undone when their retries are used up.',
    runbook: 'functions-throttled',
    metric: throttledFunctions,
    inPeriods: lasting,
  });
  alarm('EventsLost', {
    severity: 'page',
    cause: 'EventBridge could put an event neither where it belongs nor into the queue for undelivered ones.',
    impact:
      'Nobody is told of an execution that stopped half-way, or of what Stripe reports, and it is in no queue.',
    runbook: 'events-lost',
    metric: lostEvents,
  });
};
