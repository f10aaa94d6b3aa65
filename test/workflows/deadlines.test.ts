/** An execution that times out cannot compensate, so the worst case of every path must be below its TimeoutSeconds. */
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { MAX_ORDERS } from '../../lambda/bulk-orders/check-file.lambda';
import { type StageName, stages } from '../../lib/stages';
import { definitionNames, definitionOf, inlinedDefinition } from '../../tools/world/definitions';
import { appOf } from '../support/template';
import { type Bounds, type Machine, seconds, worstCaseSeconds } from '../support/worst-case';

/** The values that a stage's stacks bind to the placeholders of each definition. */
const bindingsIn = (stage: StageName): Map<string, Record<string, string>> =>
  new Map(
    appOf(stage)
      .node.findAll()
      .filter((construct) => construct instanceof CfnStateMachine)
      .map(({ definitionString, definitionSubstitutions = {} }) => [
        definitionNames.find((name) => inlinedDefinition(name) === definitionString) ?? '',
        Object.fromEntries(
          Object.entries(definitionSubstitutions).map(([name, value]) => [name, String(value)]),
        ),
      ]),
  );

const batch = 10;
/** In a repeat, which is the slowest, an order every two seconds. */
const bounds: Bounds = { children: MAX_ORDERS / batch, input: { second: 2 * batch } };

describe.each(Object.values(stages))('in $name', ({ name: stage }) => {
  const bindings = bindingsIn(stage);
  const machineOf = (workflow: string): Machine => JSON.parse(definitionOf(workflow, bindings.get(workflow)));

  test.each(definitionNames)('%s ends in time, whatever happens', async (workflow) => {
    const machine = machineOf(workflow);
    expect(await worstCaseSeconds(machine, bounds)).toBeLessThan(machine.TimeoutSeconds ?? 0);
  });

  test('a batch of an import ends within the five minutes of an EXPRESS execution', async () => {
    const { StartOrders } = machineOf('bulk-orders').States;
    if (!StartOrders?.ItemProcessor) throw new Error('StartOrders is no Map');
    expect(StartOrders).toHaveProperty('ItemBatcher.MaxItemsPerBatch', batch);
    const seconds = await worstCaseSeconds(StartOrders.ItemProcessor, bounds);
    expect(seconds).toBeGreaterThan(2 * batch);
    expect(seconds).toBeLessThan(300);
  });

  test('an order waits longer than its review can take', async () => {
    const waits = machineOf('order-processing').States.ReviewPayment?.TimeoutSeconds;
    const review = await worstCaseSeconds(machineOf('payment-review'));
    expect(await seconds('ReviewPayment', waits)).toBeGreaterThan(review);
  });
});

test('a path counts its tries, its backoff and its loops', async () => {
  const task = { Type: 'Task', TimeoutSeconds: 10 };
  const machine = {
    StartAt: 'Try',
    States: {
      Try: { ...task, Retry: [{ IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2 }], Next: 'Enough' },
      Enough: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input.round < 3 %}', Next: 'Pause' }],
        Default: 'Last',
      },
      Pause: { Type: 'Wait', Seconds: '{% $floor($random() * 3) + 1 %}', Next: 'Try' },
      Last: task,
    },
  };
  expect(await worstCaseSeconds(machine)).toBe(3 * (3 * 10 + 1 + 2 + 3) + 10);
});

test('a loop that is bound by time counts as that time and a last round', async () => {
  const task = { Type: 'Task', TimeoutSeconds: 10 };
  const Condition =
    '{% $toMillis($states.context.State.EnteredTime) - $toMillis($states.context.Execution.StartTime) < 60000 %}';
  const machine = {
    StartAt: 'Try',
    States: {
      Try: { ...task, Next: 'IsTimeLeft' },
      IsTimeLeft: { Type: 'Choice', Choices: [{ Condition, Next: 'Try' }], Default: 'Last' },
      Last: task,
    },
  };
  expect(await worstCaseSeconds(machine)).toBe(60 + 10 + 10);
});

test.each(['lambda:invoke.waitForTaskToken', 'states:startExecution.sync:2'])(
  '%s is waited for once, however often it is started',
  async (integration) => {
    const wait = {
      Type: 'Task',
      Resource: `arn:aws:states:::${integration}`,
      TimeoutSeconds: 86_400,
      Retry: [{ IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2 }],
    };
    expect(await worstCaseSeconds({ StartAt: 'Wait', States: { Wait: wait } })).toBe(86_400 + 2 * 30 + 1 + 2);
  },
);
