/** Executions that stopped half-way: stuck finds them, redrive --all redrives them, undo undoes one from outside. */
import type { InvokeCommand } from '@aws-sdk/client-lambda';
import { executionArn } from '../../contracts/names';
import { fails } from '../../tools/doubles/faults';
import { type OrderShop, openShop } from '../../tools/world/order-shop';
import type { Run } from '../../tools/world/world';
import { addExecution, type CliWorld, cliWorld, machineOf, workflows } from '../support/cli';
import { Fault } from '../support/fake-step-functions';
import { openSignups } from '../support/signups';

const NOW = new Date('2026-03-02T09:00:00Z');
const DAY = 86_400;
const AMOUNT = '33.99 USD';

beforeEach(() => jest.useFakeTimers({ now: NOW, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
afterEach(() => jest.useRealTimers());

const stuckAt = async (state: string, orderId: string, shop: OrderShop = openShop()) => {
  const run = await shop.run(
    { orderId },
    { faults: { CreateShipment: fails('Error'), [state]: fails('CompensationFailed') } },
  );
  return run.execution;
};

/** Adds an execution that stopped so many days ago. */
function add(world: CliWorld, events: Parameters<typeof addExecution>[1], name: string, daysAgo = 0.5) {
  const stopDate = NOW.getTime() / 1000 - daysAgo * DAY;
  return addExecution(world, events, {
    name,
    status: 'FAILED',
    startDate: stopDate - 60,
    stopDate,
    error: 'CompensationFailed',
    cause: '{"errorType":"CompensationFailed","errorMessage":"Stripe is away"}',
  });
}

async function worldOfThree() {
  const world = cliWorld({ whileWaiting: () => {} });
  add(world, (await stuckAt('ReversePayment', 'A1')).events, 'order-A1', 1);
  add(world, (await stuckAt('ReleaseInventory', 'A2')).events, 'order-A2');
  add(world, (await stuckAt('ReversePayment', 'A3')).events, 'order-A3', 15);
  const undone = await openShop().run({ orderId: 'A4' }, { faults: { CreateShipment: fails('Error') } });
  Object.assign(add(world, undone.execution.events, 'order-A4'), { cause: undone.cause });
  return world;
}

const redriven = ({ stepFunctions }: CliWorld) =>
  stepFunctions.requests
    .filter(({ operation }) => operation === 'RedriveExecution')
    .map(({ input }) => input.executionArn?.split(':').at(-1));

describe('stuck', () => {
  test('lists executions that stopped half-way, the oldest first, with amount and time left, without undone ones', async () => {
    const { exitCode, out, err } = await workflows(await worldOfThree(), 'stuck');
    const rows = out
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(/ {3,}/));
    expect(rows).toEqual([
      ['order-A3', 'ReversePayment', 'CompensationFailed', '15 d ago', AMOUNT, 'no more'],
      ['order-A1', 'ReversePayment', 'CompensationFailed', '1 d ago', AMOUNT, '13 d left'],
      ['order-A2', 'ReleaseInventory', 'CompensationFailed', '12 h ago', AMOUNT, '13 d 12 h left'],
    ]);
    expect(err).toContain('redrive --all --failed-at ReversePayment');
    expect(err).toContain('undo order-A3');
    expect(exitCode).toBe(1);
  });

  test('says so when there is nothing', async () => {
    const { exitCode, out } = await workflows(cliWorld(), 'stuck order');
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: 'Nothing is stuck.\n' });
  });
});

describe('redrive --all', () => {
  const withRedrives = (world: CliWorld) => {
    world.stepFunctions.answers.RedriveExecution = ({ executionArn = '' }) => {
      if (executionArn.endsWith('order-A3')) throw new Fault('ExecutionNotRedrivable', 'too old');
      const found = world.stepFunctions.executions.get(executionArn);
      if (found) found.status = 'RUNNING';
      return { redriveDate: 1 };
    };
    return world;
  };

  test('redrives those that stopped at a state, one after the other, and shows the result of each', async () => {
    const world = withRedrives(await worldOfThree());
    const { exitCode, out } = await workflows(world, 'redrive --all --failed-at ReversePayment --since 30d');
    expect(redriven(world)).toEqual(['order-A3', 'order-A1']);
    expect(out).toMatch(/order-A3 +ReversePayment +ExecutionNotRedrivable: too old\n/);
    expect(out).toMatch(/order-A1 +ReversePayment +goes on\n/);
    expect(exitCode).toBe(1);
  });

  test('run again, redrives only what is still stuck', async () => {
    const world = withRedrives(await worldOfThree());
    await workflows(world, 'redrive --all');
    expect(redriven(world)).toEqual(['order-A1', 'order-A2']);
    const { exitCode, out } = await workflows(world, 'redrive --all');
    expect(redriven(world)).toHaveLength(2);
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: 'Nothing is stuck.\n' });
  });

  test('waits between redrives', async () => {
    let pauses = 0;
    const world = withRedrives(await worldOfThree());
    world.whileWaiting = () => void pauses++;
    await workflows(world, 'redrive --all --per-minute 600');
    expect(pauses).toBe(1);
  });

  test.each(['redrive', 'redrive A1 --all'])('%s: one execution or all', async (line) => {
    expect(await workflows(cliWorld(), line)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('Name one execution, or say --all.'),
    });
  });
});

