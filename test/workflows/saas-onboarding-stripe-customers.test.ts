/** A signup finds its own customer among all others at Stripe: before it creates one again, and to delete it. */

import Stripe from 'stripe';
import { type Fault, type FaultPlan, fails, worksButFails } from '../../tools/doubles/faults';
import { EVERYTHING, NOTHING } from '../../tools/world/onboarding-world';
import { type Signups, signupInput } from '../../tools/world/signups';
import { openSignups } from '../support/signups';

const NAME = 'onboarding-U-42';
const HOUR = 3600;
const DAY = 24 * HOUR;
const EMAIL = signupInput().email;

afterEach(() => jest.restoreAllMocks());

/** As much metadata as Stripe accepts: about 27 KB for a customer. */
const ALL_METADATA = Object.fromEntries(
  Array.from({ length: 50 }, (_, n) => [`key-${n}`.padEnd(40, '-'), 'x'.repeat(500)]),
);

/** Adds customers of other signups with the same e-mail address. */
async function addOthers(world: Signups, count: number, metadata: Record<string, string> = {}) {
  const client = new Stripe(world.stripe.secretKey, {
    httpClient: world.stripe.httpClient(),
    maxNetworkRetries: 0,
    telemetry: false,
  });
  for (let n = 0; n < count; n++) await client.customers.create({ email: EMAIL, metadata });
}

const callsOf = ({ stripe }: Signups, method: string) =>
  stripe.ledger.requests.filter((request) => request.method === method).length;

/** Stops the execution before or after Stripe creates the customer. */
const stopped = (world: Signups, { afterWork }: { afterWork: boolean }): Fault => {
  return async (_work, call) => {
    if (afterWork) await call.request();
    world.stepFunctions.find(NAME)?.stop();
    await call.clock.sleep(60);
    throw await call.error('timeout');
  };
};

async function stoppedSignup({ afterWork, faults = {} }: { afterWork: boolean; faults?: FaultPlan }) {
  const world = openSignups();
  const plan = { ...faults, CreateStripeCustomer: [stopped(world, { afterWork })] };
  const aborted = await world.run(signupInput(), { faults: plan });
  expect(aborted.status).toBe('ABORTED');
  expect(world.effectsOf(NAME).stripeCustomers).toBe(afterWork ? 1 : 0);
  return { world, aborted };
}

describe('a signup that is redriven while it makes its customer', () => {
  test.each([
    ['a minute', 60],
    ['25 hours', 25 * HOUR],
    ['13 days', 13 * DAY],
  ])('%s later, after Stripe had made it: there is one', async (_when, after) => {
    const { world, aborted } = await stoppedSignup({ afterWork: true });
    await addOthers(world, 12);
    const redriven = await world.redrive(aborted, { after });
    expect(redriven.output).toMatchObject({ outcome: 'ONBOARDED' });
    expect(world.effectsOf(NAME)).toEqual(EVERYTHING);
    expect(callsOf(world, 'POST')).toBe(1 + 12);
  });

  test('before Stripe created it: it is created then', async () => {
    const { world, aborted } = await stoppedSignup({ afterWork: false });
    await addOthers(world, 12);
    const redriven = await world.redrive(aborted, { after: 25 * HOUR });
    expect(redriven.output).toMatchObject({ outcome: 'ONBOARDED' });
    expect(world.effectsOf(NAME)).toEqual(EVERYTHING);
  });

  test('twice, a day apart: there is still one customer', async () => {
    const { world, aborted } = await stoppedSignup({ afterWork: false });
    world.fail({ 'stripe:POST /v1/customers': [stopped(world, { afterWork: true })] });
    const again = await world.redrive(aborted, { after: 25 * HOUR });
    expect(again.status).toBe('ABORTED');
    world.heal();
    await world.redrive(again, { after: 25 * HOUR });
    expect(world.effectsOf(NAME)).toEqual(EVERYTHING);
  });

  test('and fails later: its customer is deleted', async () => {
    const { world, aborted } = await stoppedSignup({ afterWork: true });
    world.dynamodb.seed('customers', { customerId: { S: 'U-42' }, execution: { S: 'another' } });
    await world.redrive(aborted, { after: 25 * HOUR });
    expect(world.effectsOf(NAME)).toEqual(NOTHING);
  });

  test('when Stripe is down for the search: it fails and leaves nothing', async () => {
    const { world, aborted } = await stoppedSignup({ afterWork: true });
    world.stripe.faults.add({ on: 'GET /v1/customers', kind: 'unavailable', times: 9 });
    const redriven = await world.redrive(aborted, { after: 25 * HOUR });
    expect(JSON.parse(redriven.cause ?? '')).toMatchObject({ undone: true, state: 'SearchStripeCustomer' });
    expect(world.effectsOf(NAME)).toEqual(NOTHING);
  });

  test('when its search cannot be evaluated: that is not tried again, and nothing is left', async () => {
    const unevaluable = { SearchStripeCustomer: [fails('States.QueryEvaluationError')] };
    const { world, aborted } = await stoppedSignup({ afterWork: true, faults: unevaluable });
    const redriven = await world.redrive(aborted);
    expect(redriven.error).toBe('States.QueryEvaluationError');
    expect(JSON.parse(redriven.cause ?? '')).toMatchObject({ undone: true, state: 'SearchStripeCustomer' });
    expect(world.effectsOf(NAME)).toEqual(NOTHING);
  });

  test('among too many others: it makes none, and says so', async () => {
    const { world, aborted } = await stoppedSignup({ afterWork: true });
    await addOthers(world, 100);
    const redriven = await world.redrive(aborted, { after: HOUR });
    expect(redriven).toMatchObject({ status: 'FAILED', error: 'TooManyStripeCustomers' });
    expect(JSON.parse(redriven.cause ?? '')).toMatchObject({
      undone: false,
      cause: expect.stringContaining(NAME),
    });
    expect(world.effectsOf(NAME)).toEqual({ ...NOTHING, stripeCustomers: 1 });
  });
});

