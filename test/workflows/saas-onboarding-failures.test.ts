// Failures in the branches, alone or together: afterwards everything exists or nothing does.

import { executionIdentity } from '../../contracts/identity';
import { type FaultPlan, fails, worksButFails } from '../../tools/doubles/faults';
import { EVERYTHING, NOTHING } from '../../tools/world/onboarding-world';
import { signupInput } from '../../tools/world/signups';
import {
  BRANCHES,
  ending,
  everyError,
  fewerStrikes,
  kindsOfErrors,
  label,
  planOf,
  retriesOf,
  type Strike,
  strikes,
} from '../support/onboarding-errors';
import { openSignups } from '../support/signups';

const NAME = 'onboarding-U-42';

afterEach(() => jest.restoreAllMocks());

/** Expects everything if all states survive; else nothing, and a failure that names the first branch's state. */
async function check(...faults: Strike[]): Promise<void> {
  const world = openSignups();
  const result = await world.run(signupInput(), { faults: planOf(faults) });
  const fatal = faults.find(({ survives }) => !survives);
  expect(ending(world, result)).toEqual(
    fatal
      ? { status: 'FAILED', at: 'OnboardingFailed', outcome: undefined, failed: fatal.state, told: 1 }
      : {
          status: 'SUCCEEDED',
          at: 'LogOnboardingComplete',
          outcome: 'ONBOARDED',
          failed: undefined,
          told: 0,
        },
  );
  if (fatal) expect(result.error).toBe(fatal.error);
  expect(world.effectsOf(NAME)).toEqual(fatal ? NOTHING : EVERYTHING);
}

describe.each(Object.entries(BRANCHES))('everything or nothing, when in the branch %s', (_branch, states) => {
  const faults = everyError(states).flatMap(strikes);
  test.each(faults.map((fault) => [label(fault), fault] as const))('%s', async (_label, fault) => {
    await check(fault);
  });
});

/** Each of both lists at least once. The fault matrix has all of them. */
const paired = <T>(one: readonly T[], other: readonly T[]): [T, T][] =>
  Array.from({ length: Math.max(one.length, other.length) }, (_, at) => [
    one[at % one.length] as T,
    other[at % other.length] as T,
  ]);

describe('everything or nothing, when two branches fail together:', () => {
  const [database, apiKey, stripe] = [BRANCHES.database, BRANCHES.apiKey, BRANCHES.stripe].map((states) =>
    kindsOfErrors(states),
  );
  const pairs = [
    [database, apiKey],
    [database, stripe],
    [apiKey, stripe],
  ].flatMap(([one = [], other = []]) => paired(one, other));

  test.each(pairs.map(([a, b]) => [`${a.state} ${a.error}, ${b.state} ${b.error}`, a, b] as const))(
    '%s',
    async (_label, a, b) => {
      for (const one of fewerStrikes(a)) for (const other of fewerStrikes(b)) await check(one, other);
    },
  );

  test('all three', async () => {
    const all = [database, apiKey, stripe].flatMap((errors = []) => {
      const [error] = errors.slice(-1);
      return error ? strikes(error).slice(-1) : [];
    });
    expect(all.map(({ survives, afterWork }) => [survives, afterWork])).toEqual(Array(3).fill([false, true]));
    await check(...all);
  });
});

