/** Scenarios of reconciliations: of an order that matches, beside a payment of one that nobody knows. */
import type { Difference } from '../../contracts/differences';
import { executionIdentity } from '../../contracts/identity';
import { executionArn } from '../../contracts/names';
import { DEPLOYMENT } from '../world/deployment';
import { TABLES } from '../world/order-world';
import { openReconciliation } from '../world/reconciliation';
import type { ReconciliationFacts } from './facts';
import { reconciliationInvariants } from './invariants';
import { stripeClient } from './orders';
import { type Attempt, check, type Opening, type Role, type Scenario, type Site } from './site';

type Reconciliation = ReturnType<typeof openReconciliation>;

export type Tamper = (world: Reconciliation) => void;

async function openComparison(
  { outcome }: Pick<Scenario, 'outcome'>,
  { striker, beside }: Opening,
  tamper?: Tamper,
): Promise<Site> {
  const world = openReconciliation({
    deployment: beside?.deployment ?? DEPLOYMENT,
    ...(beside && { clock: beside.site.clock, stripe: beside.site.stripe }),
  });
  const { clock, stepFunctions, stripe, s3 } = world;
  const { dynamodb, fulfilment, topics, topicArns } = world.world;
  const attempts: Attempt[] = [];
  const executions = () => stepFunctions.executions().map(({ execution }) => execution);
  tamper?.(world);
  await world.run({ orderId: 'A-1' });
  const planted = outcome === 'DIFFERENCES' ? { id: await pay(world), at: clock.now() } : undefined;
  await world.books();
  await clock.advance(60);

  /** All that could be changed. */
  const state = () =>
    JSON.stringify([
      ...Object.values(TABLES).map((table) => dynamodb.items(table)),
      stripe.ledger.payments,
      stripe.ledger.customers,
      fulfilment.shipments(),
    ]);
  let before: string | undefined;

  function start(attempt: number, role: Role, faults = {}): Attempt {
    // Only now another deployment has made its payments too.
    before ??= state();
    const name = `reconcile-1${attempt > 1 ? `_${attempt}` : ''}`;
    const started = { role, execution: world.startMachine('reconciliation', name, {}, faults) };
    attempts.push(started);
    return started;
  }

  // Not `*:*`, of which a file's body would break off each time.
  const places = ['s3:*Object*', 'stripe:*', 'states:*', 'dynamodb:*', 'secretsmanager:*'];
  world.fail(Object.fromEntries(places.map((place) => [place, striker.service])));
  return {
    clock,
    stripe,
    attempts,
    executions,
    start,
    async violations(hits) {
      await world.world.fulfil();
      const facts: ReconciliationFacts = {
        attempts,
        expected: { struck: outcome, spared: outcome },
        hits,
        planted,
        reports: attempts.map(({ execution: { result } }) => {
          const key = /^s3:\/\/[^/]+\/(.+)$/.exec(Object(result?.output).report)?.[1];
          return (key ? s3.jsonLines(key) : []) as Difference[];
        }),
        told: topics.texts(topicArns.alarms),
        isChanged: state() !== before,
        histories: executions(),
        secrets: [stripe.secretKey],
      };
      return check(reconciliationInvariants, facts);
    },
  };
}

/** Takes money as an execution of an order does, of an order that nobody knows. */
async function pay({ stripe, arnOf, clock }: Reconciliation): Promise<string> {
  const name = 'order-LOST';
  const { id } = await stripeClient(stripe).paymentIntents.create({
    amount: 2500,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    confirm: true,
    metadata: {
      orderId: 'LOST',
      execution: executionIdentity(name, clock.now()),
      executionArn: executionArn(arnOf('order-processing'), name),
    },
  });
  return id;
}

const SCENARIOS: readonly Pick<Scenario, 'name' | 'outcome'>[] = [
  { name: 'reconcile', outcome: 'DIFFERENCES' },
  { name: 'reconcile-matched', outcome: 'MATCHED' },
];

export const reconciliationScenarios = (tamper?: Tamper): Scenario[] =>
  SCENARIOS.map((scenario) => ({
    ...scenario,
    strikes: [],
    workflows: ['reconciliation'],
    open: (opening) => openComparison(scenario, opening, tamper),
  }));
