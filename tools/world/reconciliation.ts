/** Runs reconciliations in the world of the orders that they compare, with Stripe's customers beside them. */
import type { Difference } from '../../contracts/differences';
import type { ReconciliationInput } from '../../contracts/types';
import type { createCompare, Progress } from '../../lambda/reconciliation/compare.lambda';
import { saveFindings } from '../../lambda/reconciliation/findings';
import { createBucket } from '../../lambda/shared/bucket';
import { type FaultPlan, Faults } from '../doubles/faults';
import { asLambda } from '../doubles/lambda';
import { createS3Bucket } from '../doubles/s3';
import { createSecrets } from '../doubles/secrets';
import { createStripeDouble } from '../doubles/stripe';
import { doubleHttpClient } from '../doubles/stripe/http-client';
import { stripeUnderFaults } from '../doubles/stripe/planned';
import { arnIn, DEPLOYMENT } from './deployment';
import { functions } from './functions/reconciliation';
import { openShop, type ShopOptions } from './order-shop';
import { TABLES } from './order-world';
import { lambdasOf } from './revision';
import { startClock } from './world';

const BUCKET = 'reconciliations';

type ComparePayload = Parameters<ReturnType<typeof createCompare>>[0];

interface ReconciliationOptions extends Pick<ShopOptions, 'clock' | 'deployment' | 'stripe'> {
  /** How long a round goes on. @default one page */
  roundMs?: number;
  /** Whether there is always more to compare, and nothing of it is compared. */
  endless?: boolean;
}

export function openReconciliation({
  roundMs = 0,
  endless = false,
  clock = startClock(),
  stripe = createStripeDouble({ now: () => clock.now().getTime() }),
  deployment = DEPLOYMENT,
}: ReconciliationOptions = {}) {
  const faults = new Faults();
  const s3 = createS3Bucket(BUCKET, { faults });
  const bucket = createBucket({ s3: s3.client, name: BUCKET });
  const shop = openShop(
    { MUG: 100, TEA: 100 },
    {
      faults,
      deployment,
      clock,
      stripe,
      machines: {
        reconciliation: {
          AlarmTopic: arnIn(deployment)('sns', 'alarms'),
          Stage: 'prod',
          RunbookUrl: 'https://example.com/runbook.md',
        },
      },
      functions: {
        compare: (payload) => compare(payload),
        'write-report': (payload) => lambdas['write-report'](payload),
      },
      services: { s3 },
    },
  );
  const lambdas = lambdasOf('reconciliation', functions, {
    dynamodb: shop.world.dynamodb.client,
    s3: s3.client,
    secretsManager: createSecrets({ 'stripe-key': () => stripe.secretKey }, faults).client,
    sfn: shop.stepFunctions.client,
    stripe: doubleHttpClient(stripeUnderFaults(stripe.handle, faults), async () => {}),
    now: () => clock.now(),
    tables: TABLES,
    machines: { order: shop.arnOf('order-processing'), onboarding: shop.arnOf('saas-onboarding') },
    bucketName: BUCKET,
    stripeSecret: 'stripe-key',
    roundMs,
  });
  const compare = endless ? asLambda(findNothing) : lambdas.compare;

  async function findNothing({ execution, progress }: ComparePayload): Promise<Progress> {
    const round = progress?.round ?? 0;
    await saveFindings(bucket, execution, round, []);
    return { round: round + 1, step: 'orders' };
  }

  let count = 0;

  return {
    ...shop,
    stripe,
    s3,
    /** Runs one, and reads its report. */
    async reconcile(
      input: ReconciliationInput | object = {},
      { faults: plan, name = `reconcile-${++count}` }: { faults?: FaultPlan; name?: string } = {},
    ) {
      const run = await shop.finish(shop.startMachine('reconciliation', name, input, plan));
      const { report } = run.output;
      const differences =
        typeof report === 'string'
          ? (s3.jsonLines(report.replace(`s3://${BUCKET}/`, '')) as Difference[])
          : [];
      return { ...run, differences, told: shop.world.topics.texts(shop.world.topicArns.alarms) };
    },
  };
}
