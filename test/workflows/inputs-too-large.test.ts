/**
 * States.ALL does not catch States.DataLimitExceeded. Inputs that Step Functions accepts, and that exceed 256 KB with
 * what the first call adds, are REJECTED; whatever exceeds it later is undone, or done.
 */
import { fails, worksButFails } from '../../tools/doubles/faults';
import { openImports } from '../../tools/world/imports';
import { NOTHING } from '../../tools/world/onboarding-world';
import { openShop } from '../../tools/world/order-shop';
import { TOPICS } from '../../tools/world/order-world';
import { orderInput } from '../../tools/world/orders';
import { signupInput } from '../../tools/world/signups';
import { openSignups } from '../support/signups';

afterEach(() => jest.restoreAllMocks());

const LIMIT = 256 * 1024;

/** An input of so many bytes below the limit. */
function sized<Input extends object>(input: Input, below: number): Input {
  const padded = { ...input, padding: '' };
  return { ...padded, padding: 'x'.repeat(LIMIT - below - Buffer.byteLength(JSON.stringify(padded))) };
}

const rejection = {
  outcome: 'REJECTED',
  problems: [{ path: '', message: expect.stringContaining('is too large') }],
  notified: true,
};

describe.each([0, 1, 100])('%d bytes below the limit', (below) => {
  test('an order is REJECTED, and its topic says why', async () => {
    const shop = openShop();
    const order = await shop.run(sized(Object(orderInput()), below));
    expect(order).toMatchObject({ status: 'SUCCEEDED', output: rejection });
    expect(shop.world.topics.messages(TOPICS.validationFailure)).toHaveLength(1);
  });

  test('a signup', async () => {
    const signups = openSignups();
    const signup = await signups.run(sized(signupInput(), below));
    expect(signup).toMatchObject({ status: 'SUCCEEDED', output: rejection });
    expect(signups.topics.messages(signups.signupErrors)).toHaveLength(1);
  });

  test('an import', async () => {
    const imports = openImports();
    imports.upload('{}\n');
    const { output, summary, status } = await imports.run(
      sized({ bucket: 'orders-to-import', key: 'uploads/orders.jsonl' }, below),
    );
    expect({ status, output }).toMatchObject({ status: 'SUCCEEDED', output: rejection });
    expect(summary).toMatchObject({ outcome: 'REJECTED' });
  });
});

test.each([150, 200, 20_000])(
  '%d bytes below it an order is REJECTED for what is wrong with it',
  async (below) => {
    const order = await openShop().run(sized(Object(orderInput()), below));
    expect(order.output).toMatchObject({ outcome: 'REJECTED', problems: [{ path: 'padding' }] });
  },
);

const tooLarge = 'States.DataLimitExceeded';

/** AWS documents that States.ALL does not catch it; the simulator lets it. */
const withoutAll = <World extends Pick<ReturnType<typeof openShop>, 'deploy' | 'definitionOf'>>(
  world: World,
  workflow: string,
): World => {
  world.deploy(workflow, world.definitionOf(workflow).replaceAll('"States.ALL"', '"AnotherError"'));
  return world;
};

test.each(['ChargeCard', 'ReserveInventory', 'ReviewPayment', 'CreateShipment', 'CapturePayment'])(
  'an order that exceeds it at %s, before or after the work, is undone and FAILED',
  async (state) => {
    const items = state === 'ReviewPayment' ? [{ sku: 'MUG', quantity: 2, unitPrice: 60_000 }] : undefined;
    for (const fault of [fails(tooLarge), worksButFails(tooLarge)]) {
      const shop = withoutAll(openShop(), 'order-processing');
      const order = await shop.run({ ...(items && { items }) }, { faults: { [state]: fault } });
      expect(order).toMatchObject({ status: 'FAILED', error: tooLarge, endedAt: 'OrderFailed' });
      expect(await shop.books()).toEqual({ held: 0, taken: 0, stock: { MUG: 10, TEA: 10 }, shipped: [] });
    }
  },
);

test('an order that exceeds it at NotifyCustomer has shipped', async () => {
  const shop = withoutAll(openShop(), 'order-processing');
  const order = await shop.run({}, { faults: { NotifyCustomer: fails(tooLarge) } });
  expect(order.output).toMatchObject({ outcome: 'SHIPPED', notified: false });
});

test.each(['CreateDatabaseAccount', 'CheckDatabaseStatus', 'CreateAPIKey', 'CreateStripeCustomer'])(
  'a signup that exceeds it at %s, before or after the work, is undone and FAILED',
  async (state) => {
    for (const fault of [fails(tooLarge), worksButFails(tooLarge)]) {
      const signups = withoutAll(openSignups(), 'saas-onboarding');
      const signup = await signups.run(signupInput(), { faults: { [state]: fault } });
      expect(signup).toMatchObject({ status: 'FAILED', error: tooLarge, endedAt: 'OnboardingFailed' });
      expect(signups.effectsOf('onboarding-U-42')).toEqual(NOTHING);
    }
  },
);
