// start and status, and how the command line reports errors.

import { namesById } from '../../contracts/workflows';
import { fails } from '../../tools/doubles/faults';
import { openShop } from '../../tools/world/order-shop';
import { addExecution, cliWorld, machineOf, workflows } from '../support/cli';
import { Fault } from '../support/fake-step-functions';

const order = JSON.stringify({ orderId: 'A1', email: 'ann@example.com' });

const runOf = async (order = {}, faults = {}) =>
  (await openShop().run({ orderId: 'A1', ...order }, { faults })).execution.events;

describe('start', () => {
  test('starts the file’s order, and prints name and ARN', async () => {
    const world = cliWorld({ files: { 'order.json': order } });
    const { exitCode, out, err } = await workflows(world, 'start order --input order.json');

    expect(exitCode).toBe(0);
    expect(out).toBe(
      'order-A1  started 2027-01-15 08:00:00 UTC\narn:aws:states:us-east-1:000000000000:execution:Orders:order-A1\n',
    );
    expect(err).toBe(
      'Using stage dev of the test\nFollow it: npm run workflows -- status order-A1 --watch\n',
    );
    expect(world.stepFunctions.requests[0]?.input.input).toBe('{"email":"ann@example.com","orderId":"A1"}');
  });

  test('- is the standard input, --attempt the next attempt, --stage the deployment', async () => {
    const world = cliWorld({ files: { '-': `\uFEFF${order}` } });
    const { out, err } = await workflows(world, 'start order --input - --attempt 2 --stage prod');
    expect(out).toMatch(/^order-A1_2 {2}started/);
    expect(err).toContain('Using stage prod');
    expect(err).toContain('status order-A1_2 --watch --stage prod');
  });

  test('--from takes the input of an earlier execution', async () => {
    const world = cliWorld({ files: { 'order.json': order } });
    await workflows(world, 'start order --input order.json');
    expect((await workflows(world, 'start order --from A1 --attempt 2')).exitCode).toBe(0);
    expect([...world.stepFunctions.executions.values()].map(({ input }) => input)).toEqual([
      '{"email":"ann@example.com","orderId":"A1"}',
      '{"email":"ann@example.com","orderId":"A1"}',
    ]);
  });

  test('signups go to the other state machine', async () => {
    const world = cliWorld({ files: { '-': '{"userId":"u1"}' } });
    world.outputs['SaasOnboarding/StateMachineArn'] = 'arn:aws:states:us-east-1:0:stateMachine:Signups';
    expect((await workflows(world, 'start onboarding --input -')).out).toContain(
      ':execution:Signups:onboarding-u1',
    );
  });

  test('--wait says how it ended; a business outcome is no failure', async () => {
    const events = await runOf({ paymentMethodId: 'pm_card_chargeDeclined' });
    const world = cliWorld({ files: { '-': order } });
    world.whileWaiting = (pause) => pause === 2 && addExecution(world, events, { name: 'order-A1' });
    addExecution(world, events.slice(0, 5), {
      name: 'order-A1',
      input: '{"email":"ann@example.com","orderId":"A1"}',
    });

    const { exitCode, out } = await workflows(world, 'start order --input - --wait');
    expect(out).toMatch(/^order-A1 {2}PAYMENT_DECLINED after .*\nWhy +Your card was declined/);
    expect(exitCode).toBe(0);
  });

  test('--wait exits with 1 when it failed', async () => {
    const world = cliWorld({ files: { '-': order } });
    addExecution(world, await runOf({}, { ValidateOrder: fails('Bug') }), {
      name: 'order-A1',
      input: '{"email":"ann@example.com","orderId":"A1"}',
    });
    expect((await workflows(world, 'start order --input - --wait')).exitCode).toBe(1);
  });

  test('another order under the same id is a conflict that names the fields', async () => {
    const world = cliWorld({ files: { a: order, b: order.replace('ann', 'bob') } });
    await workflows(world, 'start order --input a');
    const { exitCode, err } = await workflows(world, 'start order --input b');
    expect(err).toMatch(/Error: order-A1 was started before with another input \(they differ in email\)/);
    expect(exitCode).toBe(1);
  });

  test.each([
    ['start order', 'Say what to start with: --input <file>'],
    ['start order --input none.json', "none.json cannot be read: ENOENT: no such file, open 'none.json'"],
    ['start order --input broken.json', 'broken.json is not JSON: '],
    ['start order --input list.json', 'orderId must be 1 to 60 letters, digits and hyphens'],
    [
      'start order --input - --from A1',
      "option '--from <execution>' cannot be used with option '--input <file>'",
    ],
    ['start order --input list.json --attempt 0', 'It must be a whole number from 1 to 999.'],
    ['start orders --input list.json', `Allowed choices are ${namesById.join(', ')}.`],
  ])('%s: used wrongly', async (line, message) => {
    const world = cliWorld({ files: { 'broken.json': '{', 'list.json': '[]' } });
    const { exitCode, out, err } = await workflows(world, line);
    expect(err).toContain(message);
    expect(err).not.toMatch(/ at .*\.ts/);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(world.stepFunctions.requests).toEqual([]);
  });
});

