/**
 * One topic for all alarms of a stage.
 */
import { CfnOutput } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { StageStack, type StageStackProps } from '../stage-stack';

export class OperationsStack extends StageStack {
  readonly alarmTopic: Topic;

  constructor(scope: Construct, id: string, props: StageStackProps) {
    super(scope, id, { ...props, description: 'Whom the stage tells when something is wrong' });

    const key = new Key(this, 'Key', {
      description: `Alarms of stage ${this.stage.name}`,
      enableKeyRotation: true,
      removalPolicy: this.removalPolicy,
    });
    this.alarmTopic = new Topic(this, 'Alarms', {
      displayName: `Alarms ${this.stage.name}`,
      masterKey: key,
      enforceSSL: true,
    });
    // CloudWatch publishes alarms, EventBridge how single executions ended.
    this.letPublish('cloudwatch.amazonaws.com', { StringEquals: { 'aws:SourceAccount': this.account } }, key);
    // Without conditions, because EventBridge passes no source account to encrypted topics:
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    this.letPublish('events.amazonaws.com', undefined, key);

    new CfnOutput(this, 'AlarmTopicArn', { value: this.alarmTopic.topicArn });
  }

  /** Both policies need the statement: the key is our own, and enforceSSL replaces the topic's default policy. */
  private letPublish(service: string, conditions: Record<string, unknown> | undefined, key: Key): void {
    const principals = [new ServicePrincipal(service)];
    this.alarmTopic.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['sns:Publish'],
        resources: [this.alarmTopic.topicArn],
        ...(conditions && { conditions }),
      }),
    );
    // In a key's policy, `*` means the key itself.
    key.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
  }
}
