/** What the sweep redrives, when, how often, and what it leaves to a person. */
import { RedriveExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { createSweep } from '../../../lambda/operations/sweep.lambda';
import { type FaultPlan, fails, passes } from '../../../tools/doubles/faults';
import { createTopics } from '../../../tools/doubles/sns';
import { openShop } from '../../../tools/world/order-shop';
import { FakeStepFunctions, Fault, STATE_MACHINE } from '../../support/fake-step-functions';

const ALARMS = 'arn:aws:sns:eu-west-1:123456789012:alarms';
const HALF_HOUR = 1800;
const down = fails('CompensationFailed');
/** Undoing it fails too. */
const stuck: FaultPlan = { CreateShipment: fails('Broken'), ReversePayment: down };

interface Settings {
  sfn: SFNClient;
  machines: Record<string, string>;
  now: () => Date;
  /** Milliseconds that the function has left, at each question. */
  left?: () => number;
}

function openSweep({ sfn, machines, now, left = () => 600_000 }: Settings) {
  const topics = createTopics([ALARMS]);
  const sweep = createSweep({
    sfn,
    sns: topics.client,
    machines,
    topicArn: ALARMS,
    stage: 'prod',
    runbook: 'https://example.com/runbook#the-sweep',
    afterSeconds: HALF_HOUR,
    now,
    pause: async () => {},
    log: () => {},
  });
  return {
    topics,
    told: () => topics.texts(ALARMS),
    sweep: async () => {
      const { redriven, ...rest } = await sweep({ getRemainingTimeInMillis: left });
      return { ...rest, redriven: redriven.map(({ name }) => name) };
    },
  };
}

function openSweptShop() {
  const shop = openShop();
  const machines = { 'order-processing': shop.arnOf('order-processing') };
  return { shop, ...openSweep({ sfn: shop.stepFunctions.client, machines, now: () => shop.clock.now() }) };
}

const nothing = { lookedAt: 0, redriven: [], isComplete: true };

describe('an order that could not be undone', () => {
  test('goes on half an hour after it stopped, and the alarm topic hears so', async () => {
    const { shop, sweep, told } = openSweptShop();
    const order = await shop.run({}, { faults: { ...stuck, ReversePayment: Array(41).fill(down) } });
    expect(order).toMatchObject({ status: 'FAILED', endedAt: 'ReversePayment' });
    await shop.clock.advance(HALF_HOUR - 1);
    expect(await sweep()).toEqual(nothing);
    await shop.clock.advance(1);
    expect(await sweep()).toEqual({ lookedAt: 1, redriven: ['order-A-1001'], isComplete: true });
    expect(await shop.finish(order.execution)).toMatchObject({ endedAt: 'OrderFailed' });
    expect(await shop.books()).toMatchObject({ held: 0, taken: 0, shipped: [] });
    expect(told()).toEqual([
      'prod: the sweep lets 1 go on that stopped half-way.\n' +
        'order-A-1001 of order-processing, stopped by CompensationFailed: redrive 1 of 5\n' +
        'Runbook: https://example.com/runbook#the-sweep',
    ]);
    await shop.clock.advance(86_400);
    expect(await sweep()).toEqual({ lookedAt: 1, redriven: [], isComplete: true });
    expect(told()).toHaveLength(1);
  });

  test('goes on five times, after twice as long each time, and no more', async () => {
    const { shop, sweep, told } = openSweptShop();
    const { execution } = await shop.run({}, { faults: stuck });
    for (const halfHours of [1, 2, 4, 8, 16]) {
      await shop.clock.advance(halfHours * HALF_HOUR - 1);
      expect(await sweep()).toEqual(nothing);
      await shop.clock.advance(1);
      expect((await sweep()).redriven).toEqual(['order-A-1001']);
      await shop.finish(execution);
    }
    await shop.clock.advance(5 * 86_400);
    expect(await sweep()).toEqual(nothing);
    expect(told().at(-1)).toContain('redrive 5 of 5');
  });

  test('goes on once when two sweeps come at once, also when it has failed again before the second redrives it', async () => {
    const { shop, sweep } = openSweptShop();
    const failsAgain = [...Array(41).fill(down), fails('States.QueryEvaluationError')];
    const { execution } = await shop.run({}, { faults: { ...stuck, ReversePayment: failsAgain } });
    await shop.clock.advance(HALF_HOUR);
    const { client } = shop.stepFunctions;
    const send = client.send.bind(client);
    client.send = (async (command: Parameters<typeof send>[0]) => {
      if (command instanceof RedriveExecutionCommand) {
        client.send = send;
        expect((await sweep()).redriven).toEqual(['order-A-1001']);
        await shop.finish(execution);
      }
      return send(command);
    }) as typeof send;
    await sweep();
    expect(execution).toMatchObject({ status: 'FAILED', redriveCount: 1 });
  });

  test('is left alone after 13 days', async () => {
    const { shop, sweep } = openSweptShop();
    await shop.run({}, { faults: stuck });
    await shop.clock.advance(13 * 86_400);
    expect(await sweep()).toEqual(nothing);
  });
});

describe('is left to a person:', () => {
  test.each<[string, FaultPlan]>([
    ['what is undone', { CreateShipment: fails('TemporaryFailure') }],
    ['an error that passes at no time', { ...stuck, ReversePayment: fails('States.QueryEvaluationError') }],
    ['an error that may be anything', { ...stuck, ReversePayment: fails('TypeError') }],
  ])('%s', async (_, faults) => {
    const { shop, sweep, told } = openSweptShop();
    expect(await shop.run({}, { faults })).toMatchObject({ status: 'FAILED' });
    await shop.clock.advance(HALF_HOUR);
    expect(await sweep()).toEqual({ lookedAt: 1, redriven: [], isComplete: true });
    expect(told()).toEqual([]);
  });

  test('what somebody stopped', async () => {
    const { shop, sweep } = openSweptShop();
    const execution = shop.start({}, { faults: stuck });
    execution.stop();
    await shop.finish(execution);
    await shop.clock.advance(HALF_HOUR);
    expect(await sweep()).toEqual(nothing);
  });
});

describe('a sweep that cannot do all', () => {
  test('tells what it has done, says that it failed, and the next one does the rest', async () => {
    const { shop, sweep, told } = openSweptShop();
    await shop.run({ orderId: 'A1' }, { faults: stuck });
    await shop.run({ orderId: 'A2' }, { faults: stuck });
    await shop.run({ orderId: 'A3' }, { faults: stuck });
    await shop.clock.advance(HALF_HOUR);
    shop.fail({ 'states:describeExecution': [passes, fails('throttled')] });
    await expect(sweep()).rejects.toThrow('Rate exceeded');
    expect(told()).toEqual([expect.stringMatching(/order-A1(.|\n)*the next sweep goes on/)]);
    expect((await sweep()).redriven).toEqual(['order-A2', 'order-A3']);
  });

  test('a state machine that cannot be listed is in nobody’s way', async () => {
    const { shop } = openSweptShop();
    const { sweep, told } = openSweep({
      sfn: shop.stepFunctions.client,
      machines: { gone: shop.arnOf('gone'), 'order-processing': shop.arnOf('order-processing') },
      now: () => shop.clock.now(),
    });
    await shop.run({}, { faults: stuck });
    await shop.clock.advance(HALF_HOUR);
    await expect(sweep()).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
    expect(told()).toHaveLength(1);
  });

  test('redrives what it can also when nobody can be told, and says that it failed', async () => {
    const { shop, sweep, topics } = openSweptShop();
    const { execution } = await shop.run({}, { faults: stuck });
    await shop.clock.advance(HALF_HOUR);
    topics.fail({ 'sns:publish': fails('unavailable') });
    await expect(sweep()).rejects.toMatchObject({ name: 'TemporaryFailure' });
    expect(execution.status).toBe('RUNNING');
  });
});

describe('of many', () => {
  const NOW = 1_800_000_000;

  /** So many that stopped half-way, each a second before the one that is listed before it. */
  function openMany(count: number, left?: () => number) {
    const stepFunctions = new FakeStepFunctions();
    stepFunctions.pageSize = 60;
    for (let i = 0; i < count; i++) {
      const executionArn = `${STATE_MACHINE.replace(':stateMachine:', ':execution:')}:order-${i}`;
      stepFunctions.executions.set(executionArn, {
        executionArn,
        stateMachineArn: STATE_MACHINE,
        name: `order-${i}`,
        status: 'FAILED',
        startDate: NOW - 7200 - i,
        stopDate: NOW - 3600 - i,
        error: 'TemporaryFailure',
        redriveStatus: 'REDRIVABLE',
      });
    }
    stepFunctions.answers.RedriveExecution = ({ executionArn = '' }) => {
      const found = stepFunctions.executions.get(executionArn);
      if (found?.status !== 'FAILED') throw new Fault('ExecutionNotRedrivable', 'it runs');
      found.status = 'RUNNING';
      return { redriveDate: NOW };
    };
    const now = () => new Date(NOW * 1000);
    const machines = { 'order-processing': STATE_MACHINE };
    return {
      stepFunctions,
      ...openSweep({ sfn: stepFunctions.client, machines, now, ...(left && { left }) }),
    };
  }

  test('a hundred go on in a sweep, the oldest first, and the others in the next', async () => {
    const { sweep, told } = openMany(130);
    const { redriven, ...first } = await sweep();
    expect(first).toEqual({ lookedAt: 100, isComplete: false });
    expect(redriven).toEqual(Array.from({ length: 100 }, (_, i) => `order-${129 - i}`));
    expect(told()[0]).toContain('There are more to look at');
    expect(await sweep()).toMatchObject({ lookedAt: 30, isComplete: true });
  });

  test('none is begun when the time is nearly up', async () => {
    const times = [60_000, 60_000, 60_000, 60_000, 60_000, 20_000];
    const { sweep } = openMany(130, () => times.shift() ?? 0);
    const { redriven, isComplete } = await sweep();
    expect(redriven).toHaveLength(3);
    expect(isComplete).toBe(false);
  });

  test('one that another sweep has redriven meanwhile is not counted', async () => {
    const { stepFunctions, sweep } = openMany(2);
    stepFunctions.answers.RedriveExecution = () => {
      throw new Fault('ExecutionNotRedrivable', 'it runs');
    };
    expect(await sweep()).toEqual({ lookedAt: 2, redriven: [], isComplete: true });
  });
});
