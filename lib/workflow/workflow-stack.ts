/**
 * The base of every stack with workflows: their alarms go to its topic.
 */
import { Stack } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct, IConstruct } from 'constructs';
import { StageStack, type StageStackProps } from '../stage-stack';

export interface WorkflowStackProps extends StageStackProps {
  /** Where the stage's alarms go. */
  readonly alarmTopic: ITopic;
}

export abstract class WorkflowStack extends StageStack {
  readonly alarmTopic: ITopic;

  constructor(scope: Construct, id: string, props: WorkflowStackProps) {
    super(scope, id, props);
    this.alarmTopic = props.alarmTopic;
  }

  /** The stack around a construct, which must be one with an alarm topic. */
  static override of(construct: IConstruct): WorkflowStack {
    const stack = Stack.of(construct);
    if (!(stack instanceof WorkflowStack)) {
      throw new Error(`${construct.node.path} has alarms: put it into a stack that extends WorkflowStack.`);
    }
    return stack;
  }
}
