// Where executions of real definitions parted, and what the page says of that.

import { answersFrom } from '../../console/answers';
import { reasonFor } from '../../console/choice';
import type { Comparison } from '../../console/model';
import { type FaultPlan, fails, times, worksButFails } from '../../tools/doubles/faults';
import { simulate } from '../../tools/simulator';
import type { HistoryEvent } from '../../tools/simulator/types';
import { definitionOf } from '../../tools/world/definitions';
import { openShop } from '../../tools/world/order-shop';
import type { OrderChanges } from '../../tools/world/orders';
import { addExecution, cliWorld, cloudOf, machineOf } from '../support/cli';
import { STATE_MACHINE } from '../support/fake-step-functions';

const shop = openShop({ MUG: 100, TEA: 100, RARE: 0 });
const events = async (order: OrderChanges, faults: FaultPlan = {}) =>
  (await shop.run(order, { faults })).execution.events;

/** Each by its execution's name; those without a definition run on that of orders. */
interface Given {
  events: readonly HistoryEvent[];
  definition?: string;
  workflow?: 'onboarding';
}

async function compared(given: Record<string, Given>, ids = Object.keys(given)): Promise<Comparison> {
  const world = cliWorld();
  for (const [name, { events: own, workflow }] of Object.entries(given)) {
    const stateMachineArn = workflow ? machineOf(workflow) : STATE_MACHINE;
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    addExecution(world, own, { name, stateMachineArn, executionArn });
  }
  world.stepFunctions.answers.DescribeStateMachineForExecution = ({ executionArn = '' }) => ({
    definition: given[executionArn.split(':').at(-1) ?? '']?.definition ?? definitionOf('order-processing'),
  });
  const answers = answersFrom(cloudOf(world, 'dev'), (words) => words);
  return answers.comparison(new URLSearchParams({ ids: ids.join(',') }));
}

const rows = ({ rows: all }: Comparison) =>
  all.map(({ state, depth, cells, isParting }) =>
    [
      `${'  '.repeat(depth)}${state}`,
      ...cells.map((cell) => (cell ? `${cell.standing}${cell.tries > 1 ? ` ×${cell.tries}` : ''}` : '-')),
      ...(isParting ? ['≠'] : []),
    ].join(' '),
  );

test('a declined card and an order that shipped: where, why, by which condition, on which values', async () => {
  const comparison = await compared({
    'order-A1': {
      events: await events({ orderId: 'A1' }, { CapturePayment: times(2, fails('TemporaryFailure')) }),
    },
    'order-A2': { events: await events({ orderId: 'A2', paymentMethodId: 'pm_card_chargeDeclined' }) },
  });
  expect(comparison.say).toEqual([
    'Both went the same way until ChargeCard. order-A2 failed there (PaymentDeclined: Your card was declined. ' +
      '(generic_decline)) and went to PaymentFailed; order-A1 went on to CheckPaymentSuccess.',
    'At CheckPaymentSuccess, order-A1 went to CreateShipment because $payment.success and $stock.success; ' +
      "order-A2 went to ReleaseInventory because $payment.outcome = 'PAYMENT_DECLINED'.",
  ]);
  expect(comparison.partings.map(({ state, values }) => [state, values])).toEqual([
    [
      'ChargeCard',
      [{ path: 'Payload.order.paymentMethodId', values: ['pm_card_visa', 'pm_card_chargeDeclined'] }],
    ],
    [
      'CheckPaymentSuccess',
      [
        { path: '$payment.success', values: ['true', 'false'] },
        { path: '$payment.review', values: ['false', null] },
        { path: '$payment.outcome', values: [null, 'PAYMENT_DECLINED'] },
      ],
    ],
  ]);
  expect(rows(comparison)).toEqual([
    'ValidateOrder done done',
    'ProcessPaymentAndReserveInventory done done',
    '  ChargeCard done caught ≠',
    '  PaymentFailed - done',
    '  ReserveInventory done done',
    'CheckPaymentSuccess done done ≠',
    'CreateShipment done -',
    'CapturePayment done ×3 -',
    'NotifyCustomer done -',
    'ReleaseInventory - undone',
    'ReversePayment - undone',
    'CheckOutcome - done',
    'NotifyPaymentFailure - done',
  ]);
  expect(comparison.input).toEqual([
    { path: 'paymentMethodId', values: ['pm_card_visa', 'pm_card_chargeDeclined'] },
  ]);
  expect(comparison.output).toContainEqual({ path: 'outcome', values: ['SHIPPED', 'PAYMENT_DECLINED'] });
  expect(comparison.output.map(({ path }) => path)).not.toContain('orderId');
});

