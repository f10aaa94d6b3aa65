/** Reused names of signups, and calls that arrive after the compensation. */

import { fails, worksButFails } from '../../tools/doubles/faults';
import { NOTHING, TABLES } from '../../tools/world/onboarding-world';
import { type Signups, signupInput } from '../../tools/world/signups';
import { openSignups } from '../support/signups';

const NAME = 'onboarding-U-42';
const DAY = 86_400;

afterEach(() => jest.restoreAllMocks());

const linkIn = ({ ses }: Signups) => ses.outbox.at(-1)?.text.match(/#(\S+)/)?.[1] ?? '';

test('a user who was off-boarded and comes back under the same name has a key that the old link does not open', async () => {
  const world = openSignups();
  const first = await world.run();
  const oldLink = linkIn(world);
  await world.claim(oldLink);
  await world.dynamodb.call('deleteItem', {
    TableName: TABLES.customers,
    Key: { customerId: { S: 'U-42' } },
  });
  await world.clock.advance(91 * DAY);

  const second = await world.run();
  expect(second.output).toMatchObject({ outcome: 'ONBOARDED' });
  const ids = [first, second].map(({ output }) => Object(output));
  expect(ids[0].apiKeyId).not.toBe(ids[1].apiKeyId);
  expect(ids[0].databaseId).not.toBe(ids[1].databaseId);
  expect(ids[0].stripeCustomerId).not.toBe(ids[1].stripeCustomerId);
  await expect(world.claim(oldLink)).rejects.toMatchObject({ reason: 'ALREADY_CLAIMED' });
  await expect(world.claim(linkIn(world))).resolves.toMatchObject({ apiKeyId: ids[1].apiKeyId });
});

describe('two deployments that share an account of Stripe', () => {
  const elsewhere = { account: '123456789012', region: 'eu-west-1' };
  const lost = worksButFails('States.Http.StatusCode.500');

  function deployments() {
    const first = openSignups();
    const second = openSignups({ deployment: elsewhere, clock: first.clock, stripe: first.stripe });
    const customers = () => first.stripe.ledger.customers.map(({ id }) => id);
    return { first, second, customers };
  }

  test.each([
    ['knows its customer', { CreateAPIKey: fails('Error') }],
    ['has to search for it', { CreateStripeCustomer: [lost] }],
  ])(
    'the same signup at the same moment, and the second fails and %s: the first’s stays',
    async (_case, faults) => {
      const { first, second, customers } = deployments();
      const [onboarded, undone] = await Promise.all([first.run(), second.run(signupInput(), { faults })]);
      expect([onboarded.outcome, undone.endedAt]).toEqual(['ONBOARDED', 'OnboardingFailed']);
      expect(customers()).toEqual([Object(onboarded.output).stripeCustomerId]);
    },
  );

  test('one user id with other data in the second: each has a customer of its own', async () => {
    const { first, second, customers } = deployments();
    const [one, other] = await Promise.all([first.run(), second.run(signupInput({ plan: 'free' }))]);
    expect([one.outcome, other.outcome]).toEqual(['ONBOARDED', 'ONBOARDED']);
    expect(customers()).toEqual([one, other].map(({ output }) => Object(output).stripeCustomerId));
  });

  test('a redrive that searches takes no customer of the other for its own', async () => {
    const { first, second, customers } = deployments();
    const stop = async () => {
      second.stepFunctions.find(NAME)?.stop();
      throw new Error('stopped');
    };
    const [onboarded, aborted] = await Promise.all([
      first.run(),
      second.run(signupInput(), { faults: { CreateStripeCustomer: [stop] } }),
    ]);
    const redriven = await second.redrive(aborted, { after: 60 });
    expect(redriven.outcome).toBe('ONBOARDED');
    expect(customers()).toEqual([onboarded, redriven].map(({ output }) => Object(output).stripeCustomerId));
  });
});

test.each([
  ['CreateDatabaseAccount', 'DynamoDb.AccessDeniedException'],
  ['CreateAPIKey', 'Error'],
  ['CreateStripeCustomer', 'States.Http.StatusCode.401'],
  ['CreateStripeCustomer', 'States.Http.StatusCode.400'],
  ['RecordCustomer', 'DynamoDB.ConditionalCheckFailedException'],
])('after %s fails with %s, late calls end before anything is undone', async (state, error) => {
  const world = openSignups();
  const { states } = await world.run(signupInput(), { faults: { [state]: [fails(error)] } });
  expect(states).toContain('LetCutOffCallsEnd');
  expect(states.indexOf('LetCutOffCallsEnd')).toBe(states.indexOf('DeleteDatabase') - 1);
  expect(world.effectsOf(NAME)).toEqual(NOTHING);
});

test('a signup that Stripe finds malformed is REJECTED, reported to signup-errors, and nothing is left', async () => {
  const world = openSignups();
  const { output } = await world.run(signupInput(), {
    faults: { CreateStripeCustomer: [fails('States.Http.StatusCode.400')] },
  });
  expect(output).toMatchObject({
    outcome: 'REJECTED',
    userId: 'U-42',
    problems: [{ path: 'email', message: expect.stringContaining('refused') }],
    notified: true,
  });
  expect(world.effectsOf(NAME)).toEqual(NOTHING);
});

test('a signup of nearly 256 KB is REJECTED', async () => {
  const world = openSignups();
  const { output } = await world.run(signupInput(), {
    faults: { ValidateSignup: [fails('States.DataLimitExceeded')] },
  });
  expect(output).toMatchObject({
    outcome: 'REJECTED',
    problems: [{ path: '', message: expect.stringMatching(/200 KB/) }],
  });
});