describe('undo', () => {
  async function stuckWorld(state = 'ReversePayment', confirms = true) {
    const shop = openShop();
    const execution = await stuckAt(state, 'A1', shop);
    const { world, called } = worldOf(shop, confirms);
    add(world, execution.events, 'order-A1');
    return { world, shop, called };
  }

  /** A command line that reaches the shop's functions and tables. */
  function worldOf(shop: OrderShop, confirms = true) {
    const called: string[] = [];
    const world = cliWorld({ confirms });
    const { client } = shop.lambda;
    const send = client.send.bind(client);
    client.send = ((command: InvokeCommand) => {
      called.push(command.input.FunctionName?.split(':').at(-1) ?? '');
      return send(command);
    }) as typeof client.send;
    world.clients.lambda = async () => client;
    world.clients.dynamodb = async () => shop.world.dynamodb.client;
    world.stepFunctions.answers.DescribeStateMachineForExecution = () => ({
      definition: shop.definitionOf('order-processing'),
      name: 'Orders',
      roleArn: 'arn:aws:iam::000000000000:role/orders',
      stateMachineArn: 'arn',
      updateDate: 1,
    });
    return { world, called };
  }

  test('calls the compensations in their order: no money is held, no stock, nothing ships', async () => {
    const { world, shop, called } = await stuckWorld('ReleaseInventory');
    const { exitCode, out } = await workflows(world, 'undo A1');
    expect(called).toEqual(['cancel-shipment', 'release-inventory', 'reverse-payment']);
    expect(await shop.books()).toMatchObject({ held: 0, taken: 0, stock: { MUG: 10, TEA: 10 }, shipped: [] });
    expect(out).toMatch(/ReversePayment +\{"reversal":"CANCELED"\}/);
    expect(out).toContain('order-A1 is undone');
    expect(exitCode).toBe(0);
  });

  test.each(['CreateShipment', 'CapturePayment'])(
    'undoes one that was stopped at %s, because its definition loops there',
    async (state) => {
      const shop = openShop();
      const stopped = async () => {
        shop.stepFunctions.find('order-A1')?.stop();
        throw new Error('stopped');
      };
      const run = await shop.run({ orderId: 'A1' }, { faults: { [state]: stopped } });
      expect(run.status).toBe('ABORTED');
      const { world } = worldOf(shop);
      Object.assign(add(world, run.execution.events, 'order-A1'), { status: 'ABORTED' });
      expect(await workflows(world, 'undo A1 --yes')).toMatchObject({ exitCode: 0 });
      expect(await shop.books()).toMatchObject({
        held: 0,
        taken: 0,
        stock: { MUG: 10, TEA: 10 },
        shipped: [],
      });
    },
  );

  test('can be repeated', async () => {
    const { world, shop } = await stuckWorld();
    await workflows(world, 'undo A1 --yes');
    await workflows(world, 'undo A1 --yes');
    expect(await shop.books()).toMatchObject({ held: 0, stock: { MUG: 10, TEA: 10 } });
  });

  test('asks first', async () => {
    const { world, called } = await stuckWorld('ReversePayment', false);
    const { exitCode, err } = await workflows(world, 'undo A1');
    expect(err).toContain('order-A1 was not undone');
    expect({ exitCode, called }).toEqual({ exitCode: 1, called: [] });
  });

  test('a compensation that fails is named, and the command can be repeated', async () => {
    const { world, shop } = await stuckWorld();
    shop.fail({ 'stripe:POST /v1/payment_intents/*/cancel': fails('throttled') });
    const first = await workflows(world, 'undo A1 --yes');
    expect(first.out).toMatch(/ReversePayment +.*CompensationFailed/);
    expect(first).toMatchObject({ exitCode: 1, err: expect.stringContaining('the same command goes on') });
    shop.heal();
    expect(await workflows(world, 'undo A1 --yes')).toMatchObject({ exitCode: 0 });
    expect(await shop.books()).toMatchObject({ held: 0 });
  });

  test.each([
    ['shipped', {}, /ended well, as SHIPPED/],
    ['is undone', { CreateShipment: fails('Error') }, /is undone already/],
  ])('one that %s is left alone', async (_, faults, message) => {
    const { world, called } = await stuckWorld();
    const run = await openShop().run({ orderId: 'A2' }, { faults });
    Object.assign(add(world, run.execution.events, 'order-A2'), { status: run.status });
    const { exitCode, err } = await workflows(world, 'undo A2 --yes');
    expect(err).toMatch(message);
    expect({ exitCode, called }).toEqual({ exitCode: 1, called: [] });
  });
});

/** A command line that finds the signup. */
function cliWith(run: Run) {
  jest.restoreAllMocks();
  const cli = cliWorld();
  const machine = machineOf('onboarding');
  addExecution(cli, run.execution.events, {
    name: 'onboarding-U-42',
    executionArn: executionArn(machine, 'onboarding-U-42'),
    stateMachineArn: machine,
    status: run.status,
  });
  return cli;
}

test('a signup whose customer is on record is not undone, but redriven', async () => {
  const run = await openSignups().run(undefined, { faults: { SendWelcomeEmail: fails('Broken') } });
  const { exitCode, err } = await workflows(cliWith(run), 'undo onboarding-U-42 --yes');
  expect(err).toContain('the customer exists. Finish it: npm run workflows -- redrive onboarding-U-42');
  expect(exitCode).toBe(1);
});

test('a signup with something left that no command can undo: a person is told what', async () => {
  const signups = openSignups();
  // The history has another page, and no more pages may be read.
  const definition = signups.definitionOf('saas-onboarding');
  const full = definition
    .replaceAll('page < 20', 'page < 1')
    .replace('"{% $states.input.more %}"', '"{% true %}"');
  signups.deploy('saas-onboarding', full);
  const lost = { CreateStripeCustomer: fails('States.Http.StatusCode.500') };
  const { exitCode, err } = await workflows(
    cliWith(await signups.run(undefined, { faults: lost })),
    'undo onboarding-U-42 --yes',
  );
  expect(err).toContain('Not all of onboarding-U-42 can be undone from here. Delete the customers at Stripe');
  expect(exitCode).toBe(1);
});