test('their ways in the graph are arrows of the definition, shared until they parted', async () => {
  const { graph } = await compared({
    'order-A1': { events: await events({ orderId: 'A3' }) },
    'order-A2': { events: await events({ orderId: 'A4', items: [] }) },
  });
  const arrows = graph?.ways.map((way) =>
    way.map((index) => `${graph.drawing.edges[index]?.from} → ${graph.drawing.edges[index]?.to}`),
  );
  expect(arrows?.[0]?.[0]).toBe('ValidateOrder → ProcessPaymentAndReserveInventory');
  expect(arrows?.[1]).toEqual(['ValidateOrder → NotifyValidationFailure']);
});

test('four at once: those that did the same stand together, and part later', async () => {
  const { say, partings } = await compared({
    'order-A1': { events: await events({ orderId: 'B1' }) },
    'order-A2': {
      events: await events({ orderId: 'B2' }, { CreateShipment: worksButFails('Error', 'Gone') }),
    },
    'order-A3': {
      events: await events({ orderId: 'B3', items: [{ sku: 'RARE', quantity: 1, unitPrice: 500 }] }),
    },
    'order-A4': {
      events: await events({
        orderId: 'B4',
        items: [
          { sku: 'MUG', quantity: 1, unitPrice: 500 },
          { sku: 'RARE', quantity: 1, unitPrice: 500 },
        ],
      }),
    },
  });
  expect(say).toEqual([
    expect.stringMatching(
      /^All 4 went the same way until ReserveInventory\. order-A3 and order-A4 failed there \(.*\) and went to WhyNotReserved; order-A1 and order-A2 went on to CheckPaymentSuccess\.$/,
    ),
    'At CheckPaymentSuccess, order-A1 and order-A2 went to CreateShipment because $payment.success and ' +
      '$stock.success; order-A3 and order-A4 went to ReleaseInventory because none of its conditions was true.',
    'At CreateShipment, order-A2 failed there (Error: Gone) and went to CancelShipment; order-A1 went to CapturePayment.',
  ]);
  // Hashes and times differ always.
  expect(partings[0]?.values.map(({ path }) => path)).toContain('TransactItems[1].Update.Key.sku.S');
  expect(JSON.stringify(partings[0]?.values)).not.toMatch(/ClientRequestToken|startTime/);
  expect(partings.at(-1)?.did).toEqual([
    'went to CapturePayment',
    'failed there (Error: Gone) and went to CancelShipment',
    '',
    '',
  ]);
});

test('the same next state for another condition is said apart', async () => {
  const { say } = await compared({
    'order-A1': { events: await events({ orderId: 'I1' }) },
    'order-A2': { events: await events({ orderId: 'I2', paymentMethodId: 'pm_card_chargeDeclined' }) },
    'order-A3': {
      events: await events({ orderId: 'I3', items: [{ sku: 'RARE', quantity: 1, unitPrice: 500 }] }),
    },
  });
  expect(say.at(-1)).toBe(
    'At CheckPaymentSuccess, order-A1 went to CreateShipment because $payment.success and $stock.success; ' +
      "order-A2 went to ReleaseInventory because $payment.outcome = 'PAYMENT_DECLINED'; " +
      'order-A3 went to ReleaseInventory because none of its conditions was true.',
  );
});