test.each([
  ['known', 'DeleteStripeCustomer', { CreateAPIKey: fails('Error') }],
  [
    'to be found',
    'FindStripeCustomers',
    { CreateStripeCustomer: [worksButFails('States.Http.StatusCode.500')] },
  ],
])('an outage of Stripe of three hours leaves no customer that is %s', async (_which, state, cause) => {
  const world = openSignups();
  const back = world.clock.now().getTime() + 3 * HOUR * 1000;
  const down: Fault = async (work, call) => {
    if (call.clock.now().getTime() < back) throw await call.error('States.Http.StatusCode.503');
    return work();
  };
  const run = await world.run(signupInput(), { faults: { ...cause, [state]: down } });
  expect(run.endedAt).toBe('OnboardingFailed');
  expect(world.clock.now().getTime()).toBeGreaterThan(back);
  expect(world.effectsOf(NAME)).toEqual(NOTHING);
});

describe('a signup is undone, and its customer found,', () => {
  const lost = { CreateStripeCustomer: [worksButFails('States.Http.StatusCode.500')] };

  /** Runs a signup that never gets the response about its customer; others are created after it. */
  async function undone(others: number, metadata = {}) {
    const world = openSignups();
    const addThem: Fault = async (work) => {
      await addOthers(world, others, metadata);
      return work();
    };
    const run = await world.run(signupInput(), { faults: { ...lost, DeleteDatabase: [addThem] } });
    return { world, run };
  }

  test.each([0, 4, 5, 12, 94])('among %d newer ones of its address', async (others) => {
    const { world, run } = await undone(others);
    expect(run.endedAt).toBe('OnboardingFailed');
    expect(world.effectsOf(NAME)).toEqual(NOTHING);
    expect(world.stripe.ledger.customers).toHaveLength(others);
  });

  test('among others with all the metadata that Stripe takes', async () => {
    const { world, run } = await undone(12, ALL_METADATA);
    expect(run.endedAt).toBe('OnboardingFailed');
    expect(world.effectsOf(NAME)).toEqual(NOTHING);
  });

  test('without reading customers from before it started', async () => {
    const world = openSignups();
    await addOthers(world, 200);
    await world.clock.advance(2 * 60);
    await world.run(signupInput(), { faults: lost });
    expect(callsOf(world, 'GET')).toBe(1);
    expect(world.effectsOf(NAME)).toEqual(NOTHING);
  });

  test('or, among too many, is left to a person, whom the cause tells which it is', async () => {
    const { world, run } = await undone(100);
    expect(run).toMatchObject({ status: 'FAILED', endedAt: 'TooManyStripeCustomers' });
    expect(JSON.parse(run.cause ?? '')).toMatchObject({
      undone: false,
      next: expect.stringContaining('Stripe'),
    });
    expect(world.effectsOf(NAME)).toEqual({ ...NOTHING, stripeCustomers: 1 });
  });
});
