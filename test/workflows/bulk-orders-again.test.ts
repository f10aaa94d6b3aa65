/** Imports that are repeated: what never started or ended undone is started, what lives is left alone. */
import { canonicalJson } from '../../contracts/canonical-json';
import type { OrderOutcome } from '../../contracts/types';
import { type Fault, type FaultPlan, fails, passes, times } from '../../tools/doubles/faults';
import { jsonLines, openImports, someOrders } from '../../tools/world/imports';
import { orderInput } from '../../tools/world/orders';

type Imports = ReturnType<typeof openImports>;

const hangs: Fault = (_work, { clock }) => clock.sleep(Number.POSITIVE_INFINITY);
const failsUndone: FaultPlan = { CreateShipment: fails('Error') };
const failsHalfWay: FaultPlan = { ...failsUndone, ReversePayment: fails('CompensationFailed') };

/** A state machine for orders that end at once, so. */
const endingWith = (state: object) =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Only', States: { Only: state } });
const succeeds = (output: object) => endingWith({ Type: 'Pass', Output: output, End: true });
const undone = endingWith({ Type: 'Fail', Error: 'E', Cause: '{"undone":true,"orderId":"A-1"}' });

/** An import of one order, A-1, of which these attempts were made, each by the state machine of that time. */
async function importsAfter(...machines: string[]): Promise<Imports> {
  const imports = openImports();
  const deployed = imports.definitionOf('order-processing');
  imports.upload(jsonLines(someOrders(1)));
  for (const [index, machine] of machines.entries()) {
    imports.deploy('order-processing', machine);
    await imports.orders.start(nameOf(index + 1), canonicalJson(someOrders(1)[0]));
    await imports.clock.advance(60);
  }
  imports.deploy('order-processing', deployed);
  return imports;
}

const nameOf = (attempt: number) => (attempt === 1 ? 'order-A-1' : `order-A-1_${attempt}`);
const namesOf = (imports: Imports) => [...imports.orders.started().keys()];

/** What became of each order, by its execution. */
const statuses = ({ s3 }: Imports, name = 'import-1') =>
  Object.fromEntries(
    s3
      .keys(`results/${name}/`)
      .filter((key) => key.includes('SUCCEEDED'))
      .flatMap((key) => s3.jsonLines(key) as { execution: string; status: string }[])
      .map(({ execution, status }) => [execution, status]),
  );

const again = (imports: Imports, faults: FaultPlan = {}) => imports.run({ again: true }, { faults });

test('each order as it stands: books and report agree', async () => {
  const imports = openImports({ stock: { MUG: 100, TEA: 100 } });
  const [undoneOrder, halfWay, declined, shipped, running, rest] = someOrders(6);
  const run = async (order: typeof rest, faults: FaultPlan = {}) =>
    imports.finish(imports.startMachine('order-processing', `order-${order?.orderId}`, order, faults));
  await run(undoneOrder, failsUndone);
  await run(halfWay, failsHalfWay);
  await run(orderInput({ orderId: 'A-3', paymentMethodId: 'pm_card_chargeDeclined' }));
  await run(shipped);
  const large = orderInput({ orderId: 'A-5', items: [{ sku: 'MUG', quantity: 80, unitPrice: 1250 }] });
  imports.startMachine('order-processing', 'order-A-5', large);
  await imports.clock.advance(60);

  imports.upload(jsonLines([undoneOrder, halfWay, declined, shipped, running, rest, {}]));
  const { status, output, summary } = await again(imports);
  expect({ status, ...output }).toMatchObject({
    status: 'SUCCEEDED',
    outcome: 'IMPORTED',
    total: 7,
    started: 1,
    startedAgain: 2,
    alreadyStarted: 2,
    halfWay: 1,
    invalid: 1,
    failed: 0,
    halfWayLines: [{ line: 2, orderId: 'A-2', execution: 'order-A-2' }],
  });
  expect(summary).toMatchObject({ startedAgain: 2, halfWay: 1 });
  expect(statuses(imports)).toEqual({
    'order-A-1_2': 'STARTED_AGAIN',
    'order-A-2': 'HALF_WAY',
    'order-A-3_2': 'STARTED_AGAIN',
    'order-A-4': 'ALREADY_STARTED',
    'order-A-5': 'ALREADY_STARTED',
    'order-A-6': 'STARTED',
  });
  await imports.clock.advance(60);
  const { shipped: names, stock } = await imports.books();
  expect(names.sort()).toEqual(['order-A-1_2', 'order-A-3_2', 'order-A-4', 'order-A-6']);
  expect(stock).toEqual({ MUG: 100 - 4 * 2 - 80, TEA: 100 - 4 });
});

