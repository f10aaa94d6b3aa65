/** Reconciliation: what it finds, what it leaves alone, and that nothing which fails on the way hides a difference. */
import Stripe from 'stripe';
import { executionIdentity } from '../../contracts/identity';
import { executionArn } from '../../contracts/names';
import {
  type FaultPlan,
  fails,
  killedAfterwards,
  passes,
  replyLost,
  times,
  worksButFails,
} from '../../tools/doubles/faults';
import { TABLES } from '../../tools/world/order-world';
import { openReconciliation } from '../../tools/world/reconciliation';

const AMOUNT = 2 * 1250 + 899;
const DAY = 86_400;
const LARGE = { items: [{ sku: 'MUG', quantity: 1, unitPrice: 100_000 }] };
const QUICK = { roundMs: 60_000 };

type World = ReturnType<typeof openReconciliation>;

const clientOf = ({ stripe }: World) => new Stripe(stripe.secretKey, { httpClient: stripe.httpClient() });

/** A payment as an execution of an order makes it: by default of one that nobody knows. */
const pay = (
  world: World,
  orderId: string,
  { capture = true, deployment = world.arnOf('order-processing') } = {},
): Promise<string> =>
  confirmed(world, capture ? 'automatic' : 'manual', {
    orderId,
    execution: identityOf(world, `order-${orderId}`),
    executionArn: executionArn(deployment, `order-${orderId}`),
  });

const identityOf = ({ stepFunctions, clock }: World, name: string) =>
  executionIdentity(name, stepFunctions.find(name)?.startDate ?? clock.now());

/** What the shop makes for an order, and its customer confirms. */
const given = (world: World, orderId: string): Promise<string> => confirmed(world, 'manual', { orderId });

async function confirmed(
  world: World,
  capture_method: 'automatic' | 'manual',
  metadata: Record<string, string>,
): Promise<string> {
  const { id } = await clientOf(world).paymentIntents.create({
    amount: AMOUNT,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    capture_method,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    confirm: true,
    metadata,
  });
  return id;
}

/** A customer at Stripe as a signup makes it. */
async function signUp(
  world: World,
  userId: string,
  deployment = world.arnOf('saas-onboarding'),
): Promise<string> {
  const owner = executionArn(deployment, identityOf(world, `onboarding-${userId}`));
  const { id } = await clientOf(world).customers.create({ metadata: { execution: owner, userId } });
  return id;
}

const reserve = (world: World, orderId: string, state: string) =>
  world.world.dynamodb.seed(TABLES.reservations, {
    orderId: { S: orderId },
    execution: { S: identityOf(world, `order-${orderId}`) },
    state: { S: state },
  });

test('where everything matches nobody is told', async () => {
  const world = openReconciliation(QUICK);
  await world.run({ orderId: 'A-1' });
  await world.run({ orderId: 'A-2', paymentMethodId: 'pm_card_chargeDeclined' });
  await world.run({ orderId: 'A-3', items: [{ sku: 'NONE', quantity: 1, unitPrice: 1000 }] });
  await world.run({ orderId: 'A-4', paymentIntentId: await given(world, 'A-4') });
  await world.run({ orderId: 'A-5' }, { faults: { CapturePayment: worksButFails('Broken') } });
  const customer = await signUp(world, 'u-1');
  world.world.dynamodb.seed(TABLES.customers, {
    customerId: { S: 'u-1' },
    stripeCustomerId: { S: customer },
  });

  const run = await world.reconcile();
  expect(run.output).toEqual({
    outcome: 'MATCHED',
    from: '2026-02-22T09:00:00.000Z',
    until: '2026-03-01T09:00:00.000Z',
    complete: true,
    compared: { payments: 5, orders: 5, customers: 1 },
    open: 0,
    differences: expect.objectContaining({ MONEY_WITHOUT_SHIPMENT: 0, REFUND_FAILED: 0 }),
    report: expect.stringMatching(/^s3:\/\/reconciliations\/reports\/reconcile-1\.\d+\/differences\.jsonl$/),
  });
  expect(run).toMatchObject({ status: 'SUCCEEDED', differences: [], told: [] });
  expect(run.states).toEqual([
    'Compare',
    'IsEverythingCompared',
    'WriteReport',
    'DoesEverythingMatch',
    'Reconciled',
  ]);
});

