/**
 * Whom a stage tells: a topic for alarms that wake somebody, one for those that wait for the working day, and a queue for
 * the events that EventBridge could not deliver.
 */
import { CfnOutput, Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { StageStack, type StageStackProps } from '../stage-stack';
import { RunbookAlarm } from '../workflow/alarms';
import { alarmOnAccount } from './operations/account-alarms';

export class OperationsStack extends StageStack {
  /** Receives pages. */
  readonly alarmTopic: Topic;
  /** Receives tickets. */
  readonly ticketTopic: Topic;
  /** Dead-letter queue of every rule's target, and of functions that EventBridge calls. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, props: StageStackProps) {
    super(scope, id, { ...props, description: 'Whom the stage tells when something is wrong' });

    const key = new Key(this, 'Key', {
      description: `Alarms of stage ${this.stage.name}`,
      enableKeyRotation: true,
      removalPolicy: this.removalPolicy,
    });
    // CloudWatch publishes alarms, EventBridge how single executions ended.
    letUse(key, 'cloudwatch.amazonaws.com', this.ofThisAccount());
    letUse(key, 'events.amazonaws.com');
    this.alarmTopic = this.createTopic('Alarms', key);
    this.ticketTopic = this.createTopic('Tickets', key);
    // Without conditions, because EventBridge passes no source account to encrypted topics:
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    letPublish(this.alarmTopic, 'events.amazonaws.com');

    this.undelivered = this.createUndelivered(key);
    alarmOnAccount(this, { page: this.alarmTopic, ticket: this.ticketTopic });

    new CfnOutput(this, 'AlarmTopicArn', { value: this.alarmTopic.topicArn });
    new CfnOutput(this, 'TicketTopicArn', { value: this.ticketTopic.topicArn });
    new CfnOutput(this, 'UndeliveredEventsQueueUrl', { value: this.undelivered.queueUrl });
  }

  private createTopic(id: string, key: Key): Topic {
    const displayName = `${id} ${this.stage.name}`;
    const topic = new Topic(this, id, { displayName, masterKey: key, enforceSSL: true });
    letPublish(topic, 'cloudwatch.amazonaws.com', this.ofThisAccount());
    return topic;
  }

  private ofThisAccount(): Record<string, unknown> {
    return { StringEquals: { 'aws:SourceAccount': this.account } };
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
      severity: 'page',
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
}

/** Lets a service publish, which enforceSSL, replacing the topic's default policy, has taken away. */
const letPublish = (topic: Topic, service: string, conditions?: Record<string, unknown>): void => {
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(service)],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      ...(conditions && { conditions }),
    }),
  );
};

/** Lets a service encrypt what it publishes. In a key's policy, `*` means the key itself. */
const letUse = (key: Key, service: string, conditions?: Record<string, unknown>): void => {
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(service)],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      ...(conditions && { conditions }),
    }),
  );
};
