/**
 * What watches everything: one topic per stage for all alarms.
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
    super(scope, id, props);

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
    this.letCloudWatchPublish(this.alarmTopic, key);

    new CfnOutput(this, 'AlarmTopicArn', { value: this.alarmTopic.topicArn });
  }

  /** Neither comes by itself: the key's policy is ours, and that of enforceSSL replaces the topic's default. */
  private letCloudWatchPublish(topic: Topic, key: Key): void {
    const principals = [new ServicePrincipal('cloudwatch.amazonaws.com')];
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    // In a key's policy `*` is the key itself.
    key.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
  }
}
