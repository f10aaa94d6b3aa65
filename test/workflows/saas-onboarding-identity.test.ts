/** A signup's name that comes again, and calls that arrive after what they began was undone. */
import { createOnboardingWorld, NOTHING, type OnboardingWorld, TABLES } from '../support/onboarding-world';
import { signupInput } from '../support/signups';
import { onboard } from '../support/simulate-onboarding';

const NAME = 'onboarding-U-42';
const DAY = 86_400_000;

afterEach(() => jest.restoreAllMocks());

const linkIn = ({ ses }: OnboardingWorld) => ses.outbox.at(-1)?.text.match(/#(\S+)/)?.[1] ?? '';

test('a user who was off-boarded and comes back under the same name has a key that the old link does not open', async () => {
  const world = createOnboardingWorld();
  const first = await onboard(world);
  const oldLink = linkIn(world);
  await world.claim(oldLink);
  await world.dynamodb.call('deleteItem', {
    TableName: TABLES.customers,
    Key: { customerId: { S: 'U-42' } },
  });
  world.time.now = new Date(world.time.now.getTime() + 91 * DAY);

  const second = await onboard(world);
  expect(second.output).toMatchObject({ outcome: 'ONBOARDED' });
  const ids = [first, second].map(({ output }) => Object(output));
  expect(ids[0].apiKeyId).not.toBe(ids[1].apiKeyId);
  expect(ids[0].databaseId).not.toBe(ids[1].databaseId);
  expect(ids[0].stripeCustomerId).not.toBe(ids[1].stripeCustomerId);
  await expect(world.claim(oldLink)).rejects.toMatchObject({ reason: 'ALREADY_CLAIMED' });
  await expect(world.claim(linkIn(world))).resolves.toMatchObject({ apiKeyId: ids[1].apiKeyId });
});

test.each([
  ['CreateDatabaseAccount', 'DynamoDb.AccessDeniedException'],
  ['CreateAPIKey', 'Error'],
  ['CreateStripeCustomer', 'States.Http.StatusCode.401'],
  ['CreateStripeCustomer', 'States.Http.StatusCode.400'],
  ['RecordCustomer', 'DynamoDB.ConditionalCheckFailedException'],
])('after %s fails with %s, late calls end before anything is undone', async (state, error) => {
  const world = createOnboardingWorld();
  const { states } = await onboard(world, signupInput(), { faults: [{ state, error }] });
  expect(states).toContain('LetCutOffCallsEnd');
  expect(states.indexOf('LetCutOffCallsEnd')).toBe(states.indexOf('DeleteDatabase') - 1);
  expect(world.effectsOf(NAME)).toEqual(NOTHING);
});

test('what Stripe refuses as malformed is REJECTED, told to signup-errors, and nothing is left', async () => {
  const world = createOnboardingWorld();
  const { output } = await onboard(world, signupInput(), {
    faults: [{ state: 'CreateStripeCustomer', error: 'States.Http.StatusCode.400' }],
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
  const world = createOnboardingWorld();
  const { output } = await onboard(world, signupInput(), {
    faults: [{ state: 'ValidateSignup', error: 'States.DataLimitExceeded' }],
  });
  expect(output).toMatchObject({
    outcome: 'REJECTED',
    problems: [{ path: '', message: expect.stringMatching(/200 KB/) }],
  });
});
