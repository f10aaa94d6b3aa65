/**
 * Alarms that a person can act on at three in the morning: each says what happened, who is harmed and what to do.
 */
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { appName } from '../../contracts/stacks';
import { StageStack } from '../stage-stack';
import { isObject, type JsonObject } from './json';
import { WorkflowStack } from './workflow-stack';

interface RunbookAlarmProps {
  /** What happened, in a sentence. */
  readonly cause: string;
  /** Who is harmed and how, in a sentence. */
  readonly impact: string;
  /** The alarm's section in the runbook, as an anchor: `order-processing-failed`. */
  readonly runbook: string;
  readonly metric: IMetric;
  /** From this value of the metric on. @default 1 */
  readonly threshold?: number;
  /** @default the alarm topic of the WorkflowStack */
  readonly topic?: ITopic;
}

/** Goes off the first time the metric is there, and notifies the stage's alarm topic. */
export class RunbookAlarm extends Alarm {
  constructor(
    scope: Construct,
    id: string,
    {
      cause,
      impact,
      runbook,
      metric,
      threshold = 1,
      topic = WorkflowStack.of(scope).alarmTopic,
    }: RunbookAlarmProps,
  ) {
    const { stage } = StageStack.of(scope);
    super(scope, id, {
      alarmDescription: `${cause}\nImpact: ${impact}\nRunbook: ${stage.runbookUrl}#${runbook}`,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.addAlarmAction(new SnsAction(topic));
  }
}

/** The alarms that every workflow has. */
export const alarmOnExecutions = (
  scope: Construct,
  machine: StateMachine,
  { workflow, impact }: { readonly workflow: string; readonly impact: string },
): void => {
  const options = { period: Duration.minutes(1), statistic: 'Sum' };
  const alarm = (id: string, runbook: string, cause: string, metric: IMetric) =>
    new RunbookAlarm(scope, id, { cause, impact, runbook: `${workflow}-${runbook}`, metric });

  alarm('Failed', 'failed', `An execution of ${workflow} failed.`, machine.metricFailed(options));
  alarm(
    'TimedOut',
    'timed-out',
    `An execution of ${workflow} ran into its time limit and undid nothing.`,
    machine.metricTimedOut(options),
  );
  alarm(
    'Aborted',
    'aborted',
    `An execution of ${workflow} was stopped and undid nothing.`,
    machine.metricAborted(options),
  );
  alarm(
    'Throttled',
    'throttled',
    `Step Functions held back transitions of ${workflow}.`,
    machine.metricThrottled(options),
  );
};

/** States at which an execution SUCCEEDS and somebody must still hear of it. Every definition that has one has its alarm. */
const quietEnds = {
  EndedWithoutNotice: { id: 'NotTold', runbook: 'not-told', what: 'ended, and its topic could not be told' },
  NoAnswer: { id: 'NotAnswered', runbook: 'not-answered', what: 'ended because nobody answered it in time' },
};

/** Counts such ends in the machine's log, which has the names of states also where it has no data. */
export const alarmOnQuietEnds = (
  scope: Construct,
  logGroup: LogGroup,
  definition: JsonObject,
  { workflow, impact }: { readonly workflow: string; readonly impact: string },
): void => {
  const { stage } = WorkflowStack.of(scope);
  for (const [state, { id, runbook, what }] of Object.entries(quietEnds)) {
    if (!isObject(definition.States) || !Object.hasOwn(definition.States, state)) continue;
    const filter = new MetricFilter(scope, `${id}Filter`, {
      logGroup,
      filterPattern: FilterPattern.all(
        FilterPattern.stringValue('$.type', '=', 'SucceedStateEntered'),
        FilterPattern.stringValue('$.details.name', '=', state),
      ),
      metricNamespace: `${appName}/${stage.name}`,
      metricName: `${workflow}/${state}`,
      defaultValue: 0,
    });
    new RunbookAlarm(scope, id, {
      cause: `An execution of ${workflow} ${what}.`,
      impact,
      runbook: `${workflow}-${runbook}`,
      metric: filter.metric({ statistic: 'Sum', period: Duration.minutes(5) }),
    });
  }
};