describe('status', () => {
  test.each([
    ['order-A1', 'order-A1'],
    ['A1', 'order-A1'],
    ['A1_2', 'order-A1_2'],
    ['arn:aws:states:us-east-1:000000000000:execution:Orders:order-A1', 'order-A1'],
  ])('%s means %s', async (id, name) => {
    const world = cliWorld();
    addExecution(world, await runOf(), { name });
    const { exitCode, out } = await workflows(world, `status ${id}`);
    expect(out).toBe(`${name}  SHIPPED after 0 ms\n`);
    expect(exitCode).toBe(0);
  });

  test('on which version it runs, also in its history', async () => {
    const world = cliWorld();
    const [first, ...rest] = await runOf();
    const started = {
      ...first?.executionStartedEventDetails,
      stateMachineVersionArn: `${machineOf('order')}:7`,
    };
    const events = first ? [{ ...first, executionStartedEventDetails: started }, ...rest] : [];
    addExecution(world, events, { name: 'order-A1' });
    expect((await workflows(world, 'status A1')).out).toBe('order-A1  SHIPPED after 0 ms, on version 7\n');
    expect((await workflows(world, 'history A1')).out).toMatch(
      /^order-A1 {2}SHIPPED after 0 ms, on version 7\n/,
    );
    expect(JSON.parse((await workflows(world, 'history A1 --json')).out)).toMatchObject({ version: 7 });
  });

  test('a failed execution: why, what was undone, what to do; exit code 1', async () => {
    const world = cliWorld();
    addExecution(world, await runOf({}, { ValidateOrder: fails('Bug') }), { name: 'order-A1' });
    const { exitCode, out } = await workflows(world, 'status A1 --stage staging');
    expect(out).toContain('Why       ValidateOrder failed. Bug');
    expect(out).toContain('start order --from order-A1 --attempt 2 --stage staging');
    expect(exitCode).toBe(1);
  });

  test('a missing one: its name, the stage, and the name that may be meant', async () => {
    const { exitCode, err } = await workflows(cliWorld(), 'status order-7');
    expect(err).toContain(
      "There is no execution order-7 in stage dev of the test. If the order's id is order-7, write order-order-7.",
    );
    expect(exitCode).toBe(1);
  });

  test('an invalid name is refused before any call', async () => {
    const world = cliWorld();
    expect(await workflows(world, 'status ../x')).toMatchObject({ exitCode: 2 });
    expect(world.stepFunctions.requests).toEqual([]);
  });

  test('--watch without a terminal prints a line for each change', async () => {
    const events = await runOf();
    const until = (type: string) => events.slice(0, 1 + events.findIndex((event) => event.type === type));
    const world = cliWorld();
    const steps = [
      until('TaskStateEntered'),
      until('TaskStateEntered'),
      until('ParallelStateExited'),
      events,
    ];
    const next = (pause: number) => addExecution(world, steps[pause] ?? [], { name: 'order-A1' });
    world.whileWaiting = next;
    next(0);

    const { out } = await workflows(world, 'status A1 --watch');
    expect(out.replace(/^.* UTC {2}/gm, '')).toBe(
      'order-A1  RUNNING at ValidateOrder\norder-A1  RUNNING\norder-A1  SHIPPED after 0 ms\n',
    );
  });

  test('--watch on a terminal redraws, within the screen', async () => {
    const events = await runOf();
    const world = cliWorld({ terminal: { rows: 8, columns: 50 } });
    world.whileWaiting = (pause) => pause === 2 && addExecution(world, events, { name: 'order-A1' });
    addExecution(world, events.slice(0, -5), { name: 'order-A1' });

    const { out } = await workflows(world, 'status A1 --watch');
    const [first = '', ...others] = out.split('\u001b[7A\r\u001b[J');
    expect(others).toHaveLength(2);
    expect(first.split('\n')).toHaveLength(8);
    expect(Math.max(...first.split('\n').map(({ length }) => length))).toBeLessThan(50);
    expect(others.at(-1)).toBe('order-A1  SHIPPED after 0 ms\n');
  });
});

describe('errors', () => {
  const withFault = (type: string, message: string) => {
    const world = cliWorld();
    world.stepFunctions.answers.GetExecutionHistory = () => {
      throw new Fault(type, message);
    };
    return world;
  };

  test("show AWS's name and message, and nothing else", async () => {
    const { exitCode, out, err } = await workflows(
      withFault('AccessDeniedException', 'not you'),
      'status A1',
    );
    expect({ exitCode, out, err }).toEqual({
      exitCode: 1,
      out: '',
      err: 'Using stage dev of the test\nError: AccessDeniedException: not you\n',
    });
  });

  test('have their stack trace with --debug', async () => {
    const { err } = await workflows(withFault('AccessDeniedException', 'not you'), 'status A1 --debug');
    expect(err).toMatch(/\n {4}at .*executions\.ts/);
  });

  test('of usage exit with 2', async () => {
    for (const line of ['bogus', 'status', 'status A1 A2', 'status A1 --stage mars', 'status A1 --bogus']) {
      expect((await workflows(cliWorld(), line)).exitCode).toBe(2);
    }
  });

  test('an id is never taken for a stage', async () => {
    expect((await workflows(cliWorld(), 'status --stage local')).err).toContain('missing required argument');
  });
});

test('help of start lists the workflows, and says what the input is', async () => {
  const { out } = await workflows(cliWorld(), 'start --help');
  expect(out).toContain('(choices: "order", "onboarding")');
  expect(out).toMatch(/--input <file> +its input as JSON/);
});

test('help shows examples and exit codes, and calls nothing', async () => {
  const world = cliWorld();
  const { exitCode, out, err } = await workflows(world, '--help');
  expect(out).toContain('$ npm run workflows -- start order --input order.json --wait');
  expect(out).toContain('Exit codes: 0 all is well');
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
});
