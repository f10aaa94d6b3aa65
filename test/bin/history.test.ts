// What `workflows history` prints, from the events of real definitions with real functions.

import { compensations } from '../../bin/history/notes';
import type { StackName } from '../../contracts/workflows';
import { type FaultPlan, fails, times, worksButFails } from '../../tools/doubles/faults';
import { simulate } from '../../tools/simulator';
import type { HistoryEvent } from '../../tools/simulator/types';
import { definitionOf } from '../../tools/world/definitions';
import { openShop } from '../../tools/world/order-shop';
import { addExecution, cliWorld, workflows } from '../support/cli';
import { STATE_MACHINE } from '../support/fake-step-functions';
import { openSignups } from '../support/signups';

const historyOf = async (
  events: readonly HistoryEvent[],
  name = 'order-A1',
  stack: StackName = 'OrderProcessing',
) => {
  const world = cliWorld({ outputs: { [`${stack}/StateMachineArn`]: STATE_MACHINE } });
  addExecution(world, events, { name });
  return (await workflows(world, `history ${name}`)).out;
};

const orderHistory = async (order = {}, faults: FaultPlan = {}) => {
  const run = await openShop().run({ orderId: 'A1', ...order }, { faults });
  return historyOf(run.execution.events);
};

/** The lines of a text, with single spaces. */
const lines = (text: string) => text.split('\n').map((line) => line.trim().replace(/ {2,}/g, '  '));

test('an order that failed and was undone: what happened, why, what was undone, what to do', async () => {
  const text = await orderHistory(
    {},
    {
      ChargeCard: times(1, fails('TemporaryFailure', 'Stripe answered 500')),
      CreateShipment: worksButFails('Error', 'The queue is gone'),
    },
  );

  expect(lines(text)).toEqual([
    expect.stringMatching(/^order-A1 {2}FAILED after \d+ ms$/),
    'started 2026-03-01 09:00:00 UTC, 14 billed transitions',
    '',
    '+0 ms  ValidateOrder  0 ms',
    expect.stringMatching(/^\+0 ms {2}ProcessPaymentAndReserveInventory {2}\d+ ms$/),
    expect.stringMatching(/^\+0 ms {2}├ ChargeCard {2}\d+ ms {2}2 tries, authorised 33.99 USD$/),
    'try 1: TemporaryFailure: Stripe answered 500',
    '+0 ms  └ ReserveInventory  0 ms  stock is reserved',
    expect.stringMatching(/CheckPaymentSuccess {2}→ CreateShipment$/),
    expect.stringMatching(/CreateShipment {2}0 ms {2}failed, and was handled$/),
    'Error: The queue is gone',
    expect.stringMatching(/CancelShipment {2}0 ms {2}undo, the shipment is cancelled$/),
    expect.stringMatching(/ReleaseInventory {2}0 ms {2}undo, the stock is released$/),
    expect.stringMatching(/ReversePayment {2}0 ms {2}undo, the payment is cancelled, nothing was charged$/),
    expect.stringMatching(/CheckOutcome {2}→ NotifyOrderFailed$/),
    expect.stringMatching(/NotifyOrderFailed {2}0 ms {2}the customer is told that nothing was ordered$/),
    expect.stringMatching(/OrderFailed {2}ends the execution as FAILED$/),
    '',
    'Outcome  FAILED: a person must look',
    'Why  CreateShipment failed. Error: The queue is gone',
    'Undone  the shipment is cancelled',
    'the stock is released',
    'the payment is cancelled, nothing was charged',
    'Next  Nothing is left of this attempt, so a redrive would only fail again. When the cause is gone, start the next:',
    'npm run workflows -- start order --from order-A1 --attempt 2',
    '',
  ]);
});

