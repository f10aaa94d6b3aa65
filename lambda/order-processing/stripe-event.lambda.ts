/**
 * Puts what Stripe reports by itself on the payment's record, and tells the alarm topic where a person must act.
 *
 * Events come at least once and in any order, and those of everybody who uses the Stripe account. So each only adds to
 * lists of ids, and only where the intent is on a payment's record. A person is told once for each refund or dispute:
 * the record says so after the topic has taken the message, not before, so that a message that fails is sent again.
 */
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { EventBridgeEvent } from 'aws-lambda';
import { nameOfIdentity } from '../../contracts/identity';
import { aws, clientConfig } from '../shared/aws';
import { environment, lambdaHandler } from '../shared/handler';
import type { PaymentIntents } from './payment-intents';
import type { PaymentRecords } from './payment-records';
import { paymentsFromEnvironment } from './payments';
import { type News, newsOf, type PaymentEvent } from './stripe-events';

interface Dependencies {
  intents: Pick<PaymentIntents, 'find'>;
  records: Pick<PaymentRecords, 'claimant' | 'note' | 'markTold'>;
  sns: Pick<SNSClient, 'send'>;
  alarmTopicArn: string;
  /** Name of the stage, for the message. */
  stage: string;
  runbookUrl: string;
}

type Payload = Pick<EventBridgeEvent<PaymentEvent['type'], PaymentEvent>, 'detail'>;

/** @returns whether the event was about a payment of ours. @throws RateLimited, TemporaryFailure, StripeKeyMissing */
export const createStripeEvent = (dependencies: Dependencies) => {
  const { intents, records, sns, alarmTopicArn, stage, runbookUrl } = dependencies;

  return async ({ detail }: Payload): Promise<{ noted: boolean }> => {
    const news = newsOf(detail);
    const execution = news && (await ownerOf(news));
    const payment = news && execution && (await records.note({ ...news, execution }));
    if (!payment) return { noted: false };
    if (news.alert && !payment.told.includes(news.id)) {
      const order = `order ${payment.orderId} (execution ${nameOfIdentity(execution)})`;
      await tell(`${stage}: ${order}: ${news.alert.text} Runbook: ${runbookUrl}#${news.alert.runbook}`);
      await records.markTold(execution, news.id);
    }
    return { noted: true };
  };

  /** Refunds and disputes say which intent they are about; the intent, or who claimed it, says whose that is. */
  async function ownerOf({ paymentIntentId, execution }: News): Promise<string | undefined> {
    return (
      execution ??
      (await records.claimant(paymentIntentId)) ??
      (await intents.find(paymentIntentId))?.metadata.execution
    );
  }

  async function tell(text: string): Promise<void> {
    await aws(() => sns.send(new PublishCommand({ TopicArn: alarmTopicArn, Message: text })));
  }
};

export const handler = lambdaHandler(
  () =>
    createStripeEvent({
      ...paymentsFromEnvironment(),
      sns: new SNSClient(clientConfig),
      alarmTopicArn: environment('ALARM_TOPIC_ARN'),
      stage: environment('STAGE'),
      runbookUrl: environment('RUNBOOK_URL'),
    }),
  ({ detail }: Payload) => ({ event: detail.id, type: detail.type, about: detail.data.object.id }),
);
