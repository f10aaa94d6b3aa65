/** Undoes the payment in whatever state it is: voids an authorisation, refunds a charge, or finds nothing to undo. */
import { CompensationFailed, PaymentDeclined, TemporaryFailure } from '../shared/errors';
import { lambdaHandler } from '../shared/handler';
import { claimIntent } from './given-intents';
import { type CountMoney, moneyCountedAs } from './money-counted';
import type { PaymentIntents } from './payment-intents';
import type { PaymentRecords } from './payment-records';
import { paymentsFromEnvironment } from './payments';

interface Dependencies {
  intents: Pick<PaymentIntents, 'find' | 'retrieve' | 'cancel' | 'refunded' | 'refund'>;
  records: Pick<PaymentRecords, 'claim' | 'markReversed'>;
  /** Of what this very call refunds. One whose answer is lost is not counted: the next try finds it done. */
  count: CountMoney;
}

interface Payload {
  orderId: string;
  execution: string;
  /** What the order brought along: an intent that holds money, perhaps before ChargeCard could record it. */
  payment?: { paymentIntentId?: string };
}

type Reversal = 'NOTHING' | 'CANCELED' | 'REFUNDED';

/** @throws CompensationFailed, whatever the cause. */
export const createReversePayment = ({ intents, records, count }: Dependencies) => {
  return async ({ orderId, execution, payment }: Payload): Promise<{ reversal: Reversal }> => {
    try {
      // The mark comes first: from here on a ChargeCard that is still running cannot record another intent.
      const recorded = await records.markReversed(execution, orderId);
      const { paymentIntentId = await claimed(payment?.paymentIntentId, orderId, execution) } = recorded;
      return {
        reversal:
          paymentIntentId === undefined ? 'NOTHING' : await undo(paymentIntentId, { orderId, execution }),
      };
    } catch (error) {
      throw new CompensationFailed(`Reversing the payment of ${execution}`, error);
    }
  };

  /** Returns the id of the intent that the order brought along, unless that is none of this execution's business. */
  async function claimed(
    paymentIntentId: string | undefined,
    orderId: string,
    execution: string,
  ): Promise<string | undefined> {
    if (paymentIntentId === undefined) return undefined;
    try {
      const { id } = await claimIntent({ paymentIntentId, orderId, execution }, { intents, records });
      return id;
    } catch (error) {
      if (error instanceof PaymentDeclined) return undefined;
      throw error;
    }
  }

  async function undo(
    paymentIntentId: string,
    { orderId, execution }: { orderId: string; execution: string },
  ): Promise<Reversal> {
    const { status, amount_received } = await intents.retrieve(paymentIntentId);
    switch (status) {
      case 'canceled':
        return 'CANCELED';
      case 'requires_action':
      case 'requires_capture':
      case 'requires_confirmation':
      case 'requires_payment_method':
        // Also when no money is held, because a late confirm cannot charge a cancelled intent.
        await intents.cancel(paymentIntentId, execution);
        return 'CANCELED';
      case 'succeeded':
        if ((await intents.refunded(paymentIntentId)) < amount_received) {
          const { amount, currency } = await intents.refund(paymentIntentId, execution);
          count({ orderId, execution, amount, currency });
        }
        return 'REFUNDED';
      default:
        throw new TemporaryFailure(`the payment is ${status}`);
    }
  }
};

export const handler = lambdaHandler(
  () => createReversePayment({ ...paymentsFromEnvironment(), count: moneyCountedAs('Refunded') }),
  ({ orderId, execution }: Payload) => ({ orderId, execution }),
);
