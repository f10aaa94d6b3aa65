// What the local cloud holds of an execution, in words: after real workflows with real functions.

import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { answersFrom } from '../../console/answers';
import { type FaultPlan, fails, worksButFails } from '../../tools/doubles/faults';
import { type StripeDouble, type StripeServer, startStripeServer } from '../../tools/doubles/stripe';
import type { HistoryEvent } from '../../tools/simulator/types';
import { TABLES as SIGNUP_TABLES } from '../../tools/world/onboarding-world';
import { openShop } from '../../tools/world/order-shop';
import { TABLES } from '../../tools/world/order-world';
import { openSignups, signupInput } from '../../tools/world/signups';
import { addExecution, type CliWorld, cliWorld, cloudOf, machineOf } from '../support/cli';
import { reviewing } from '../support/reviews';

let server: StripeServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** A cloud over the tables and the Stripe of a world. */
async function cloudOver(dynamodb: Pick<DynamoDBClient, 'send'>, stripe: StripeDouble): Promise<CliWorld> {
  server = await startStripeServer(stripe, { port: 0 });
  const world = cliWorld({
    clients: { dynamodb: async () => dynamodb as DynamoDBClient },
    resources: {
      SaasOnboarding: [
        { id: 'Idempotency1', type: 'AWS::DynamoDB::GlobalTable', physicalId: SIGNUP_TABLES.idempotency },
      ],
    },
  });
  Object.assign(world.outputs, {
    'OrderProcessing/ReservationsTableName': TABLES.reservations,
    'OrderProcessing/PaymentsTableName': TABLES.payments,
    'OrderProcessing/InventoryTableName': TABLES.inventory,
    'OrderProcessing/ReviewsTableName': TABLES.reviews,
    'Customers/CustomersTableName': SIGNUP_TABLES.customers,
    'Customers/OnboardingEventsTableName': SIGNUP_TABLES.events,
    'SaasOnboarding/ApiKeysTableName': SIGNUP_TABLES.apiKeys,
    'SaasOnboarding/TenantTablePrefix': 'test-tenant-',
    'SaasOnboarding/StripeEndpoint': server.url,
  });
  return world;
}

async function ask(
  world: CliWorld,
  name: string,
  events: readonly HistoryEvent[],
  workflow = 'order' as const,
) {
  const executionArn = `${machineOf(workflow).replace(':stateMachine:', ':execution:')}:${name}`;
  const [first] = events;
  // As seen: the first event is later than the start by which records know the execution.
  const later = events.map((each) => ({ ...each, timestamp: new Date(each.timestamp.getTime() + 1) }));
  addExecution(world, later, {
    name,
    executionArn,
    input: String(first?.executionStartedEventDetails?.input ?? '{}'),
    ...(first && { startDate: first.timestamp.getTime() / 1000 }),
  });
  const records = await answersFrom(cloudOf(world, 'local'), (words) => words).records(
    new URLSearchParams({ id: executionArn }),
  );
  return { records, says: records.map(({ title, says }) => `${title}: ${says}`) };
}

async function order(
  faults: FaultPlan = {},
  change = {},
  before?: (shop: ReturnType<typeof openShop>) => Promise<unknown>,
) {
  const shop = openShop({ MUG: 10 });
  await before?.(shop);
  const items = [{ sku: 'MUG', quantity: 2, unitPrice: 1000 }];
  const { execution } = await shop.run({ orderId: 'A1', items, ...change }, { faults });
  const world = await cloudOver(shop.world.dynamodb.client, shop.world.stripe);
  return { ...(await ask(world, 'order-A1', execution.events)), world, shop };
}

test('of an order that shipped: its stock, its reservation, its payment', async () => {
  const { says } = await order();
  expect(says).toEqual([
    'Stock of MUG: 8 free, 2 went out with this execution',
    'Reservation: shipped by this execution',
    expect.stringMatching(/^Payment record: pi_\w+, 20\.00 USD$/),
    expect.stringMatching(
      /^Payment at Stripe: pi_\w+, made by this execution: captured 20\.00 USD, nothing refunded$/,
    ),
  ]);
});

test('of an order that was undone: that nothing is held', async () => {
  const { says } = await order({ CreateShipment: worksButFails('Error', 'The queue is gone') });
  expect(says).toEqual([
    'Stock of MUG: 10 free, 2 given back by this execution',
    'Reservation: released, was held by this execution; this execution can hold no more',
    expect.stringMatching(/^Payment record: pi_\w+, 20\.00 USD, reversed: it can be charged no more$/),
    expect.stringMatching(/: authorised 20\.00 USD, released again, nothing taken$/),
  ]);
});

test('of an order that stopped half-way: what it still holds', async () => {
  const { says } = await order({ CancelShipment: fails('X'), CreateShipment: fails('X') });
  expect(says).toEqual([
    'Stock of MUG: 8 free, 2 held by this execution',
    'Reservation: held by this execution',
    expect.stringMatching(/^Payment record: pi_\w+, 20\.00 USD$/),
    expect.stringMatching(/: authorised 20\.00 USD, not taken yet$/),
  ]);
});

test('of an order that was refunded, and of one that was declined', async () => {
  const refunded = await order({ NotifyCustomer: fails('X'), CapturePayment: worksButFails('X', 'no') });
  expect(refunded.says.at(-1)).toMatch(/: captured 20\.00 USD, refunded 20\.00 USD$/);
  await server?.close();
  const { says } = await order({}, { paymentMethodId: 'pm_card_chargeDeclined' });
  expect(says.at(-1)).toMatch(/: 20\.00 USD declined \(generic_decline\), nothing taken$/);
});

