/** What the double of Stripe reports, through the partner event bus, the rule and the function, under enforced IAM. */

import { localAccount } from '../../bin/local-cloud/environment';
import { stages } from '../../lib/stages';
import type { StripeEvent } from '../../tools/doubles/stripe';
import { openMailbox } from '../../tools/local/mailbox';
import { getItem } from '../../tools/local/samples/orders';
import { runSamples, type SampleResult } from '../../tools/local/samples/run';
import { stripeEventSamples } from '../../tools/local/samples/stripe-events';
import { eventDestination } from '../../tools/local/stripe-events';
import { cloud, output } from './support/cloud';

let results: SampleResult[];

beforeAll(async () => {
  results = await runSamples(stripeEventSamples, cloud);
});

const recordOf = async ({ ended }: SampleResult) =>
  (await getItem(output('OrderProcessing', 'PaymentsTableName'), {
    execution: { S: ended?.identity ?? '' },
  })) ?? {};

test('each sample ends as it should: on the record, and told', async () => {
  expect(results.flatMap(({ problems }) => problems)).toEqual([]);
  const [refunded, disputed] = await Promise.all(results.map(recordOf));
  expect(refunded).toMatchObject({ failedRefunds: refunded?.told, told: { SS: [expect.any(String)] } });
  expect(disputed).toMatchObject({ disputes: disputed?.told, told: { SS: [expect.any(String)] } });
});

test('what Stripe reports again is not told again', async () => {
  const [refunded] = results;
  if (!refunded) throw new Error('There is no sample');
  const { failedRefunds, paymentIntentId, updatedAt } = await recordOf(refunded);
  const mailbox = await openMailbox('told-again', [output('Operations', 'AlarmTopicArn')]);
  const about = { payment_intent: paymentIntentId?.S, status: 'failed', amount: 2500, currency: 'eur' };
  report({ id: failedRefunds?.SS?.[0], ...about });
  while ((await recordOf(refunded)).updatedAt?.S === updatedAt?.S) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  report({ id: 're_another', ...about });
  const texts: string[] = [];
  while (texts.length === 0) texts.push(...(await mailbox.texts()));
  expect(texts).toEqual([expect.stringContaining('re_another')]);
});

/** Puts `refund.failed` on the bus. */
function report(refund: object): void {
  const { region, credentials } = localAccount;
  const send = eventDestination(
    { url: cloud.endpoints.aws, region, credentials },
    stages.local.stripe.eventBus ?? '',
    () => {},
  );
  send({ id: 'evt_again', type: 'refund.failed', data: { object: refund } } as StripeEvent);
}
