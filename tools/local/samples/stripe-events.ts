// What Stripe reports of orders that have shipped: it ends on the payment's record, and a person is told.

import type { LocalCloud } from '../cloud';
import { openMailbox } from '../mailbox';
import { Problem } from '../problem';
import { stripeAt } from '../seed';
import { getItem, order, outputs, sample } from './orders';
import { execute, type Sample } from './run';

export const stripeEventSamples: Sample[] = [
  reported(
    'ships, and a refund that a person makes in the dashboard fails',
    order('1011', 'CLOCK-OAK', { paymentMethodId: 'pm_card_refundFail' }),
    'failedRefunds',
    async ({ endpoints }, intent) => {
      await stripeAt(endpoints.stripe).refunds.create({ payment_intent: intent });
    },
  ),
  reported(
    'ships, and is disputed',
    order('1012', 'STOOL-PINE', { paymentMethodId: 'pm_card_createDispute' }),
    'disputes',
  ),
];

const tellSeconds = 30;

/**
 * @param list what the record lists in the end: Stripe's id of the refund or the dispute
 * @param later what a person does once the order has shipped, with the id of its PaymentIntent
 */
function reported(
  shows: string,
  input: ReturnType<typeof order>,
  list: 'failedRefunds' | 'disputes',
  later: (cloud: LocalCloud, intent: string) => Promise<void> = async () => {},
): Sample {
  const shipped = sample(shows, 'SHIPPED', input, { payment: 'succeeded', sold: 2 });
  return {
    ...shipped,
    run: async (cloud) => {
      const { AlarmTopicArn = '' } = cloud.outputs.Operations ?? {};
      const mailbox = await openMailbox(`told-of-${shipped.name}`, [AlarmTopicArn]);
      const ended = await execute(outputs(cloud).StateMachineArn ?? '', shipped.name, input);
      const record = () =>
        getItem(outputs(cloud).PaymentsTableName ?? '', { execution: { S: ended.identity } });
      await later(cloud, (await record())?.paymentIntentId?.S ?? '');

      const deadline = Date.now() + tellSeconds * 1000;
      const texts: string[] = [];
      while (Date.now() < deadline) {
        texts.push(...(await mailbox.texts()));
        const [id = ''] = (await record())?.[list]?.SS ?? [];
        const told = id && texts.find((text) => text.includes(id));
        if (told) return { ...ended, notes: [`the alarm topic was told: ${told}`] };
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Problem(
        `Nobody was told, or no ${list} is on the payment's record, after ${tellSeconds} s.`,
        'See .local/logs/stripe-events.log and .local/logs/emulator.log.',
      );
    },
    details: ({ notes = [] }) => [...notes],
  };
}