describe('Stripe', () => {
  test.each([
    ['a 500 before anything happened', { kind: 'server_error' }, NOTHING],
    [
      'a 500 that it replays, after it made the customer',
      { kind: 'server_error', kept: true, afterWork: true },
      NOTHING,
    ],
    ['no answer, after it made the customer', { kind: 'hang', afterWork: true }, EVERYTHING],
    ['a lost connection, after it made the customer', { kind: 'reset', afterWork: true }, EVERYTHING],
    ['its rate limit, three times', { kind: 'rate_limit', times: 3 }, EVERYTHING],
    ['no connection, until the tries are used up', { kind: 'unavailable', times: 6 }, NOTHING],
    ['an answer after 50 seconds', { kind: 'slow', seconds: 50 }, EVERYTHING],
  ] as const)('answers with %s: one customer or none', async (_what, fault, expected) => {
    const world = openSignups();
    world.stripe.faults.add({ on: 'POST /v1/customers', ...fault });
    const { states } = await world.run();
    expect(states.at(-1)).toBe(expected === NOTHING ? 'OnboardingFailed' : 'LogOnboardingComplete');
    expect(world.effectsOf(NAME)).toEqual(expected);
  });

  test('finds by e-mail and metadata what this execution made, and no other customer of that address', async () => {
    const world = openSignups();
    const other = 'email=grace%40example.com&metadata[execution]=onboarding-other';
    await world.stripe.handle(
      {
        method: 'POST',
        path: '/v1/customers',
        headers: {
          authorization: `Bearer ${world.stripe.secretKey}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: other,
      },
      async () => {},
    );
    world.stripe.faults.add({ on: 'POST /v1/customers', kind: 'server_error', kept: true, afterWork: true });
    await world.run();
    expect(world.effectsOf(NAME)).toEqual(NOTHING);
    expect(world.effectsOf('onboarding-other').stripeCustomers).toBe(1);
  });

  test('that is down: our own resources are undone, it fails at the call of Stripe, and a redrive undoes the rest', async () => {
    const world = openSignups();
    world.stripe.faults.add({ on: 'POST /v1/customers', kind: 'server_error', kept: true, afterWork: true });
    world.stripe.faults.add({ on: '* /v1/customers', kind: 'unavailable', times: 'always' });
    const down = await world.run();
    expect(down).toMatchObject({ status: 'FAILED', error: 'States.Http.Socket' });
    expect(down.cause).toContain('ECONNREFUSED');
    expect(down.states.at(-1)).toBe('FindStripeCustomers');
    expect(world.effectsOf(NAME)).toEqual({ ...NOTHING, stripeCustomers: 1 });

    world.stripe.faults.clear();
    const redriven = await world.redrive(down);
    expect(redriven.states.at(-1)).toBe('OnboardingFailed');
    expect(world.effectsOf(NAME)).toEqual(NOTHING);
  });
});

describe('a signup that FAILED and is undone', () => {
  test.each(['CreateAPIKey', 'ValidateSignup'])('at %s: the topic hears so, once', async (state) => {
    const world = openSignups();
    await world.run(signupInput(), { faults: { [state]: fails('Error') } });
    expect(world.topics.messages(world.signupErrors)).toEqual([
      {
        noticeId: expect.stringMatching(/^onboarding-U-42\.\d+\/FAILED$/),
        userId: expect.stringContaining('U-42'),
        email: 'grace@example.com',
        outcome: 'FAILED',
        reason: 'This signup failed, and nothing of it is left. Please try again.',
      },
    ]);
  });

  test('of which something is left: nobody is told that it is gone', async () => {
    const world = openSignups();
    const { states } = await world.run(signupInput(), {
      faults: { CreateAPIKey: fails('Error'), DeleteAPIKey: fails('CompensationFailed') },
    });
    expect(states.at(-1)).toBe('DeleteAPIKey');
    expect(world.topics.messages(world.signupErrors)).toEqual([]);
  });

  test.each([[[]], ['text'], [null]])('ends the same when its input is %j', async (input) => {
    const world = openSignups();
    const { states, error } = await world.run(input, { faults: { ValidateSignup: fails('Error') } });
    expect({ at: states.at(-1), error }).toEqual({ at: 'OnboardingFailed', error: 'Error' });
  });

  test.each<[string, FaultPlan]>([
    ['is down', { NotifySignupFailed: fails('unavailable') }],
    ['is sent what cannot be evaluated', { NotifySignupFailed: [fails('States.QueryEvaluationError')] }],
  ])('ends the same when the topic %s', async (_case, faults) => {
    const world = openSignups();
    const failed = { CreateAPIKey: fails('Error'), ...faults };
    const { states, error } = await world.run(signupInput(), { faults: failed });
    expect({ at: states.at(-1), error }).toEqual({ at: 'OnboardingFailed', error: 'Error' });
    expect(world.effectsOf(NAME)).toEqual(NOTHING);
  });
});

describe('undoing', () => {
  // In the first case the workflow knows the Stripe customer's id; in the second it must search for it.
  const keyFails = { state: 'CreateAPIKey', error: 'Error', afterWork: true };
  const stripeFails = { state: 'CreateStripeCustomer', error: 'States.Http.StatusCode.500', afterWork: true };

  const steps = [
    ['DeleteDatabase', keyFails, 'DynamoDb.InternalServerErrorException'],
    ['DeleteAPIKey', keyFails, 'CompensationFailed'],
    ['FindStripeCustomers', stripeFails, 'States.Http.StatusCode.503'],
    ['DeleteStripeCustomer', keyFails, 'States.Http.StatusCode.429'],
    ['DeleteStripeCustomer', stripeFails, 'States.Http.Socket'],
  ] as const;

  test.each(steps)('works in the end when %s fails three times (%o)', async (state, cause, error) => {
    for (const afterWork of [false, true]) {
      const world = openSignups();
      const { states } = await world.run(signupInput(), {
        faults: planOf([cause, { state, error, afterWork, times: 3 }]),
      });
      expect(states.at(-1)).toBe('OnboardingFailed');
      expect(world.effectsOf(NAME)).toEqual(NOTHING);
    }
  });

  test.each(steps)(
    'fails at %s when that fails for good (%o), and a redrive undoes the rest',
    async (state, cause, error) => {
      const world = openSignups();
      const stuck = await world.run(signupInput(), {
        faults: planOf([cause, { state, error, times: retriesOf(state) + 1 }]),
      });
      expect(stuck).toMatchObject({ status: 'FAILED', error });
      expect(stuck.states.at(-1)).toBe(state);

      const redriven = await world.redrive(stuck);
      expect(redriven.error).toBe(cause.error);
      expect(redriven.states.at(-1)).toBe('OnboardingFailed');
      expect(world.effectsOf(NAME)).toEqual(NOTHING);
    },
  );

  test.each([
    ['DeleteAPIKey', keyFails],
    ['FindStripeCustomers', stripeFails],
  ])('fails at %s, untried, when its expression cannot be evaluated', async (state, cause) => {
    const world = openSignups();
    const unevaluable = { state, error: 'States.QueryEvaluationError' };
    const stuck = await world.run(signupInput(), { faults: planOf([cause, unevaluable]) });
    expect(stuck).toMatchObject({ error: unevaluable.error, endedAt: state });

    expect((await world.redrive(stuck)).endedAt).toBe('OnboardingFailed');
    expect(world.effectsOf(NAME)).toEqual(NOTHING);
  });

  test('when two branches say more than 256 KB together, of why they failed', async () => {
    const world = openSignups();
    const long = worksButFails('Error', 'x'.repeat(140_000));
    const { error, cause } = await world.run(signupInput(), {
      faults: { CreateAPIKey: [long], CreateDatabaseAccount: [long] },
    });
    expect(error).toBe('States.DataLimitExceeded');
    expect(JSON.parse(cause ?? '')).toMatchObject({ undone: true, state: 'CreateAccountsInParallel' });
    expect(world.effectsOf(NAME)).toEqual(NOTHING);
  });

  test('bars an API key that comes late', async () => {
    const world = openSignups();
    await world.run(signupInput(), { faults: { CreateAPIKey: [fails('Error')] } });
    const late = world.functions['create-api-key']({
      userId: 'U-42',
      execution: executionIdentity(NAME, new Date('2026-01-01T00:00:00Z')),
    });
    await expect(late).rejects.toThrow('was revoked');
    expect(world.effectsOf(NAME)).toEqual(NOTHING);
  });

  test('waits for calls that another branch’s failure interrupted', async () => {
    const world = openSignups();
    // No branch throws today. If one did, the calls of the other branches would run on after the Parallel has failed.
    const definition = JSON.parse(world.definitionOf('saas-onboarding'));
    delete definition.States.CreateAccountsInParallel.Branches[0].States.CheckDatabaseStatus.Catch;
    world.deploy('saas-onboarding', JSON.stringify(definition));
    world.stripe.faults.add({ on: 'POST /v1/customers', kind: 'slow', seconds: 50 });
    const { states, cause } = await world.run(signupInput(), {
      faults: { CheckDatabaseStatus: [fails('DynamoDb.AccessDeniedException')] },
    });
    expect(states).toContain('LetCutOffCallsEnd');
    expect(JSON.parse(cause ?? '')).toMatchObject({ userId: 'U-42', state: 'CreateAccountsInParallel' });
    expect(world.stripe.ledger.requests.map(({ method }) => method)).toEqual(['POST', 'GET', 'DELETE']);
    expect(world.effectsOf(NAME)).toEqual(NOTHING);
  });
});