test('what it starts again has the input of the file', async () => {
  const imports = await importsAfter(undone);
  await again(imports);
  expect(imports.orders.started().get('order-A-1_2')?.input).toBe(canonicalJson(someOrders(1)[0]));
});

test('an import that is not a repeat starts nothing again, and asks for nothing', async () => {
  const imports = await importsAfter(undone);
  const { output } = await imports.run({}, { faults: { FindEarlier: fails('Error') } });
  expect(output).toMatchObject({ started: 0, startedAgain: 0, alreadyStarted: 1, halfWay: 0 });
  expect(namesOf(imports)).toEqual(['order-A-1']);
});

test('again is true or false', async () => {
  const imports = await importsAfter();
  const { output } = await imports.run({ again: 'yes' } as never);
  expect(output).toMatchObject({
    outcome: 'REJECTED',
    problems: [{ path: 'again', message: 'must be true or false' }],
  });
});

describe('an order that ended', () => {
  const outcomes: Record<OrderOutcome['outcome'], 'STARTED_AGAIN' | 'ALREADY_STARTED'> = {
    SHIPPED: 'ALREADY_STARTED',
    ALREADY_PROCESSED: 'ALREADY_STARTED',
    REJECTED: 'STARTED_AGAIN',
    PAYMENT_DECLINED: 'STARTED_AGAIN',
    OUT_OF_STOCK: 'STARTED_AGAIN',
    TRY_AGAIN: 'STARTED_AGAIN',
    REVIEW_REJECTED: 'STARTED_AGAIN',
  };
  const failed = (Cause?: string) => endingWith({ Type: 'Fail', Error: 'E', ...(Cause && { Cause }) });

  const ends: [how: string, machine: string, status: string][] = [
    ...Object.entries(outcomes).map(([outcome, status]): (typeof ends)[number] => [
      outcome,
      succeeds({ outcome }),
      status,
    ]),
    ['with an outcome that is not known yet', succeeds({ outcome: 'NEW' }), 'ALREADY_STARTED'],
    ['without an outcome', succeeds({}), 'ALREADY_STARTED'],
    ['FAILED, undone', undone, 'STARTED_AGAIN'],
    ['FAILED at a Fail state that is not undone', failed('{"undone":false,"next":"…"}'), 'HALF_WAY'],
    ['FAILED without a cause', failed(), 'HALF_WAY'],
    [
      'TIMED_OUT',
      JSON.stringify({
        ...JSON.parse(endingWith({ Type: 'Wait', Seconds: 9, End: true })),
        TimeoutSeconds: 1,
      }),
      'HALF_WAY',
    ],
  ];
  test.each(ends)('%s', async (_how, machine, status) => {
    const imports = await importsAfter(machine);
    await again(imports);
    const isAgain = status === 'STARTED_AGAIN';
    expect(statuses(imports)).toEqual({ [isAgain ? 'order-A-1_2' : 'order-A-1']: status });
    expect(namesOf(imports)).toEqual(isAgain ? ['order-A-1', 'order-A-1_2'] : ['order-A-1']);
  });

  test('ABORTED', async () => {
    const imports = openImports();
    imports.upload(jsonLines(someOrders(1)));
    await imports.run();
    imports.orders.end('order-A-1');
    await again(imports);
    expect(statuses(imports, 'import-2')).toEqual({ 'order-A-1': 'HALF_WAY' });
  });
});

