/** Functions and HTTP Tasks request the same version of Stripe's API. */
import Stripe from 'stripe';
import { STRIPE_VERSION } from '../../../lambda/shared/stripe-version';
import { allStatesOf } from '../../../lib/workflow/language/machines';
import { fails, worksButFails } from '../../../tools/doubles/faults';
import { definitionNames, inlinedDefinition } from '../../../tools/world/definitions';
import { openShop } from '../../../tools/world/order-shop';
import { signupInput } from '../../../tools/world/signups';
import { openSignups } from '../../support/signups';

afterEach(() => jest.restoreAllMocks());

test('the version is the one that the stripe package was made for', () => {
  expect(STRIPE_VERSION).toBe(Stripe.API_VERSION);
});

const httpTasks = definitionNames.flatMap((name) =>
  allStatesOf(JSON.parse(inlinedDefinition(name)))
    .filter(({ state }) => state.Resource === 'arn:aws:states:::http:invoke')
    .map(({ name: task, state }) => [`${name}: ${task}`, state.Arguments] as const),
);

test('there are HTTP Tasks', () => {
  expect(httpTasks.length).toBeGreaterThanOrEqual(3);
});

test.each(httpTasks)('%s asks for it', (_task, task) => {
  expect(task).toHaveProperty(['Headers', 'Stripe-Version'], '$' + '{StripeVersion}');
});

test('functions and HTTP Tasks send the version with every call', async () => {
  const shop = openShop();
  await shop.run({}, { faults: { CreateShipment: fails('Broken') } });
  const signups = openSignups();
  await signups.run(signupInput(), {
    faults: { CreateStripeCustomer: worksButFails('States.Http.StatusCode.500') },
  });
  const requests = [...shop.world.stripe.ledger.requests, ...signups.stripe.ledger.requests];
  expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(['POST', 'GET', 'DELETE']));
  for (const request of requests) expect(request).toMatchObject({ stripeVersion: STRIPE_VERSION });
});
