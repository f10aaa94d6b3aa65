/**
 * Alarms that a person can act on at three in the morning: each says what happened, who is harmed and what to do.
 */
import { ArnFormat, Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { StageStack } from '../stage-stack';
import type { OutcomeCounts } from './outcomes';
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
  /** Its name, when each release has another one in its place. @default the stack's name and the construct's place in it */
  readonly name?: string;
}

/** Goes off the first time the metric is there, and notifies the stage's alarm topic. */
export class RunbookAlarm extends Alarm {
  /** Its ARN, which other stacks may use without depending on its stack. */
  readonly arnByName: string;
  /** Whether each release has another one in its place. */
  readonly isOfRelease: boolean;

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
      name,
    }: RunbookAlarmProps,
  ) {
    const stack = StageStack.of(scope);
    const { stage } = stack;
    const alarmName = name ?? nameOf(stack, scope, id);
    super(scope, id, {
      // People read it in messages and on dashboards; CloudFormation's own ends in 20 letters of chance.
      alarmName,
      alarmDescription: `${cause}\nImpact: ${impact}\nRunbook: ${stage.runbookUrl}#${runbook}`,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.addAlarmAction(new SnsAction(topic));
    this.isOfRelease = name !== undefined;
    this.arnByName = stack.formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: alarmName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}

/** `workflows-prod-OrderProcessing-Fulfilment-NotPolled`: the stack's name, and the construct's place in it. */
const nameOf = (stack: StageStack, scope: Construct, id: string): string => {
  const place = scope.node.scopes.slice(stack.node.scopes.length).map(({ node }) => node.id);
  return [stack.stackName, ...place, id].join('-');
};

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

/** The alarms of the ends that nobody would hear of (./outcomes). */
export const alarmOnQuietEnds = (
  scope: Construct,
  counts: OutcomeCounts,
  { workflow, impact }: { readonly workflow: string; readonly impact: string },
): void => {
  const alarms = [
    ['NotTold', 'not-told', 'ended, and its topic could not be told'],
    ['NotAnswered', 'not-answered', 'ended because nobody answered it in time'],
  ] as const;
  for (const [outcome, runbook, what] of alarms) {
    if (!counts.has(outcome)) continue;
    new RunbookAlarm(scope, outcome, {
      cause: `An execution of ${workflow} ${what}.`,
      impact,
      runbook: `${workflow}-${runbook}`,
      metric: counts.metric(outcome, { period: Duration.minutes(5) }),
    });
  }
};