test('a compensation that failed for good says where it stopped, why it was undoing, and how to go on', async () => {
  const text = await orderHistory(
    {},
    {
      CreateShipment: fails('Error', 'The queue is gone'),
      ReversePayment: fails('CompensationFailed', 'Stripe is away'),
    },
  );

  expect(text).toMatch(
    /ReversePayment +41 tries, failed\n +tries 1 to 41: CompensationFailed: Stripe is away\n/,
  );
  expect(lines(text).slice(-7)).toEqual(
    [
      'Outcome  FAILED: a person must look',
      'Why  ReversePayment failed. CompensationFailed: Stripe is away',
      'It was being undone because CreateShipment failed. Error: The queue is gone',
      'Undone  the shipment is cancelled',
      'the stock is released',
      'Next  It stopped at ReversePayment and is neither completed nor undone.',
      'When the cause is gone, go on from there: npm run workflows -- redrive order-A1',
      '',
    ].slice(-7),
  );
});

test('a redriven compensation is shown together with the execution that failed', async () => {
  const shop = openShop();
  const stuck = await shop.run(
    { orderId: 'A1' },
    { faults: { CreateShipment: fails('Error'), ReversePayment: times(41, fails('CompensationFailed')) } },
  );
  const { execution } = await shop.redrive(stuck);
  const text = await historyOf(execution.events);

  expect(text).toMatch(/started 2026-03-01 09:00:00 UTC, redriven 2026-03-01 1\d:\d\d:\d\d UTC/);
  expect(text).toMatch(/ReversePayment .* 42 tries, undo, the payment is cancelled/);
  expect(text).toContain(`${execution.transitions} billed transitions`);
  expect(text).toContain('start order --from order-A1 --attempt 2');

  const redriven = execution.events.findIndex(({ type }) => type === 'ExecutionRedriven');
  const underWay = await historyOf(execution.events.slice(0, redriven + 2));
  expect(underWay).toMatch(/^order-A1 {2}RUNNING/);
  expect(underWay).toMatch(/Waits at +ReversePayment/);
});

test('a rejected order lists its problems', async () => {
  const text = await orderHistory({ email: 'nobody', items: [] });
  expect(text).toMatch(/^order-A1 {2}REJECTED after/);
  expect(text).toMatch(/Why +items: must be .*\n +email: must be an e-mail address/);
  expect(text).not.toContain('Next');
});

test('a declined card, and what was undone for it', async () => {
  const text = await orderHistory({ paymentMethodId: 'pm_card_chargeDeclined' });
  expect(text).toMatch(/├ ChargeCard .*failed, and was handled\n +PaymentDeclined: Your card was declined/);
  expect(text).toMatch(/Outcome +PAYMENT_DECLINED\nWhy +Your card was declined\. \(generic_decline\)/);
  expect(text).toMatch(/Undone +the stock is released/);
});

test('a customer who was not notified is mentioned', async () => {
  const text = await orderHistory({}, { NotifyCustomer: fails('SNS.InternalErrorException') });
  expect(text).toMatch(/Outcome +SHIPPED\nWhy +Nobody was notified/);
});

test('a running order says where it waits', async () => {
  const { execution } = await openShop().run({ orderId: 'A1' }, {});
  const entered = execution.events.findIndex(({ type }) => type === 'TaskSucceeded');
  const text = await historyOf(execution.events.slice(0, entered));
  expect(text).toMatch(/^order-A1 {2}RUNNING for .* so far/);
  expect(text).toMatch(/ValidateOrder +is running/);
  expect(text).toMatch(/Waits at +ValidateOrder/);
});

test('--json has everything, for machines', async () => {
  const { execution } = await openShop().run(
    { orderId: 'A1' },
    { faults: { CreateShipment: fails('Error') } },
  );
  const world = cliWorld();
  addExecution(world, execution.events, { name: 'order-A1' });
  const { out } = await workflows(world, 'history A1 --json');

  expect(JSON.parse(out)).toMatchObject({
    name: 'order-A1',
    startedAt: '2026-03-01T09:00:00.000Z',
    transitions: execution.transitions,
    end: { status: 'FAILED', error: 'Error' },
    verdict: { failed: true, todo: 'retry' },
    visits: expect.arrayContaining([
      expect.objectContaining({
        state: 'CreateShipment',
        tries: [expect.objectContaining({ error: 'Error' })],
      }),
    ]),
  });
});

