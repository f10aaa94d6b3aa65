/** Stripe refuses the connection's key: EventBridge switches the connection off until somebody gives it another. */
import { replyLost } from '../../tools/doubles/faults';
import { NOTHING } from '../../tools/world/onboarding-world';
import { type Signups, signupInput } from '../../tools/world/signups';
import { openSignups } from '../support/signups';

const NAME = 'onboarding-U-42';
const HOUR = 3600;

afterEach(() => jest.restoreAllMocks());

const expireKey = ({ stripe }: Signups) => {
  stripe.secretKey = 'sk_test_next';
};
/** What `workflows stripe rotate-key` does. */
const rotate = ({ connection, deauthorised, stripe }: Signups) => {
  connection.key = stripe.secretKey;
  deauthorised.delete('stripe');
};

test('the first signup finds out, and the connection stays off although the key would be taken again', async () => {
  const world = openSignups();
  const { secretKey } = world.stripe;
  expireKey(world);
  const first = world.start();
  await world.clock.advance(HOUR);
  expect(world.deauthorised).toEqual(new Set(['stripe']));
  world.stripe.secretKey = secretKey;
  const before = world.stripe.ledger.requests.length;
  await world.clock.advance(HOUR);
  expect(world.stripe.ledger.requests).toHaveLength(before);
  expect(first.status).toBe('RUNNING');
});

test.each([1, 3])(
  '%d h later the key is rotated: the signup undoes itself, and its next attempt works',
  async (hours) => {
    const world = openSignups();
    expireKey(world);
    const waiting = world.start();
    await world.clock.advance(hours * HOUR);
    expect(waiting.status).toBe('RUNNING');
    rotate(world);
    const ended = await world.finish(waiting);
    expect(ended).toMatchObject({ status: 'FAILED', endedAt: 'OnboardingFailed' });
    expect(world.effectsOf(NAME)).toEqual(NOTHING);
    const next = await world.run(signupInput(), { name: `${NAME}_2` });
    expect(next.outcome).toBe('ONBOARDED');
  },
);

test('a day later too, when each is redriven', async () => {
  const world = openSignups();
  expireKey(world);
  const stopped = await world.run();
  expect(stopped).toMatchObject({
    status: 'FAILED',
    endedAt: 'FindStripeCustomers',
    error: 'Events.ConnectionResource.InvalidConnectionState',
  });
  await world.clock.advance(24 * HOUR);
  rotate(world);
  expect(await world.redrive(stopped)).toMatchObject({ status: 'FAILED', endedAt: 'OnboardingFailed' });
  expect(world.effectsOf(NAME)).toEqual(NOTHING);
});

test('a customer whose making was not heard of before the key expired is found and deleted', async () => {
  const world = openSignups();
  const waiting = world.start(signupInput(), {
    faults: {
      CreateStripeCustomer: [
        replyLost,
        async (work) => {
          expireKey(world);
          return work();
        },
      ],
    },
  });
  await world.clock.advance(HOUR);
  expect(world.effectsOf(NAME).stripeCustomers).toBe(1);
  rotate(world);
  const { states } = await world.finish(waiting);
  expect(states).toContain('DeleteStripeCustomer');
  expect(world.effectsOf(NAME)).toEqual(NOTHING);
});