describe('a difference', () => {
  test('money without shipment: an order that nobody knows, and one that was charged twice', async () => {
    const world = openReconciliation();
    const lost = await pay(world, 'A-1');
    await world.run({ orderId: 'A-2' });
    const twice = await pay(world, 'A-2');
    const { output, differences, told, states } = await world.reconcile();
    const common = {
      kind: 'MONEY_WITHOUT_SHIPMENT',
      amount: AMOUNT,
      currency: 'usd',
      since: '2026-03-01T09:00:00.000Z',
    };
    expect(differences).toEqual(
      expect.arrayContaining([
        { ...common, orderId: 'A-1', execution: 'order-A-1', paymentIntentId: lost },
        { ...common, orderId: 'A-2', execution: 'order-A-2', paymentIntentId: twice },
      ]),
    );
    expect(differences).toHaveLength(2);
    expect(output).toMatchObject({ outcome: 'DIFFERENCES', differences: { MONEY_WITHOUT_SHIPMENT: 2 } });
    expect(states.slice(-3)).toEqual(['DoesEverythingMatch', 'NotifyDifferences', 'Reconciled']);
    expect(told).toEqual([
      expect.stringMatching(
        /^prod: .*MONEY_WITHOUT_SHIPMENT 2, .*s3:\S+ .*-- --stage prod reconcile --report reconcile-1 .*runbook\.md#differences$/,
      ),
    ]);
  });

  test('money of an execution whose name another one has now', async () => {
    const world = openReconciliation();
    world.start({ orderId: 'A-1', ...LARGE });
    await world.clock.advance(DAY);
    const paymentIntentId = await confirmed(world, 'automatic', {
      orderId: 'A-1',
      execution: executionIdentity('order-A-1', new Date('2025-11-01')),
      executionArn: executionArn(world.arnOf('order-processing'), 'order-A-1'),
    });
    const { differences, output } = await world.reconcile();
    expect(differences).toEqual([
      expect.objectContaining({ kind: 'MONEY_WITHOUT_SHIPMENT', paymentIntentId }),
    ]);
    expect(output.open).toBe(1);
  });

  test('shipment without money', async () => {
    const world = openReconciliation();
    await world.run({ orderId: 'A-1', paymentMethodId: 'pm_card_chargeDeclined' });
    reserve(world, 'A-1', 'SHIPPED');
    const { differences } = await world.reconcile();
    expect(differences).toEqual([
      expect.objectContaining({
        kind: 'SHIPMENT_WITHOUT_MONEY',
        orderId: 'A-1',
        amount: AMOUNT,
        currency: 'usd',
      }),
    ]);
  });

  test('a hold whose execution has ended: of money, of stock', async () => {
    const world = openReconciliation();
    await world.run({ orderId: 'A-1', paymentMethodId: 'pm_card_chargeDeclined' });
    const paymentIntentId = await pay(world, 'A-1', { capture: false });
    reserve(world, 'A-1', 'HELD');
    const { differences } = await world.reconcile();
    const common = {
      kind: 'HOLD_WITHOUT_ORDER',
      execution: 'order-A-1',
      orderId: 'A-1',
      since: expect.any(String),
    };
    expect(differences).toEqual([
      { ...common, held: 'MONEY', paymentIntentId, amount: AMOUNT, currency: 'usd' },
      { ...common, held: 'STOCK' },
    ]);
  });

  test('a refund that failed, until another one makes up for it', async () => {
    const world = openReconciliation();
    await world.run({ orderId: 'A-1' }, { faults: { CapturePayment: worksButFails('Broken') } });
    const stripe = clientOf(world);
    const [refund] = (await stripe.refunds.list()).data;
    world.stripe.failRefund(refund?.id ?? '');
    const { differences, output } = await world.reconcile();
    expect(differences).toEqual([
      expect.objectContaining({
        kind: 'REFUND_FAILED',
        orderId: 'A-1',
        refundId: refund?.id,
        amount: AMOUNT,
      }),
    ]);
    expect(output.differences).toMatchObject({ MONEY_WITHOUT_SHIPMENT: 0 });
    await stripe.refunds.create({ payment_intent: String(refund?.payment_intent) });
    expect(await world.reconcile()).toMatchObject({ outcome: 'MATCHED' });
  });

  test('a customer at Stripe without one here', async () => {
    const world = openReconciliation();
    const stripeCustomerId = await signUp(world, 'u-1');
    const { differences, output } = await world.reconcile();
    expect(differences).toEqual([
      expect.objectContaining({
        kind: 'STRIPE_CUSTOMER_WITHOUT_CUSTOMER',
        stripeCustomerId,
        userId: 'u-1',
        execution: 'onboarding-u-1',
      }),
    ]);
    expect(output.compared).toMatchObject({ customers: 1 });
    await clientOf(world).customers.del(stripeCustomerId);
    expect(await world.reconcile()).toMatchObject({ outcome: 'MATCHED' });
  });
});