test('of an order that held no stock: that nobody has', async () => {
  const { says } = await order({}, { items: [{ sku: 'MUG', quantity: 20, unitPrice: 1000 }] });
  expect(says.slice(0, 2)).toEqual([
    'Stock of MUG: 10 free, none held by this execution',
    'Reservation: none, nor was there one; this execution can hold no more',
  ]);
});

test('what another attempt holds is told apart', async () => {
  const { says } = await order({}, {}, async (shop) => {
    const items = [{ sku: 'MUG', quantity: 1, unitPrice: 1000 }];
    await shop.run({ orderId: 'A1', items }, { attempt: 2 });
  });
  expect(says).toEqual([
    'Stock of MUG: 9 free, none held by this execution',
    'Reservation: shipped by order-A1_2; this execution can hold no more',
    expect.stringMatching(/^Payment record: .*reversed/),
    expect.stringMatching(/made by order-A1_2: captured 10\.00 USD/),
    expect.stringMatching(/made by this execution: .*nothing taken$/),
  ]);
});

test('of a review: who answered, and never its task token', async () => {
  const { world: shop, answer, order: run, finish } = await reviewing();
  const [{ taskToken } = {}] = shop.dynamodb.items(TABLES.reviews);
  await answer('REJECTED');
  await finish(run);
  const world = await cloudOver(shop.dynamodb.client, shop.stripe);
  const { says, records } = await ask(world, 'order-A-1001', run.events);
  expect(says).toContainEqual(expect.stringMatching(/^Review: 1200\.00 USD, asked .*: REJECTED by ann at /));
  expect(taskToken?.S?.length).toBeGreaterThan(10);
  expect(JSON.stringify(records)).not.toContain(taskToken?.S);
});

test('of an input that is no order: nothing, and no error', async () => {
  const shop = openShop();
  const { execution } = await shop.run('nonsense', { name: 'order-A1' });
  const world = await cloudOver(shop.world.dynamodb.client, shop.world.stripe);
  expect((await ask(world, 'order-A1', execution.events)).records).toEqual([]);
});

async function signup(faults: FaultPlan = {}) {
  const signups = openSignups();
  const { execution } = await signups.run(signupInput(), { faults });
  const dynamodb = {
    send: async (command: { input: object }) =>
      command instanceof DescribeTableCommand
        ? signups.tenantTables.call('describeTable', { ...command.input })
        : signups.dynamodb.client.send(command as never),
  };
  const world = await cloudOver(dynamodb as never, signups.stripe);
  return ask(world, 'onboarding-U-42', execution.events);
}

test('of a signup: customer, table, key, e-mail, event, and Stripe; of its key not even the hash', async () => {
  const { says, records } = await signup();
  expect(says).toEqual([
    expect.stringMatching(/^Customer: on plan pro, cus_\w+, recorded by this execution$/),
    expect.stringMatching(/^Tenant's table: test-tenant-onboarding-U-42\.\d+ is ACTIVE/),
    expect.stringMatching(/^API key: key_\w+ is active, and not claimed yet$/),
    'Welcome e-mail: sent once, and not again by this execution',
    'Event: that onboarding is complete',
    expect.stringMatching(/^Customer at Stripe: cus_\w+$/),
  ]);
  expect(JSON.stringify(records)).not.toMatch(/"hash"|\(binary\)/);
});

test('of a signup that was undone: nothing', async () => {
  const { says } = await signup({ CreateStripeCustomer: fails('X') });
  expect(says).toEqual([
    'Customer: none on record',
    expect.stringMatching(/^Tenant's table: .* is DELETING/),
    expect.stringMatching(/^API key: key_\w+ is revoked/),
    'Welcome e-mail: not sent',
    'Event: none',
    'Customer at Stripe: none',
  ]);
});

test('of an import: its files', async () => {
  const world = cliWorld();
  const asked: unknown[] = [];
  const s3 = {
    send: async ({ input }: { input: { Prefix: string } }) => {
      asked.push(input);
      return input.Prefix.startsWith('results/')
        ? { Contents: [{ Key: `${input.Prefix}a.json`, Size: 7 }], IsTruncated: true }
        : {};
    },
  };
  world.clients.s3 = async () => s3 as unknown as S3Client;
  world.outputs['OrderProcessing/BulkOrdersBucketName'] = 'bulk';
  const { says } = await ask(world, 'import-1', []);
  expect(says).toEqual([
    'File: s3://bulk/results/import-1/a.json, 7 bytes',
    'File: and more in s3://bulk/results/import-1/',
  ]);
  expect(asked).toHaveLength(2);
});

test('of a real account nothing is read, and nowhere but from the double is Stripe asked', async () => {
  const { world } = await order();
  const query = new URLSearchParams('id=order-A1');
  await expect(answersFrom(cloudOf(world, 'prod'), (words) => words).records(query)).rejects.toThrow(
    'local cloud only',
  );
  world.outputs['SaasOnboarding/StripeEndpoint'] = 'https://api.stripe.com';
  await expect(answersFrom(cloudOf(world, 'local'), (words) => words).records(query)).rejects.toThrow(
    'is not the local cloud',
  );
});