test('a long history is read page by page', async () => {
  const { execution } = await openShop().run({ orderId: 'A1' });
  const world = cliWorld();
  world.stepFunctions.pageSize = 7;
  addExecution(world, execution.events, { name: 'order-A1' });
  expect((await workflows(world, 'history A1')).out).toMatch(/NotifyCustomer/);
});

test('a signup that was undone, in its own terms', async () => {
  const { execution } = await openSignups().run(undefined, {
    faults: { CreateStripeCustomer: fails('States.Http.StatusCode.503') },
  });
  const text = await historyOf(execution.events, 'onboarding-u1', 'SaasOnboarding');

  expect(text).toMatch(
    /└ CreateStripeCustomer .* 6 tries, failed, and was handled\n +tries 1 to 6: States.Http/,
  );
  expect(text).toMatch(/Why +CreateStripeCustomer failed\./);
  expect(text).toMatch(
    /Undone +the table is deleted\n +the API key is deleted.*\n +there was no Stripe customer\n/,
  );
  expect(text).toContain('start onboarding --from onboarding-u1 --attempt 2');
});

describe('the definition says what a Fail state means, whatever the state is called', () => {
  const endingWith = async (name: string, Cause: string) => {
    const Fail = { Type: 'Fail', Error: 'StockGone', Cause };
    const definition = { QueryLanguage: 'JSONata', StartAt: name, States: { [name]: Fail } };
    return historyOf((await simulate(definition, {})).events);
  };

  test.each(['OrderFailed', 'RestockFailed'])('all is undone at %s: start the next attempt', async (name) => {
    const text = await endingWith(name, "{% $string({'undone': true, 'orderId': 'A1'}) %}");
    expect(text).toMatch(
      /Next +Nothing is left of this attempt.*\n.* start order --from order-A1 --attempt 2/,
    );
  });

  test.each(['OrderFailed', 'RestockFailed'])(
    'not all at %s: what to do, and no next attempt',
    async (name) => {
      const text = await endingWith(
        name,
        "{% $string({'undone': false, 'next': 'The money went back, the stock did not: count it again.'}) %}",
      );
      expect(text).toMatch(/Next +Not all of it is undone.*\n +The money went back, the stock did not/);
      expect(text).not.toMatch(/--attempt|redrive order/);
    },
  );

  test('one that does not say so is not shown as undone', async () => {
    const text = await endingWith('OrderFailed', 'no stock');
    expect(text).toMatch(/Next +Not all of it is undone.*\n +The runbook says/);
  });
});

