/**
 * No personal data in what a failed execution says: its `Cause` is in the log in every stage. Here each function fails with
 * an error that quotes all that it was called with, as Lambda would report it.
 */
import type { Context } from 'aws-lambda';
import { lambdaHandler } from '../../lambda/shared/handler';
import { asLambda, type LambdaDouble } from '../../tools/doubles/lambda';
import { openShop } from '../../tools/world/order-shop';
import { orderInput } from '../../tools/world/orders';
import { signupInput } from '../../tools/world/signups';
import type { Run } from '../../tools/world/world';
import { LARGE } from '../support/reviews';
import { openSignups } from '../support/signups';

beforeAll(() => {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
});
afterAll(() => {
  delete process.env.POWERTOOLS_LOG_LEVEL;
});
afterEach(() => jest.restoreAllMocks());

/** A function that quotes its payload, and an address from elsewhere, in its error. */
const quoting = (): LambdaDouble => {
  const handler = lambdaHandler<Record<string, unknown>, never>(
    () => async (payload) => {
      throw new Error(`cannot do ${JSON.stringify(payload)}, nor tell ada.lovelace@example.org`);
    },
    () => ({}),
  );
  return asLambda((payload: Record<string, unknown>) => handler(payload, {} as Context));
};

/** What the histories of all executions of a world say of failed ones. */
const causesIn = ({ stepFunctions }: Pick<ReturnType<typeof openShop>, 'stepFunctions'>): string[] =>
  stepFunctions
    .executions()
    .flatMap(({ execution }) => execution.events)
    .flatMap(({ executionFailedEventDetails: failed }) => (failed ? [JSON.stringify(failed)] : []));

const expectNone = (run: Run, causes: string[], personal: readonly string[]) => {
  expect(run.status).toBe('FAILED');
  expect(causes.length).toBeGreaterThan(0);
  // The error came all the way.
  expect(causes.join()).toContain('cannot do');
  for (const text of [...personal, 'ada.lovelace@example.org']) expect(causes.join()).not.toContain(text);
};

const { email, shippingAddress, ...order } = orderInput();
const { name, line1, city, postalCode } = shippingAddress;
const ofCustomer = [email, name, line1, city, postalCode, 'pm_card_visa'];

test('an order has some, which the checks below look for', () => {
  for (const text of ofCustomer) expect(JSON.stringify({ email, shippingAddress, ...order })).toContain(text);
});

test.each([
  ['validate-order'],
  ['charge-card'],
  ['request-review'],
  ['create-shipment'],
  ['capture-payment'],
  ['create-shipment', 'cancel-shipment'],
  ['create-shipment', 'release-inventory'],
  ['create-shipment', 'reverse-payment'],
])('an order whose functions fail: %s %s', async (...broken) => {
  const functions = Object.fromEntries(broken.map((each) => [each, quoting()]));
  const shop = openShop(undefined, { functions });
  const run = await shop.run(broken.includes('request-review') ? LARGE : {});
  expectNone(run, causesIn(shop), ofCustomer);
});

test.each([
  ['validate-signup'],
  ['create-api-key'],
  ['create-api-key', 'delete-api-key'],
  ['send-welcome-email'],
])('a signup whose functions fail: %s %s', async (...broken) => {
  const functions = Object.fromEntries(broken.map((each) => [each, quoting()]));
  const world = openSignups({ functions });
  const run = await world.run();
  expectNone(run, causesIn(world), [signupInput().email, signupInput().company]);
});
