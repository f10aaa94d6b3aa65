/** An encrypted topic for whom a workflow tells of an outcome, with an alarm on what subscribers do not get. */
import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { RunbookAlarm } from '../workflow/alarms';

export interface NoticeTopicProps {
  readonly key: IKey;
  /** The section of the runbook. */
  readonly runbook: string;
  /** Who is not told of what, in a sentence. */
  readonly impact: string;
}

export class NoticeTopic extends Topic {
  constructor(scope: Construct, id: string, { key, runbook, impact }: NoticeTopicProps) {
    super(scope, id, { masterKey: key, enforceSSL: true });
    new RunbookAlarm(this, 'NotDelivered', {
      severity: 'ticket',
      cause: `SNS gave up messages of the topic ${id}: a subscriber does not take them.`,
      impact,
      runbook,
      metric: this.metricNumberOfNotificationsFailed({ period: Duration.minutes(5), statistic: 'Sum' }),
    });
  }
}
