// Orders that are paid otherwise than with a new card. The samples do what a shop and its page would.

import type { OrderPayment } from '../../../contracts/types';
import type { LocalCloud } from '../cloud';
import { Problem } from '../problem';
import { stripeAt } from '../seed';
import { order, outputs, sample } from './orders';
import { execute, type Sample } from './run';

export const paymentSamples: Sample[] = [
  paid(
    'is paid by a payment that its customer confirmed with 3-D Secure',
    '1009',
    'CHAIR-ASH',
    confirmedPayment,
  ),
  paid('is paid by a saved card', '1010', 'DESK-PINE', savedCard),
];

type Pay = (cloud: LocalCloud, orderId: string, amount: number) => Promise<OrderPayment>;

function paid(shows: string, orderId: string, sku: string, pay: Pay): Sample {
  const { paymentMethodId: _, ...contents } = order(orderId, sku);
  const amount = contents.items.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  const shipped = sample(shows, 'SHIPPED', order(orderId, sku), { payment: 'succeeded', sold: 2 });
  return {
    ...shipped,
    run: async (cloud) => {
      const input = { ...contents, ...(await pay(cloud, orderId, amount)) };
      return execute(outputs(cloud).StateMachineArn ?? '', shipped.name, input);
    },
  };
}

/** The shop makes the payment, its page confirms it, and the customer answers the bank. */
async function confirmedPayment({ endpoints }: LocalCloud, orderId: string, amount: number) {
  const stripe = stripeAt(endpoints.stripe);
  const { id } = await stripe.paymentIntents.create({
    amount,
    currency: 'eur',
    payment_method: 'pm_card_threeDSecure2Required',
    capture_method: 'manual',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { orderId },
  });
  const { status } = await stripe.paymentIntents.confirm(id);
  if (status !== 'requires_action') throw new Problem(`The payment is ${status}, not requires_action.`, '');
  const answer = await fetch(`${endpoints.stripe}/_double/authenticate`, {
    method: 'POST',
    body: JSON.stringify({ paymentIntent: id, succeeds: true }),
  });
  if (!answer.ok) throw new Problem('The customer could not answer the bank.', await answer.text());
  return { paymentIntentId: id };
}

/** The shop has saved the customer's card at an earlier visit. */
async function savedCard({ endpoints }: LocalCloud) {
  const stripe = stripeAt(endpoints.stripe);
  const { id: stripeCustomerId } = await stripe.customers.create({ email: 'ann@example.com' });
  const { id: paymentMethodId } = await stripe.paymentMethods.attach('pm_card_visa', {
    customer: stripeCustomerId,
  });
  return { stripeCustomerId, paymentMethodId };
}
