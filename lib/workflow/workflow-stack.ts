/**
 * The base of every stack with workflows. Their alarms go to its topic.
 */
import { Stack } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct, IConstruct } from 'constructs';
import { StageStack, type StageStackProps } from '../stage-stack';

export interface WorkflowStackProps extends StageStackProps {
  /** Topic of the stage's alarms that wake somebody, and of executions that stopped half-way. */
  readonly alarmTopic: ITopic;
  /** Topic of the stage's alarms that wait for the working day. */
  readonly ticketTopic: ITopic;
  /** Queue of the stage's events that could not be delivered. */
  readonly undelivered: IQueue;
  /** Whether it has a dashboard of its own, where the stage has those. The stage's shows it in any case. @default true */
  readonly hasDashboard?: boolean;
}

export abstract class WorkflowStack extends StageStack {
  readonly alarmTopic: ITopic;
  readonly ticketTopic: ITopic;
  readonly undelivered: IQueue;
  readonly hasDashboard: boolean;

  constructor(scope: Construct, id: string, props: WorkflowStackProps) {
    super(scope, id, props);
    this.alarmTopic = props.alarmTopic;
    this.ticketTopic = props.ticketTopic;
    this.undelivered = props.undelivered;
    this.hasDashboard = (props.hasDashboard ?? true) && props.stage.dashboards === 'EACH_STACK';
  }

  /** Returns the WorkflowStack that contains a construct. @throws when another kind of stack does */
  static override of(construct: IConstruct): WorkflowStack {
    const stack = Stack.of(construct);
    if (!(stack instanceof WorkflowStack)) {
      throw new Error(`${construct.node.path} has alarms: put it into a stack that extends WorkflowStack.`);
    }
    return stack;
  }
}
