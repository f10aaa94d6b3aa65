/**
 * One topic for all alarms of a stage, and one queue for the events that EventBridge could not deliver.
 */
import { CfnOutput, Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { StageStack, type StageStackProps } from '../stage-stack';
import { RunbookAlarm } from '../workflow/alarms';

export class OperationsStack extends StageStack {
  readonly alarmTopic: Topic;
  /** Dead-letter queue of every rule's target, and of functions that EventBridge calls. */
  readonly undelivered: Queue;

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

    this.undelivered = this.createUndelivered(key);

    new CfnOutput(this, 'AlarmTopicArn', { value: this.alarmTopic.topicArn });
    new CfnOutput(this, 'UndeliveredEventsQueueUrl', { value: this.undelivered.queueUrl });
  }

  private createUndelivered(key: Key): Queue {
    const queue = new Queue(this, 'UndeliveredEvents', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: this.removalPolicy,
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself.',
    });
    // Any rule of the account, because naming those of other stacks would make this stack depend on them.
    const anyRule = this.formatArn({ service: 'events', resource: 'rule', resourceName: '*' });
    queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: { ArnLike: { 'aws:SourceArn': anyRule } },
      }),
    );
    new RunbookAlarm(this, 'UndeliveredEventsWaiting', {
      cause: 'EventBridge gave up an event after its retries.',
      impact: 'Nobody is told of an execution that stopped half-way, or of what Stripe reports.',
      runbook: 'events-undelivered',
      metric: queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      topic: this.alarmTopic,
    });
    return queue;
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
