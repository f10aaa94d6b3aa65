// A second signup or attempt of an existing customer changes nothing that the first one created, wherever it fails.

import { repliesLate, worksButFails } from '../../tools/doubles/faults';
import { EVERYTHING, NOTHING, SIGNUP_ERRORS } from '../../tools/world/onboarding-world';
import { signupInput } from '../../tools/world/signups';
import { ending, planOf, retriesOf, type StateFault } from '../support/onboarding-errors';
import { openSignups } from '../support/signups';

const FIRST = 'onboarding-U-42';
const SECOND = 'onboarding-U-42_2';

afterEach(() => jest.restoreAllMocks());

const refusal = {
  outcome: 'REJECTED',
  userId: 'U-42',
  problems: [{ path: 'userId', message: 'is a customer already' }],
  more: 0,
};

test('a second signup of a customer is refused before anything is made', async () => {
  const world = openSignups();
  await world.run();
  const { output, states } = await world.run(signupInput({ plan: 'enterprise' }), { name: SECOND });
  expect(output).toEqual({ ...refusal, notified: true });
  expect(states).toEqual(['ValidateSignup', 'NotifyInvalidSignup']);
  expect(world.topics.messages(SIGNUP_ERRORS)).toEqual([
    { ...refusal, noticeId: expect.stringMatching(/^onboarding-U-42_2\.\d+\/REJECTED$/) },
  ]);
  expect(world.effectsOf(FIRST)).toEqual(EVERYTHING);
});

/** The second attempt is validated before the first one runs from start to end. */
async function overtake(faults: StateFault[] = []) {
  const world = openSignups();
  const second = world.start(signupInput(), {
    name: SECOND,
    faults: { ValidateSignup: [repliesLate(18)], ...planOf(faults) },
  });
  const first = await world.finish(world.start(signupInput(), { name: FIRST }));
  expect(first.outcome).toBe('ONBOARDED');
  expect(second.events.filter(({ type }) => type === 'TaskStateExited')).toEqual([]);
  const ended = await world.finish(second);
  await world.settle();
  return { world, second: ended };
}

test('of two attempts at once one onboards the customer, and the other undoes all of its work', async () => {
  const { world, second } = await overtake();
  expect(second.output).toEqual({ ...refusal, notified: true });
  expect(world.topics.messages(SIGNUP_ERRORS)).toEqual([
    { ...refusal, noticeId: expect.stringMatching(/^onboarding-U-42_2\.\d+\/REJECTED$/) },
  ]);
  expect(world.effectsOf(FIRST)).toEqual(EVERYTHING);
  expect(world.effectsOf(SECOND)).toEqual(NOTHING);
});

test('an attempt that has written the record, but lost the reply, onboards the customer', async () => {
  const world = openSignups();
  const { output } = await world.run(signupInput(), {
    faults: { RecordCustomer: [worksButFails('DynamoDB.SdkClientException')] },
  });
  expect(output).toMatchObject({ outcome: 'ONBOARDED' });
  expect(world.effectsOf(FIRST)).toEqual(EVERYTHING);
});

describe('a second attempt harms nothing of the first when it fails at', () => {
  const before = ['CreateDatabaseAccount', 'CheckDatabaseStatus', 'CreateAPIKey', 'CreateStripeCustomer'];

  test.each(before.flatMap((state) => [false, true].map((afterWork) => [state, afterWork] as const)))(
    '%s (after its work: %p)',
    async (state, afterWork) => {
      const { world, second } = await overtake([{ state, error: 'Error', afterWork }]);
      expect(ending(world, second)).toMatchObject({ at: 'OnboardingFailed', failed: state, told: 1 });
      expect(world.effectsOf(FIRST)).toEqual(EVERYTHING);
      expect(world.effectsOf(SECOND)).toEqual(NOTHING);
    },
  );

  const undoing = ['DeleteDatabase', 'DeleteAPIKey', 'FindStripeCustomers', 'DeleteStripeCustomer'];

  test.each(undoing.flatMap((state) => [false, true].map((afterWork) => [state, afterWork] as const)))(
    '%s (after its work: %p), also once it is redriven',
    async (state, afterWork) => {
      const { world, second } = await overtake([
        { state: 'CreateStripeCustomer', error: 'States.Http.StatusCode.500', afterWork: true },
        { state, error: 'Error', afterWork, times: retriesOf(state) + 1 },
      ]);
      expect(second.states.at(-1)).toBe(state);
      expect(world.effectsOf(FIRST)).toEqual(EVERYTHING);
      expect((await world.redrive(second)).states.at(-1)).toBe('OnboardingFailed');
      expect(world.effectsOf(FIRST)).toEqual(EVERYTHING);
      expect(world.effectsOf(SECOND)).toEqual(NOTHING);
    },
  );

  test('RecordCustomer, and is the same after a redrive', async () => {
    const { world, second } = await overtake([
      { state: 'RecordCustomer', error: 'DynamoDB.AccessDeniedException' },
    ]);
    expect(second.states.at(-1)).toBe('RecordCustomer');
    expect(world.effectsOf(FIRST)).toEqual(EVERYTHING);
    expect((await world.redrive(second)).output).toMatchObject({ outcome: 'REJECTED' });
    expect(world.effectsOf(FIRST)).toEqual(EVERYTHING);
    expect(world.effectsOf(SECOND)).toEqual(NOTHING);
  });
});

test('an attempt after one that was undone starts from the beginning', async () => {
  const world = openSignups();
  await world.run(signupInput(), {
    faults: { CreateAPIKey: [worksButFails('Error')] },
  });
  expect(world.effectsOf(FIRST)).toEqual(NOTHING);
  const { output } = await world.run(signupInput(), { name: SECOND });
  expect(output).toMatchObject({
    outcome: 'ONBOARDED',
    databaseId: expect.stringMatching(/^test-tenant-onboarding-U-42_2\.\d+$/),
  });
  expect(world.effectsOf(SECOND)).toEqual(EVERYTHING);
  expect(world.effectsOf(FIRST)).toEqual(NOTHING);
});

test('users and attempts with similar ids share nothing', async () => {
  const world = openSignups();
  const ids = ['U', 'u', 'U-', 'U-2', 'onboarding-U', 'onboarding-U-2', '-'];
  for (const userId of ids) {
    await world.run(signupInput({ userId }), { name: `onboarding-${userId}` });
  }
  for (const userId of ids) expect(world.effectsOf(`onboarding-${userId}`)).toEqual(EVERYTHING);
  expect(new Set(world.tenantTables.names()).size).toBe(ids.length);
});
