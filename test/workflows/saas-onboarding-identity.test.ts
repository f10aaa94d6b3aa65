/** Reused names of signups, and calls that arrive after the compensation. */

import { fails } from '../../tools/doubles/faults';
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
