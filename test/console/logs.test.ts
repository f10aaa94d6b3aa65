// Log lines beside the states: of which visit each is, what is asked for them, and what is said when there are none.

import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { timelineOf } from '../../bin/history/timeline';
import { answersFrom } from '../../console/answers';
import { callsIn } from '../../console/calls';
import type { ShownLogs } from '../../console/model';
import { type FaultPlan, fails, times } from '../../tools/doubles/faults';
import { simulate } from '../../tools/simulator';
import { openShop } from '../../tools/world/order-shop';
import { addExecution, cliWorld, cloudOf } from '../support/cli';
import { fakeLogs } from '../support/fake-logs';

const functions = ['validate-order', 'charge-card', 'create-shipment', 'capture-payment'];

const line = (at: Date, execution: string, more: object = {}) => ({
  timestamp: at.getTime() + 40,
  message: JSON.stringify({
    level: 'INFO',
    message: 'Done',
    timestamp: at.toISOString(),
    service: 'order-processing',
    function_request_id: '52a2a16d-af6e-405b-8336-700146f76ec4',
    orderId: 'A1',
    execution,
    ...more,
  }),
});

type Groups = Parameters<typeof fakeLogs>[0];

/** An order whose functions have logged what `groups` makes of the times at which they were called. */
async function order(
  groups: (calledAt: (state: string, time?: number) => Date) => Groups,
  { faults = {}, events: kept, pageSize }: { faults?: FaultPlan; events?: number; pageSize?: number } = {},
) {
  const shop = openShop();
  const { execution } = await shop.run({ orderId: 'A1' }, { faults });
  const events = execution.events.slice(0, kept);
  const { visits } = timelineOf(events as readonly HistoryEvent[]);
  const calls = callsIn(visits, new Map());
  const calledAt = (state: string, time = 0) =>
    new Date((calls.filter((call) => call.state === state)[time]?.enteredAt ?? 0) + 20);
  const { client, requests } = fakeLogs(groups(calledAt), pageSize);
  const world = cliWorld({
    clients: { logs: async () => client },
    functionLogs: functions.map((name) => ({ function: name, name, logGroup: `${name}-group` })),
  });
  addExecution(world, events, { name: 'order-A1' });
  const answers = answersFrom(cloudOf(world, 'dev'), (words) => words);
  const ask = (query = ''): Promise<ShownLogs> => answers.logs(new URLSearchParams(`id=order-A1${query}`));
  const visit = (state: string) =>
    `&visit=${events.find((each) => each.stateEnteredEventDetails?.name === state)?.id}`;
  const ended = events.at(-1)?.timestamp.getTime() ?? 0;
  return { ask, visit, requests, world, events, ended };
}

afterEach(() => jest.restoreAllMocks());

const clock = (at: number) => jest.spyOn(Date, 'now').mockReturnValue(at);

test('every line of the execution in order, each with the state that called the function', async () => {
  const { ask } = await order((at) => ({
    'charge-card-group': [
      line(at('ChargeCard'), 'order-A1', {
        level: 'ERROR',
        message: 'Failed',
        reason: 'no \u001b[31mluck',
        stack: 'Error: no luck\n    at charge (charge-card.ts:7:3)',
      }),
      line(at('ChargeCard'), 'order-B2'),
    ],
    'validate-order-group': [line(at('ValidateOrder'), 'order-A1', { _aws: {}, amount: 3 })],
  }));
  const { lines, functions: asked, problems, leftOut } = await ask();
  expect(lines).toEqual([
    expect.objectContaining({
      state: 'ValidateOrder',
      level: 'INFO',
      text: 'Done',
      details: [['amount', '3']],
    }),
    expect.objectContaining({
      state: 'ChargeCard',
      function: 'charge-card',
      level: 'ERROR',
      text: 'Failed',
      details: [['reason', 'no  [31mluck']],
      stack: ['at charge (charge-card.ts:7:3)'],
    }),
  ]);
  expect([asked, problems, leftOut]).toEqual([functions, [], 0]);
});

test("of a chosen state its function's log group alone is asked", async () => {
  const { ask, visit, requests } = await order((at) => ({
    'charge-card-group': [line(at('ChargeCard'), 'order-A1')],
    'validate-order-group': [line(at('ValidateOrder'), 'order-A1')],
  }));
  expect((await ask(visit('ChargeCard'))).lines.map(({ state }) => state)).toEqual(['ChargeCard']);
  expect(requests.map(({ logGroupName }) => logGroupName)).toEqual(['charge-card-group']);

  const around = await ask(visit('ProcessPaymentAndReserveInventory'));
  expect(around.lines.map(({ state }) => state)).toEqual(['ChargeCard']);
});