test('ways that meet again stand together again', async () => {
  const comparison = await compared({
    'order-A1': { events: await events({ orderId: 'H1' }, { CreateShipment: worksButFails('X') }) },
    'order-A2': { events: await events({ orderId: 'H2' }, { CapturePayment: worksButFails('X') }) },
  });
  expect(rows(comparison).slice(5)).toEqual([
    expect.stringMatching(/^CreateShipment caught( ×\d)? done ≠$/),
    expect.stringMatching(/^CapturePayment - caught/),
    'CancelShipment undone undone',
    'ReleaseInventory undone undone',
    'ReversePayment undone undone',
    'CheckOutcome done done',
    'NotifyOrderFailed done done',
    'OrderFailed failed failed',
  ]);
});

test('the same way with more tries is the same way', async () => {
  const { say, partings } = await compared({
    'order-A1': { events: await events({ orderId: 'C1' }) },
    'order-A2': {
      events: await events({ orderId: 'C2' }, { ChargeCard: times(2, fails('TemporaryFailure')) }),
    },
  });
  expect(say).toEqual([
    'Both went the same way, state by state.',
    'ChargeCard took 1 try in order-A1 and 3 tries in order-A2.',
  ]);
  expect(partings).toEqual([]);
});

test('one that still runs is still there, and one that stopped half-way stopped there', async () => {
  const whole = await events({ orderId: 'D1' });
  const entered = whole.findIndex(({ stateEnteredEventDetails: each }) => each?.name === 'CreateShipment');
  const { say, executions } = await compared({
    'order-A1': { events: whole },
    'order-A2': { events: whole.slice(0, entered + 2) },
  });
  expect(say).toEqual([
    'Both went the same way until CreateShipment. order-A1 went to CapturePayment; order-A2 is still there.',
  ]);
  expect(executions.map(({ endedAt }) => endedAt === undefined)).toEqual([false, true]);

  const faults = { CancelShipment: fails('X', 'no'), CreateShipment: fails('X', 'no') };
  const stopped = await events({ orderId: 'D2' }, faults);
  const undone = await events({ orderId: 'D3' }, { CreateShipment: fails('X', 'no') });
  expect((await compared({ 'order-A1': { events: undone }, 'order-A2': { events: stopped } })).say).toEqual([
    'Both went the same way until CancelShipment. order-A2 stopped there (X: no); order-A1 went to ReleaseInventory.',
  ]);
});

test('one that waits for its next try inside of a Parallel is said to wait there, once', async () => {
  const retried = await events(
    { orderId: 'J1' },
    { ChargeCard: times(2, fails('TemporaryFailure', 'busy')) },
  );
  const failed = retried.findIndex(({ type }) => type === 'TaskFailed');
  const { say } = await compared({
    'order-A1': { events: retried },
    'order-A2': { events: retried.slice(0, failed + 1) },
  });
  expect(say.filter((each) => each.includes('ProcessPaymentAndReserveInventory'))).toEqual([]);
  expect(say[0]).toBe(
    'Both went the same way until ChargeCard. order-A2 waits there for its next try (TemporaryFailure: busy); ' +
      'order-A1 went on to CheckPaymentSuccess after 3 tries.',
  );
});

/** Polls until `rounds` are over, and then ends. */
const polling = {
  QueryLanguage: 'JSONata',
  StartAt: 'Wait',
  States: {
    Wait: { Type: 'Wait', Seconds: 1, Next: 'Check' },
    Check: { Type: 'Pass', Output: { left: '{% $states.input.left - 1 %}' }, Next: 'Enough' },
    Enough: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.left > 0 %}', Next: 'Wait' }],
      Default: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
};

