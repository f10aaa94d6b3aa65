/**
 * Alarms that a person can act on: each says what happened, who is harmed and what to do.
 */
import { ArnFormat } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { StageStack } from '../stage-stack';
import { WorkflowStack } from './workflow-stack';

/** A page wakes somebody: money, goods or customers are at stake now. A ticket waits for the working day. */
export type Severity = 'page' | 'ticket';

export interface RunbookAlarmProps {
  readonly severity: Severity;
  /** What happened, in a sentence. */
  readonly cause: string;
  /** Who is harmed and how, in a sentence. */
  readonly impact: string;
  /** The alarm's section in the runbook, as an anchor: `order-processing-failed`. */
  readonly runbook: string;
  /** What is missing of it is taken for good. */
  readonly metric: IMetric;
  /** From this value of the metric on. @default 1 */
  readonly threshold?: number;
  /** In how many of the last periods. @default the first time */
  readonly inPeriods?: { readonly datapoints: number; readonly of: number };
  /** @default the WorkflowStack's topic of the severity */
  readonly topic?: ITopic;
  /** Its name, when each release has another one in its place. @default the stack's name and the construct's place in it */
  readonly name?: string;
}

export class RunbookAlarm extends Alarm {
  /** Its ARN, which other stacks may use without depending on its stack. */
  readonly arnByName: string;
  /** Whether each release has another one in its place. */
  readonly isOfRelease: boolean;

  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    const { severity, cause, impact, runbook, metric, threshold = 1, name } = props;
    const { datapoints, of } = props.inPeriods ?? { datapoints: 1, of: 1 };
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
      evaluationPeriods: of,
      ...(of > 1 && { datapointsToAlarm: datapoints }),
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const action = new SnsAction(props.topic ?? topicFor(severity, scope));
    this.addAlarmAction(action);
    this.addOkAction(action);
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

const topicFor = (severity: Severity, scope: Construct): ITopic => {
  const { alarmTopic, ticketTopic } = WorkflowStack.of(scope);
  return { page: alarmTopic, ticket: ticketTopic }[severity];
};