test('where no function runs nobody is asked', async () => {
  const { ask, visit, requests } = await order(() => ({}));
  expect(await ask(visit('ReserveInventory'))).toMatchObject({ lines: [], functions: [], problems: [] });
  expect(requests).toEqual([]);
});

test('a state that is visited again has the lines of each visit by itself, also those that came after it', async () => {
  const again = {
    QueryLanguage: 'JSONata',
    StartAt: 'Begin',
    States: {
      Begin: { Type: 'Pass', Assign: { round: 0 }, Next: 'Ask' },
      Ask: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName: 'arn:aws:lambda:us-east-1:1:function:ask:live', Payload: {} },
        Assign: { round: '{% $round + 1 %}' },
        Next: 'Wait',
      },
      Wait: { Type: 'Wait', Seconds: 60, Next: 'More' },
      More: { Type: 'Choice', Choices: [{ Condition: '{% $round < 2 %}', Next: 'Ask' }], Default: 'End' },
      End: { Type: 'Succeed' },
    },
  };
  const { events } = await simulate(again, { task: () => ({ Payload: {} }) });
  const [first, second] = callsIn(timelineOf(events as readonly HistoryEvent[]).visits, new Map());
  const after = (milliseconds: number) => new Date((first?.enteredAt ?? 0) + milliseconds);
  const { client } = fakeLogs({ g: [1, 30_000, 60_500].map((at) => line(after(at), 'order-A1')) });
  const world = cliWorld({
    clients: { logs: async () => client },
    functionLogs: [{ function: 'Ask', name: 'ask', logGroup: 'g' }],
  });
  addExecution(world, events, { name: 'order-A1' });
  const { logs } = answersFrom(cloudOf(world, 'dev'), (words) => words);
  const of = async (key = '') => (await logs(new URLSearchParams({ id: 'order-A1', visit: key }))).lines;
  expect((await of(first?.keys[0])).map(({ at }) => at)).toEqual([after(1), after(30_000)].map(Number));
  expect((await of(second?.keys[0])).map(({ at }) => at)).toEqual([Number(after(60_500))]);
});

test('a nested execution logs under its name or that of the order, and stands inside of the state that started it', async () => {
  const task = (name: string) => ({
    QueryLanguage: 'JSONata',
    StartAt: name,
    States: {
      [name]: {
        Type: 'Task',
        Resource:
          name === 'Ask' ? 'arn:aws:states:::lambda:invoke' : 'arn:aws:states:::states:startExecution.sync:2',
        Arguments: name === 'Ask' ? { FunctionName: 'ask' } : {},
        End: true,
      },
    },
  });
  const child = 'arn:aws:states:us-east-1:000000000000:execution:review:order-A1-review-0';
  const inner = await simulate(task('Ask'), {
    task: () => ({ Payload: {} }),
    input: { execution: 'order-A1' },
  });
  const outer = await simulate(task('ReviewPayment'), { task: () => ({ Output: {} }) });
  const start = inner.events[0]?.timestamp.getTime() ?? 0;
  const { client } = fakeLogs({
    g: [line(new Date(start + 5), 'order-A1')],
    other: [line(new Date(start + 6), 'order-A1')],
  });
  const world = cliWorld({
    clients: { logs: async () => client },
    functionLogs: [
      { function: 'RequestReview', name: 'ask', logGroup: 'g' },
      { function: 'ChargeCard', name: 'charge', logGroup: 'other' },
    ],
  });
  addExecution(world, inner.events, { name: 'order-A1-review-0', executionArn: child });
  const events = outer.events.map((event) =>
    event.type === 'TaskSubmitted'
      ? { ...event, taskSubmittedEventDetails: { output: JSON.stringify({ ExecutionArn: child }) } }
      : event,
  );
  addExecution(world, events, { name: 'order-A1' });
  const { logs } = answersFrom(cloudOf(world, 'dev'), (words) => words);
  const inside = await logs(new URLSearchParams('id=order-A1&visit=2'));
  expect(inside.lines).toEqual([expect.objectContaining({ state: 'Ask', visit: '2/2' })]);
  // By itself it has its own lines, and not the order's.
  const alone = await logs(new URLSearchParams({ id: child }));
  expect(alone.lines.map(({ function: name }) => name)).toEqual(['RequestReview']);
});

