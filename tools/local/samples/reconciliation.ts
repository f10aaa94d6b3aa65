// Plants a difference at Stripe, and lets the reconciliation find it. Alone, because orders that run are left out.

import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Difference } from '../../../contracts/differences';
import { executionIdentity } from '../../../contracts/identity';
import { executionArn } from '../../../contracts/names';
import type { ReconciliationOutcome } from '../../../contracts/types';
import type { LocalCloud } from '../cloud';
import { stripeAt } from '../seed';
import { outputs } from './orders';
import { execute, type Sample } from './run';

const name = 'reconcile-1';
const lost = 'order-lost';

export const reconciliationSamples: Sample[] = [
  {
    name,
    shows: 'finds money that was taken for an order which never shipped',
    expected: 'DIFFERENCES',
    alone: true,
    run: async (cloud) => {
      await takeMoney(cloud);
      return execute(cloud.outputs.Reconciliation?.StateMachineArn ?? '', name, {});
    },
    violations: async (_cloud, { output }) => {
      const seen = (await differencesIn(output)).map(
        ({ kind, execution, amount }) => `${kind} ${execution} ${amount}`,
      );
      // The other sample with a difference need not have run.
      const others = seen.filter((difference) => !/^REFUND_FAILED order-1011 /.test(difference));
      return others.join() === `MONEY_WITHOUT_SHIPMENT ${lost} 4200`
        ? []
        : [`the report says: ${seen.join(', ') || 'nothing'}`];
    },
    details: () => [`see them with: npm run workflows -- reconcile --report ${name}`],
  },
];

/** What a lost record of a payment leaves at Stripe: a captured payment with an execution's name on it. */
async function takeMoney(cloud: LocalCloud): Promise<void> {
  await stripeAt(cloud.endpoints.stripe).paymentIntents.create({
    amount: 4200,
    currency: 'eur',
    payment_method: 'pm_card_visa',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    confirm: true,
    metadata: {
      orderId: 'lost',
      execution: executionIdentity(lost, new Date()),
      executionArn: executionArn(outputs(cloud).StateMachineArn ?? '', lost),
    },
  });
}

async function differencesIn(output: unknown): Promise<Difference[]> {
  const outcome: ReconciliationOutcome = Object(output);
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec('report' in outcome ? outcome.report : '') ?? [];
  const s3 = new S3Client({ forcePathStyle: true });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const lines = ((await Body?.transformToString()) ?? '').split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line));
}