describe('several attempts, whoever started them', () => {
  test.each([
    ['all undone', [undone, succeeds({ outcome: 'PAYMENT_DECLINED' }), undone], 4, 'STARTED_AGAIN'],
    ['the second shipped', [undone, succeeds({ outcome: 'SHIPPED' })], 2, 'ALREADY_STARTED'],
    [
      'the first shipped, the second was declined',
      [succeeds({ outcome: 'SHIPPED' }), succeeds({ outcome: 'PAYMENT_DECLINED' })],
      1,
      'ALREADY_STARTED',
    ],
    [
      'the first is half-way, the second was declined',
      [endingWith({ Type: 'Fail' }), succeeds({ outcome: 'PAYMENT_DECLINED' })],
      1,
      'HALF_WAY',
    ],
    [
      'the second runs',
      [undone, endingWith({ Type: 'Wait', Seconds: 9000, End: true })],
      2,
      'ALREADY_STARTED',
    ],
  ])('%s', async (_what, machines, attempt, status) => {
    const imports = await importsAfter(...machines);
    await again(imports);
    expect(statuses(imports)).toEqual({ [nameOf(attempt)]: status });
    expect(namesOf(imports)).toHaveLength(Math.max(machines.length, attempt));
  });

  test('of imports: each repeat is the next attempt, until the order ships', async () => {
    const imports = openImports({ stock: { MUG: 10, TEA: 10 } });
    imports.upload(jsonLines(someOrders(1)));
    await imports.run({}, { faults: failsUndone });
    for (const faults of [failsUndone, {}, {}]) {
      await imports.clock.advance(3600);
      await again(imports, faults);
      await imports.clock.advance(3600);
    }
    expect(namesOf(imports)).toEqual(['order-A-1', 'order-A-1_2', 'order-A-1_3']);
    expect(statuses(imports, 'import-4')).toEqual({ 'order-A-1_3': 'ALREADY_STARTED' });
    expect(await imports.books()).toMatchObject({ shipped: ['order-A-1_3'], stock: { MUG: 8, TEA: 9 } });
  });

  test('a number that was left out is started, and ships nothing: a later one has shipped', async () => {
    const imports = openImports({ stock: { MUG: 10, TEA: 10 } });
    imports.upload(jsonLines(someOrders(1)));
    for (const [name, faults] of [['order-A-1', failsUndone] as const, ['order-A-1_3', {}] as const])
      await imports.finish(imports.startMachine('order-processing', name, someOrders(1)[0], faults));
    await again(imports);
    await imports.clock.advance(3600);
    expect(namesOf(imports)).toEqual(['order-A-1', 'order-A-1_3', 'order-A-1_2']);
    const { shipped, held, stock } = await imports.books();
    expect({ shipped, held, stock }).toEqual({
      shipped: ['order-A-1_3'],
      held: 0,
      stock: { MUG: 8, TEA: 9 },
    });
  });

  test('one that stopped half-way is started again after a redrive has undone it', async () => {
    const imports = openImports({ stock: { MUG: 10, TEA: 10 } });
    imports.upload(jsonLines(someOrders(1)));
    const order = imports.startMachine('order-processing', 'order-A-1', someOrders(1)[0], failsUndone);
    imports.fail({ 'stripe:POST /v1/payment_intents/*/cancel': fails('unavailable') });
    await imports.finish(order);
    expect((await again(imports)).output).toMatchObject({ halfWay: 1, startedAgain: 0 });
    imports.heal();
    order.redrive();
    await imports.finish(order);
    expect((await again(imports)).output).toMatchObject({ halfWay: 0, startedAgain: 1 });
    await imports.clock.advance(60);
    expect(await imports.books()).toMatchObject({ shipped: ['order-A-1_2'], held: 0 });
  });
});