test('what could not be read is said, beside what could', async () => {
  const { ask } = await order((at) => ({
    'charge-card-group': 'ResourceNotFoundException',
    'validate-order-group': [line(at('ValidateOrder'), 'order-A1')],
    'create-shipment-group': 'AccessDeniedException',
    'capture-payment-group': 'AccessDeniedException',
  }));
  const { lines, problems } = await ask();
  expect(lines).toHaveLength(1);
  expect(problems).toEqual([
    expect.stringMatching(/^charge-card: there is no log group/),
    expect.stringMatching(/^create-shipment, capture-payment: your credentials may not read/),
  ]);
});

test('a function without a log group in the stack is named', async () => {
  const { ask, world } = await order(() => ({}));
  world.functionLogs = world.functionLogs.slice(1);
  expect((await ask()).problems).toContain('The stack has no log group for the function validate-order.');
});

test('while it runs a group is asked at most once in a pause, and then for what is new', async () => {
  const { ask, visit, requests, ended } = await order(
    (at) => ({
      'charge-card-group': [line(at('ChargeCard'), 'order-A1'), line(at('ChargeCard'), 'order-A1', { n: 2 })],
    }),
    { events: 20 },
  );
  const now = clock(ended + 600_000);
  expect(await ask(visit('ChargeCard'))).toMatchObject({ lines: [{}, {}], more: true });
  now.mockReturnValue(ended + 604_999);
  await ask(visit('ChargeCard'));
  const from = () => requests.filter(({ nextToken }) => !nextToken).map(({ startTime }) => startTime);
  expect(from()).toHaveLength(1);
  now.mockReturnValue(ended + 605_000);
  expect((await ask(visit('ChargeCard'))).lines).toHaveLength(2);
  expect(from()[1]).toBe(ended + 300_000);
});

test('what an execution has logged is read once more when nothing can come any more, and never again', async () => {
  const { ask, requests, ended } = await order((at) => ({
    'charge-card-group': [line(at('ChargeCard'), 'order-A1')],
  }));
  const now = clock(ended + 30_000);
  expect((await ask()).more).toBe(true);
  const early = requests.length;
  now.mockReturnValue(ended + 3_600_000);
  expect((await ask()).more).toBe(false);
  const asked = requests.length;
  expect(asked).toBe(2 * early);
  now.mockReturnValue(ended + 7_200_000);
  expect((await ask()).lines).toHaveLength(1);
  expect(requests).toHaveLength(asked);
});

test('the page gets the newest lines, and hears how many are left out, and when not all could be read', async () => {
  const many = Array.from({ length: 502 }, (_, n) => n);
  const groups = (at: (state: string) => Date) => ({
    'create-shipment-group': [line(at('CreateShipment'), 'order-A1', { message: 'the newest' })],
    'charge-card-group': many.map((n) => line(at('ChargeCard'), 'order-A1', { n })),
  });
  const { lines, leftOut, problems } = await (await order(groups, { pageSize: 100 })).ask();
  expect([lines.length, lines[0]?.details, lines.at(-1)?.text]).toEqual([500, [['n', '3']], 'the newest']);
  expect([leftOut, problems]).toEqual([3, []]);

  const cut = await (await order(groups)).ask();
  expect(cut.lines).toHaveLength(51);
  expect(cut.problems).toEqual([expect.stringContaining('more than could be read')]);
});

test('a try that failed is asked for by its request, whatever is known already', async () => {
  const id = '9d711005-c803-4b9d-91f9-673f44f70f79';
  const { ask, visit } = await order(
    (at) => ({
      'charge-card-group': [
        { timestamp: at('ChargeCard').getTime(), message: `REPORT RequestId: ${id}\tDuration: 30000 ms` },
      ],
    }),
    { faults: { ChargeCard: times(1, fails('Sandbox.Timedout', `RequestId: ${id} Error: Task timed out`)) } },
  );
  expect((await ask(visit('ChargeCard'))).lines).toEqual([
    expect.objectContaining({
      level: '',
      text: `REPORT RequestId: ${id} Duration: 30000 ms`,
      state: 'ChargeCard',
    }),
  ]);
});
