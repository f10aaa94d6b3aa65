/**
 * A FIFO queue for work that must not be lost. Messages that the consumer cannot handle wait in a dead-letter queue,
 * which has an alarm; so has a queue whose messages nobody takes, which would vanish unheard after 14 days.
 */
import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { StageStack } from '../stage-stack';
import { RunbookAlarm } from '../workflow/alarms';

/** A consumer that works takes a message at once; one that was deployed anew, or restarted, within minutes. */
const MAX_AGE = Duration.minutes(10);

export interface FifoQueueProps {
  /** The queue's name in alarms; its sections in the runbook are `<name>-dead-letters` and `<name>-not-polled`. */
  readonly name: string;
  /** Who is harmed when messages are not handled, and how, in a sentence. */
  readonly impact: string;
  readonly key: IKey;
}

export class FifoQueue extends Construct {
  readonly name: string;
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { name, impact, key }: FifoQueueProps) {
    super(scope, id);
    this.name = name;
    const { removalPolicy } = StageStack.of(this);
    const common = {
      fifo: true,
      // Senders choose the deduplication id, so that a repeated request is the same message.
      contentBasedDeduplication: false,
      // Groups do not wait for each other; without both of these the queue as a whole takes 300 messages a second.
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      // SQS's longest, because the consumer may be out of order for days.
      retentionPeriod: Duration.days(14),
      removalPolicy,
    };
    this.deadLetters = new Queue(this, 'DeadLetters', common);
    this.queue = new Queue(this, 'Queue', {
      ...common,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });

    new RunbookAlarm(this, 'NotPolled', {
      severity: 'page',
      cause: `The oldest message of the ${name} queue has waited for more than ${MAX_AGE.toMinutes()} minutes.`,
      impact,
      runbook: `${name}-not-polled`,
      metric: this.queue.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      threshold: MAX_AGE.toSeconds(),
    });
    new RunbookAlarm(this, 'DeadLettersWaiting', {
      severity: 'page',
      cause: `Messages of the ${name} queue were given up after 5 tries.`,
      impact,
      runbook: `${name}-dead-letters`,
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
    });
  }
}