describe('one import starts an order once', () => {
  test('two repeats at once start one attempt, and both say so', async () => {
    const imports = await importsAfter(undone);
    const both = [imports.start({ again: true }), imports.start({ again: true })];
    for (const execution of both)
      expect((await imports.finish(execution)).output).toMatchObject({ startedAgain: 1 });
    expect(namesOf(imports)).toEqual(['order-A-1', 'order-A-1_2']);
  });

  test('also when the attempt that the other has started is undone already', async () => {
    const imports = await importsAfter(undone);
    imports.deploy('order-processing', undone);
    const first = imports.start({ again: true });
    await imports.clock.advance(1);
    const second = imports.start({ again: true });
    for (const execution of [first, second])
      expect((await imports.finish(execution)).output).toMatchObject({ startedAgain: 1 });
    expect(namesOf(imports)).toEqual(['order-A-1', 'order-A-1_2']);
  });

  test.each([
    ['STARTED', [], 'order-A-1'],
    ['STARTED_AGAIN', [undone], 'order-A-1_2'],
  ])('a start whose reply was lost, of an order that ended since: %s', async (status, earlier, name) => {
    const imports = await importsAfter(...earlier);
    imports.deploy('order-processing', undone);
    const lost: Fault = async (work, call) => {
      await work();
      return hangs(work, call);
    };
    const StartOrder = [...earlier.map(() => passes), lost];
    await again(imports, { StartOrder });
    expect(statuses(imports)).toEqual({ [name]: status });
    expect(namesOf(imports)).toEqual([...earlier.map(() => 'order-A-1'), name]);
  });

  test('stopped and redriven, it does not start what it has started and was undone since', async () => {
    const imports = await importsAfter(undone);
    imports.upload(jsonLines(someOrders(2)));
    imports.deploy('order-processing', undone);
    const execution = imports.start({ again: true });
    await imports.clock.advance(3);
    execution.stop();
    expect(namesOf(imports)).toEqual(['order-A-1', 'order-A-1_2']);
    execution.redrive();
    expect((await imports.finish(execution)).output).toMatchObject({ startedAgain: 1, started: 1 });
    expect(namesOf(imports)).toEqual(['order-A-1', 'order-A-1_2', 'order-A-2']);
  });
});

describe('asking what became of an order', () => {
  test.each(['Sfn.SfnException', 'Sfn.SdkClientException', 'hangs'])('is tried again: %s', async (error) => {
    const imports = await importsAfter(undone);
    const fault = error === 'hangs' ? hangs : fails(error);
    expect((await again(imports, { FindEarlier: times(4, fault) })).output).toMatchObject({
      startedAgain: 1,
    });
  });

  test('which cannot be found any more: left alone', async () => {
    const imports = await importsAfter(undone);
    const FindEarlier = fails('Sfn.ExecutionDoesNotExistException');
    expect((await again(imports, { FindEarlier })).output).toMatchObject({ alreadyStarted: 1 });
    expect(namesOf(imports)).toEqual(['order-A-1']);
  });

  test('whose input is too large to be told: left alone', async () => {
    const imports = openImports();
    imports.deploy('order-processing', undone);
    await imports.orders.start('order-A-1', JSON.stringify(Array(60_000).fill('')));
    imports.upload(jsonLines(someOrders(1)));
    expect((await again(imports)).output).toMatchObject({ alreadyStarted: 1 });
    expect(namesOf(imports)).toEqual(['order-A-1']);
  });

  test('for so long that an EXPRESS execution would not do: fails the batch, and the import can be repeated', async () => {
    const imports = await importsAfter(undone, undone);
    const slow = (count: number) => [...times(count, hangs), passes];
    const { status, summary } = await again(imports, {
      StartOrder: [...slow(6), ...slow(6)],
      FindEarlier: [...slow(4), ...slow(4)],
    });
    expect(status).toBe('FAILED');
    expect(summary).toMatchObject({ failedLines: [{ line: 1, orderId: 'A-1', error: 'OutOfTime' }] });
    expect((await again(imports)).output).toMatchObject({ startedAgain: 1 });
  });
});

test('a repeat is half as fast, because it asks for each order', async () => {
  const imports = openImports({ ordersPerSecond: 2 });
  imports.upload(jsonLines(someOrders(40)));
  const start = imports.clock.now().getTime();
  await again(imports);
  const at = [...imports.orders.started().values()].map((order) => order.at.getTime());
  expect(Math.max(...at) - start).toBe(40_000);
});