describe('shapes that orders do not have', () => {
  const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: {} };
  const machine = (states: object, startAt: string) => ({
    QueryLanguage: 'JSONata',
    StartAt: startAt,
    States: states,
  });

  test('a polling loop shows its first and last round', async () => {
    const { events } = await simulate(
      machine(
        {
          Pause: { Type: 'Wait', Seconds: 5, Next: 'Poll' },
          Poll: { ...task, Output: '{% $states.result.Payload %}', Next: 'Ready' },
          Ready: {
            Type: 'Choice',
            Choices: [{ Condition: '{% $states.input.ready %}', Next: 'Done' }],
            Default: 'Pause',
          },
          Done: { Type: 'Succeed' },
        },
        'Pause',
      ),
      {
        task: ({ clock }) => ({
          Payload: { ready: clock.now().getTime() >= Date.parse('2026-01-01T00:02:00Z') },
        }),
      },
    );
    const text = await historyOf(events);
    expect(text.match(/Poll/g)).toHaveLength(2);
    expect(text).toContain('…                                   22 more rounds of the same');
    expect(text).toMatch(/\+2 min +Done/);
  });

  test('a failed expression shows the state and the expression', async () => {
    const { events } = await simulate(
      machine({ Look: { Type: 'Pass', Output: '{% $nothing %}', End: true } }, 'Look'),
    );
    const text = await historyOf(events);
    expect(text).toMatch(/Look +failed\n +States.QueryEvaluationError: .*\$nothing/);
    expect(text).toMatch(/Next +It stopped at Look/);
  });

  test('a branch that was interrupted is shown differently from the one that failed', async () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: { ...task, End: true } } });
    const { events } = await simulate(
      machine(
        { Both: { Type: 'Parallel', Branches: [branch('Slow'), branch('Broken')], End: true } },
        'Both',
      ),
      {
        task: async ({ state, clock }) => {
          if (state === 'Slow') await clock.sleep(60);
          throw Object.assign(new Error('no'), { name: 'Broken' });
        },
      },
    );
    const text = await historyOf(events);
    expect(text).toMatch(/├ Slow +was cut off/);
    expect(text).toMatch(/└ Broken +failed\n +Broken: no/);
  });

  test('iterations of a Map are shown under it, a nested execution under the state that started it', async () => {
    const nested = await simulate(machine({ Ask: { ...task, End: true } }, 'Ask'), {
      task: () => ({ Payload: { decision: 'APPROVED' } }),
    });
    const each = { StartAt: 'Each', States: { Each: { ...task, End: true } } };
    const { events } = await simulate(
      machine(
        {
          All: { Type: 'Map', Items: [1, 2], ItemProcessor: each, Next: 'ReviewPayment' },
          ReviewPayment: { ...task, Resource: 'arn:aws:states:::states:startExecution.sync:2', End: true },
        },
        'All',
      ),
      { task: ({ state }) => (state === 'Each' ? { Payload: 1 } : { Output: { decision: 'APPROVED' } }) },
    );
    const child = 'arn:aws:states:us-east-1:000000000000:execution:payment-review:order-A1-review-0';
    const linked = events.map((event) =>
      event.type === 'TaskSubmitted'
        ? { ...event, taskSubmittedEventDetails: { output: JSON.stringify({ ExecutionArn: child }) } }
        : event,
    );
    const world = cliWorld();
    addExecution(world, nested.events, { name: 'order-A1-review-0', executionArn: child });
    addExecution(world, linked, { name: 'order-A1' });
    const { out } = await workflows(world, 'history A1');

    addExecution(world, linked.slice(0, -3), { name: 'order-A2' });
    expect((await workflows(world, 'status A2')).out).toMatch(
      /Waits at +ReviewPayment\nNext +A person must answer: .* review approve\|reject order-A2/,
    );
    expect(out).toMatch(/ All .*\n.*├ Each.*\n.*└ Each/);
    expect(out).toMatch(/ ReviewPayment .*the answer: APPROVED\n.*└ Ask/);
  });

  test('an execution that somebody stopped', async () => {
    const { events } = await simulate(machine({ Wait: { Type: 'Wait', Seconds: 9, End: true } }, 'Wait'));
    const stopped = [
      ...events.slice(0, 2),
      {
        id: 3,
        previousEventId: 2,
        timestamp: new Date('2026-01-01T00:00:04Z'),
        type: 'ExecutionAborted',
        executionAbortedEventDetails: { error: 'Wrong', cause: 'Customer \u001b[31mcalled' },
      },
    ];
    const text = await historyOf(stopped);
    expect(text).toMatch(
      /Outcome +ABORTED: a person must look\nWhy +Somebody stopped it\.\n +Wait failed\. Wrong: Customer/,
    );
    expect(text).not.toContain('\u001b');
  });
});

test('every state that undoes something is a state of a definition', () => {
  const states = ['order-processing', 'saas-onboarding'].flatMap((name) =>
    [...definitionOf(name).matchAll(/"(\w+)": \{\s+"(?:Type|Comment)"/g)].map(([, state]) => state),
  );
  expect(states).toEqual(expect.arrayContaining([...compensations]));
});