test('a loop is one round, with its number of rounds', async () => {
  const definition = JSON.stringify(polling);
  const run = async (left: number) => ({
    events: (await simulate(polling, { input: { left } })).events,
    definition,
  });
  const comparison = await compared({ 'order-A1': await run(2), 'order-A2': await run(7) });
  expect(comparison.rows.map(({ state, cells }) => [state, ...cells.map((cell) => cell?.visits)])).toEqual([
    ['Wait', 2, 7],
    ['Check', 2, 7],
    ['Enough', 2, 7],
    ['Done', 1, 1],
  ]);
  expect(comparison.say[0]).toBe('Both went the same way, state by state.');
});

test('different versions: the page says which, and what not all of them have', async () => {
  const before = definitionOf('order-processing').replaceAll('CheckOutcome', 'CheckOutcomes');
  const order = await events({ orderId: 'E1' });
  const { say } = await compared({
    'order-A1': { events: order },
    'order-A2': { events: order, definition: before },
  });
  expect(say.at(-1)).toBe(
    'They ran on different definitions: order-A1 on no version and order-A2 on no version. ' +
      'Not all of them have CheckOutcome and CheckOutcomes; the graph is that of order-A1.',
  );
});

test('different workflows: each goes its own way', async () => {
  const definition = JSON.stringify(polling);
  const other = (await simulate(polling, { input: { left: 1 } })).events;
  const comparison = await compared({
    'order-A1': { events: await events({ orderId: 'F1', items: [] }) },
    'onboarding-bob': { events: other, definition, workflow: 'onboarding' },
  });
  expect(comparison.say).toEqual([
    'They are of different workflows (Orders, onboarding): each went its own way.',
  ]);
  expect(rows(comparison).slice(0, 3)).toEqual([
    'ValidateOrder caught -',
    'NotifyValidationFailure done -',
    'Wait - done',
  ]);
  expect(comparison).not.toHaveProperty('graph');
});

test('one that is there twice, that does not exist, or one too many', async () => {
  const given = { 'order-A1': { events: await events({ orderId: 'G1' }) } };
  const alone = await compared(given, ['order-A1', 'A1']);
  expect(alone.say).toEqual(['order-A1 stands alone: it was given more than once. Mark another.']);
  expect(alone.executions).toHaveLength(1);
  const missing = await compared(given, ['order-A1', 'order-A9']);
  expect(missing.say).toEqual([
    expect.stringContaining('There is no execution order-A9'),
    'order-A1 stands alone. Mark another.',
  ]);
  await expect(compared(given, ['order-A8', 'order-A9'])).rejects.toThrow('There is no execution order-A8');
  await expect(compared(given, [])).rejects.toThrow('No executions are marked.');
  await expect(compared(given, ['A1', 'A2', 'A3', 'A4', 'A5'])).rejects.toThrow('At most 4 executions');
});

const choice = {
  Choices: [
    { Condition: '{% $x = 1 %}', Next: 'A' },
    { Condition: '{% $states.input.y = 1 %}', Next: 'A' },
    { Condition: '{% $x = 2 %}', Next: 'B' },
  ],
  Default: 'A',
};

test.each([
  ['A', 1, 1, '$x = 1'],
  ['A', 0, 1, '$states.input.y = 1'],
  ['A', 0, 0, 'otherwise'],
  ['B', 2, 0, '$x = 2'],
  // What the history does not show may have been otherwise.
  ['A', 2, 0, '$x = 1 or $states.input.y = 1 or otherwise'],
  ['C', 2, 0, undefined],
])('a Choice went to %s with x = %j and y = %j because %s', async (next, x, y, reason) => {
  expect(await reasonFor(choice, next, { input: { y }, variables: { x } })).toBe(reason);
});

test('a condition that cannot be evaluated here leaves all that lead there', async () => {
  const unknown = { ...choice, Choices: [{ Condition: '{% $hash(1) = 2 %}', Next: 'A' }, ...choice.Choices] };
  expect(await reasonFor(unknown, 'A', { input: {}, variables: { x: 1 } })).toBe(
    '$hash(1) = 2 or $x = 1 or $states.input.y = 1 or otherwise',
  );
});
