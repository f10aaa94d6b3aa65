// What `workflows reconcile` starts, shows and returns.

import type { ReconciliationOutcome } from '../../contracts/types';
import { createS3Bucket } from '../../tools/doubles/s3';
import { simulate } from '../../tools/simulator';
import { addExecution, type CliWorld, cliWorld, machineOf, workflows } from '../support/cli';

const NAME = 'reconcile-20260301';
const DIFFERENCES = [
  {
    kind: 'HOLD_WITHOUT_ORDER',
    held: 'STOCK',
    since: '2026-03-01T00:00:00.000Z',
    orderId: 'A-2',
    execution: 'order-A-2',
  },
  {
    kind: 'MONEY_WITHOUT_SHIPMENT',
    since: '2026-02-28T00:00:00.000Z',
    orderId: 'A-1',
    paymentIntentId: 'pi_1',
    amount: 4200,
    currency: 'eur',
  },
];

/** A cloud in which a reconciliation has found these. */
async function found(differences: readonly object[], output: object = {}): Promise<CliWorld> {
  const s3 = createS3Bucket('reports');
  s3.put('reports/1/differences.jsonl', differences.map((each) => `${JSON.stringify(each)}\n`).join(''));
  const outcome: Partial<ReconciliationOutcome> = {
    outcome: differences.length > 0 ? 'DIFFERENCES' : 'MATCHED',
    from: '2026-02-22T09:00:00.000Z',
    until: '2026-03-01T09:00:00.000Z',
    complete: true,
    compared: { payments: 3, orders: 2, customers: 1 },
    open: 1,
    report: 's3://reports/reports/1/differences.jsonl',
    ...output,
  };
  const world = cliWorld({ clients: { s3: async () => s3.client } });
  const States = { Compare: { Type: 'Pass', Output: outcome, End: true } };
  const { events } = await simulate({ QueryLanguage: 'JSONata', StartAt: 'Compare', States });
  addExecution(world, events, {
    name: NAME,
    executionArn: `${machineOf('reconcile').replace(':stateMachine:', ':execution:')}:${NAME}`,
    stateMachineArn: machineOf('reconcile'),
    status: 'SUCCEEDED',
    stopDate: 1_800_000_001,
    output: JSON.stringify(outcome),
  });
  return world;
}

test('shows the oldest difference first, with what to do, and exits with 1', async () => {
  const { exitCode, out } = await workflows(await found(DIFFERENCES), `reconcile --report ${NAME}`);
  const [head, first, second] = out.split('\n');
  expect(head).toMatch(/^Difference +Order or user +Amount +Age +Execution +At Stripe$/);
  expect(first).toMatch(/^MONEY_WITHOUT_SHIPMENT +A-1 +42\.00 EUR +\d+ d.* – +pi_1$/);
  expect(second).toMatch(/^HOLD_WITHOUT_ORDER \(stock\) +A-2 +– +\d+ d.* order-A-2 +–$/);
  expect(out).toContain('MONEY_WITHOUT_SHIPMENT: Money is taken and nothing is shipped: refund it.');
  expect(out).toContain('3 payments, 2 orders and 1 customers');
  expect(exitCode).toBe(1);
});

test('exits with 0 when everything matches', async () => {
  const { exitCode, out } = await workflows(await found([]), `reconcile --report ${NAME}`);
  expect(out).toContain('Everything matches.');
  expect(exitCode).toBe(0);
});

test('what could not all be compared is no match', async () => {
  const world = await found([], { outcome: 'DIFFERENCES', complete: false });
  const { exitCode, out, err } = await workflows(world, `reconcile --report ${NAME}`);
  expect(out).not.toContain('Everything matches.');
  expect(err).toContain('compare fewer --days');
  expect(exitCode).toBe(1);
});

test('as JSON, with the differences', async () => {
  const { out } = await workflows(await found(DIFFERENCES), `reconcile --report ${NAME} --json`);
  expect(JSON.parse(out)).toMatchObject({
    outcome: 'DIFFERENCES',
    found: [{ orderId: 'A-1' }, { orderId: 'A-2' }],
  });
});

test('a rejected one shows why, and exits with 1', async () => {
  const problems = [{ path: 'from', message: 'must be before until' }];
  const world = await found([], { outcome: 'REJECTED', problems, more: 0 });
  const { exitCode, out } = await workflows(world, `reconcile --report ${NAME}`);
  expect(out).toContain('must be before until');
  expect(exitCode).toBe(1);
});

test('starts one for the days, under a name of its own, and waits for it', async () => {
  const world = await found([]);
  const [ended] = world.stepFunctions.executions.values();
  const [events = []] = world.stepFunctions.histories.values();
  world.stepFunctions.answers.StartExecution = ({ name, input }) => {
    expect(name).toMatch(/^reconcile-\d{8}T\d{9}Z$/);
    const days = (Date.now() - Date.parse(JSON.parse(String(input)).from)) / 86_400_000;
    expect(days).toBeCloseTo(2, 2);
    const { executionArn } = addExecution(world, events.slice(0, 2), {
      ...ended,
      name: String(name),
      executionArn: `arn:${name}`,
    });
    return { executionArn, startDate: 1_800_000_000 };
  };
  world.whileWaiting = () => {
    for (const arn of world.stepFunctions.histories.keys()) world.stepFunctions.histories.set(arn, events);
  };
  const { exitCode, out, err } = await workflows(world, 'reconcile --days 2');
  expect(out).toContain('Everything matches.');
  expect(err).toContain('comparing, round 1');
  expect(exitCode).toBe(0);
});