describe('no difference is', () => {
  test('what another deployment owns that shares the Stripe account', async () => {
    const world = openReconciliation();
    const elsewhere = (arn: string) => arn.replace('us-east-1', 'eu-west-1');
    await pay(world, 'A-1', { deployment: elsewhere(world.arnOf('order-processing')) });
    await signUp(world, 'u-1', elsewhere(world.arnOf('saas-onboarding')));
    await given(world, 'A-2');
    await world.clock.advance(4 * DAY);
    expect((await world.reconcile()).output).toMatchObject({
      outcome: 'MATCHED',
      compared: { payments: 0, orders: 0, customers: 0 },
    });
  });

  test('an order in review, until it stops and nobody goes on with it for three days', async () => {
    const world = openReconciliation();
    const order = world.start({ orderId: 'A-1', ...LARGE });
    await world.clock.advance(DAY);
    expect((await world.reconcile()).output).toMatchObject({ outcome: 'MATCHED', open: 1 });
    order.stop();
    await world.clock.advance(DAY);
    expect((await world.reconcile()).output).toMatchObject({ outcome: 'MATCHED', open: 2 });
    await world.clock.advance(2 * DAY);
    const { differences } = await world.reconcile();
    expect(differences.map(({ kind, held }) => ({ kind, held }))).toEqual([
      { kind: 'HOLD_WITHOUT_ORDER', held: 'MONEY' },
      { kind: 'HOLD_WITHOUT_ORDER', held: 'STOCK' },
    ]);
  });

  test('a second payment of an order, until it is three days old', async () => {
    const world = openReconciliation();
    const second = await given(world, 'A-1');
    await world.run({ orderId: 'A-1', paymentIntentId: await given(world, 'A-1') });
    expect((await world.reconcile()).output).toMatchObject({ outcome: 'MATCHED', open: 1 });
    await world.clock.advance(3 * DAY);
    const { differences } = await world.reconcile();
    expect(differences).toEqual([
      {
        kind: 'HOLD_WITHOUT_ORDER',
        held: 'MONEY',
        since: '2026-03-01T09:00:00.000Z',
        orderId: 'A-1',
        paymentIntentId: second,
        amount: AMOUNT,
        currency: 'usd',
      },
    ]);
  });

  test('a signup that still runs', async () => {
    const world = openReconciliation();
    const States = { Rest: { Type: 'Wait', Seconds: DAY, End: true } };
    world.deploy('saas-onboarding', JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Rest', States }));
    world.startMachine('saas-onboarding', 'onboarding-u-1', {});
    await signUp(world, 'u-1');
    expect((await world.reconcile()).output).toMatchObject({ outcome: 'MATCHED', open: 1 });
  });

  test('what somebody has settled', async () => {
    const world = openReconciliation();
    const metadata = { settled: 'paid back by bank transfer, Ann' };
    world.stripe.annotate(await pay(world, 'A-1'), metadata);
    expect(await world.reconcile()).toMatchObject({ outcome: 'MATCHED' });
  });

  test('what is older than the period', async () => {
    const world = openReconciliation();
    await pay(world, 'A-1');
    await world.clock.advance(8 * DAY);
    expect(await world.reconcile()).toMatchObject({ outcome: 'MATCHED' });
    expect(await world.reconcile({ from: '2026-02-20T00:00:00Z' })).toMatchObject({ outcome: 'DIFFERENCES' });
  });
});

describe('more than a page', () => {
  /** Two payments without an order, with more than a page of unpaid ones between them. */
  const openLarge = async (options = {}) => {
    const world = openReconciliation(options);
    const owner = {
      metadata: {
        orderId: 'A',
        execution: 'order-A.1',
        executionArn: executionArn(world.arnOf('order-processing'), 'order-A'),
      },
    };
    await pay(world, 'A-1');
    for (let count = 0; count < 100; count++) {
      await clientOf(world).paymentIntents.create({ amount: AMOUNT, currency: 'usd', ...owner });
    }
    await pay(world, 'A-2');
    return world;
  };
  const both = ['A-2', 'A-1'];

  test('is compared in rounds, each payment once', async () => {
    const world = await openLarge();
    const { differences, output, states } = await world.reconcile();
    expect(differences.map(({ orderId }) => orderId)).toEqual(both);
    expect(output).toMatchObject({ complete: true, compared: { payments: 102 } });
    expect(states.filter((state) => state === 'Compare')).toHaveLength(2 + 1 + 1 + 1 + 1);
  });

  test('loses nothing to a failure in the midst of a round: what is done is kept', async () => {
    const world = await openLarge(QUICK);
    world.fail({ 'stripe:GET /v1/payment_intents': [passes, ...times(3, fails('throttled'))] });
    const { differences, output, states } = await world.reconcile();
    expect(differences.map(({ orderId }) => orderId)).toEqual(both);
    expect(output).toMatchObject({ complete: true, compared: { payments: 102 } });
    expect(states.filter((state) => state === 'Compare')).toHaveLength(2);
  });

  test('and more than 50 rounds can do, is no match, and the report says so', async () => {
    const world = openReconciliation({ endless: true });
    const { output, told, states } = await world.reconcile();
    expect(states.filter((state) => state === 'Compare')).toHaveLength(50);
    expect(output).toMatchObject({ outcome: 'DIFFERENCES', complete: false });
    expect(told).toEqual([expect.stringContaining('not everything was compared')]);
  });
});

describe('each step can fail, be cut off or lose its reply', () => {
  test.each<[string, FaultPlan]>([
    ['Compare is killed after its work', { Compare: [killedAfterwards] }],
    ['Compare loses its reply', { Compare: [replyLost] }],
    ['WriteReport is killed after its work', { WriteReport: [killedAfterwards] }],
    ['WriteReport is throttled', { WriteReport: times(7, fails('throttled')) }],
    ['NotifyDifferences fails', { NotifyDifferences: times(3, fails('throttled')) }],
  ])('%s', async (_case, faults) => {
    const world = openReconciliation(QUICK);
    await pay(world, 'A-1');
    const { status, differences, told } = await world.reconcile({}, { faults });
    expect({ status, found: differences.length, told: told.length }).toEqual({
      status: 'SUCCEEDED',
      found: 1,
      told: 1,
    });
  });

  test.each([
    'stripe:GET /v1/refunds',
    'stripe:GET /v1/customers',
    'states:listExecutions',
    'states:describeExecution',
    'dynamodb:getItem payments',
    'dynamodb:getItem reservations',
    's3:putObject',
  ])('%s does not answer at first', async (place) => {
    const world = openReconciliation(QUICK);
    await pay(world, 'A-1');
    world.fail({ [place]: [fails('unavailable'), fails('throttled')] });
    const { status, differences } = await world.reconcile();
    expect({ status, found: differences.length }).toEqual({ status: 'SUCCEEDED', found: 1 });
  });

  test('a message that cannot be evaluated fails at once', async () => {
    const world = openReconciliation(QUICK);
    await pay(world, 'A-1');
    const faults = { NotifyDifferences: [fails('States.QueryEvaluationError')] };
    expect(await world.reconcile({}, { faults })).toMatchObject({ endedAt: 'NotifyDifferences', told: [] });
  });

  test('differences that nobody can be told of fail the execution, and a redrive tells them', async () => {
    const world = openReconciliation(QUICK);
    await pay(world, 'A-1');
    world.fail({ 'sns:publish': fails('denied') });
    const run = await world.reconcile();
    expect(run).toMatchObject({ status: 'FAILED', endedAt: 'NotifyDifferences', told: [] });
    world.heal();
    expect(await world.redrive(run)).toMatchObject({ status: 'SUCCEEDED', outcome: 'DIFFERENCES' });
    expect(run.told).toHaveLength(1);
  });

  test('a message that cannot be made is not tried again', async () => {
    const world = openReconciliation(QUICK);
    await pay(world, 'A-1');
    const faults = { NotifyDifferences: [fails('States.QueryEvaluationError')] };
    expect(await world.reconcile({}, { faults })).toMatchObject({
      status: 'FAILED',
      endedAt: 'NotifyDifferences',
    });
  });

  test('twice at once is two reports of the same', async () => {
    const world = openReconciliation(QUICK);
    await pay(world, 'A-1');
    const [first, second] = await Promise.all([world.reconcile(), world.reconcile()]);
    expect(first.differences).toEqual(second.differences);
    expect(first.output.report).not.toBe(second.output.report);
  });
});

test.each([
  ['no object', []],
  ['a date that is none', { from: '2026-02-31' }],
  ['an end before its beginning', { from: '2026-02-20T00:00:00Z', until: '2026-02-19T00:00:00Z' }],
  ['progress of its own', { progress: { round: 0, step: 'done' } }],
])('%s is no period, and is rejected', async (_case, input) => {
  const { status, output, states } = await openReconciliation().reconcile(input);
  expect({ status, output }).toEqual({
    status: 'SUCCEEDED',
    output: { outcome: 'REJECTED', problems: expect.any(Array), more: 0 },
  });
  expect(states).toEqual(['Compare', 'ReconciliationRejected']);
});
