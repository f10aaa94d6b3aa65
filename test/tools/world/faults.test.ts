/** The faults: the effect of each on a state's call, and on a call that a function makes. */
import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { PublishCommand } from '@aws-sdk/client-sns';
import {
  type Fault,
  Faults,
  fails,
  killedAfterwards,
  killedBefore,
  late,
  passes,
  repliesLate,
  replyLost,
  times,
  twice,
  worksButFails,
} from '../../../tools/doubles/faults';
import { asLambda } from '../../../tools/doubles/lambda';
import { createSecrets } from '../../../tools/doubles/secrets';
import { createTopics } from '../../../tools/doubles/sns';
import { openWorld } from '../../../tools/world/world';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:told';
const SECONDS = 10;

const work = (resource: string, args: object) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'Work',
  States: {
    Work: {
      Type: 'Task',
      Resource: `arn:aws:states:::${resource}`,
      Arguments: args,
      TimeoutSeconds: SECONDS,
      End: true,
    },
  },
});

function open() {
  const faults = new Faults();
  const topics = createTopics([TOPIC], faults);
  const log: string[] = [];
  const tell = async ({ token }: { token?: string }) => {
    log.push('begins');
    await topics.client.send(new PublishCommand({ TopicArn: TOPIC, Message: token ?? 'told' }));
    log.push('ends');
    return { told: true };
  };
  const world = openWorld({
    machines: {},
    functions: { tell: asLambda(tell) },
    services: { sns: topics },
    faults,
  });
  world.deploy('function', JSON.stringify(work('lambda:invoke', { FunctionName: 'tell', Payload: {} })));
  world.deploy('service', JSON.stringify(work('sns:publish', { TopicArn: TOPIC, Message: 'told' })));
  world.deploy(
    'callback',
    JSON.stringify(
      work('lambda:invoke.waitForTaskToken', {
        FunctionName: 'tell',
        Payload: { token: '{% $states.context.Task.Token %}' },
      }),
    ),
  );
  const run = async (machine: string, fault: Fault | Fault[]) => {
    const { status, error, execution } = await world.finish(world.start(machine, 'one', {}, { Work: fault }));
    await world.settle();
    const seconds = (Number(execution.stopDate) - Number(execution.startDate)) / 1000;
    return { result: error ?? status, told: topics.texts(TOPIC).length, seconds };
  };
  return { ...world, topics, log, run };
}

describe('of a state that calls a function', () => {
  test.each([
    ['passes', passes, 'SUCCEEDED', 1, 0],
    ['fails', fails('Broken'), 'Broken', 0, 0],
    ['fails, throttled', fails('throttled'), 'Lambda.TooManyRequestsException', 0, 0],
    ['fails, unavailable', fails('unavailable'), 'Lambda.ServiceException', 0, 0],
    ['works but fails', worksButFails('Broken'), 'Broken', 1, 0],
    ['reply lost', replyLost, 'Lambda.SdkClientException', 1, 0],
    ['killed before', killedBefore, 'Runtime.ExitError', 0, 0],
    ['killed afterwards', killedAfterwards, 'Runtime.ExitError', 1, 0],
    ['late, in time', late(SECONDS - 1), 'SUCCEEDED', 1, SECONDS - 1],
    ['late, cut off: it works all the same', late(SECONDS + 1), 'States.Timeout', 1, SECONDS],
    ['replies late', repliesLate(SECONDS + 1), 'States.Timeout', 1, SECONDS],
    ['twice', twice(3), 'SUCCEEDED', 2, 3],
  ] as const)('%s', async (_word, fault, result, told, seconds) => {
    expect(await open().run('function', fault)).toEqual({ result, told, seconds });
  });
});

describe('of a state that calls a service, in the words of its integration', () => {
  test.each([
    ['throttled', 'SNS.ThrottledException'],
    ['unavailable', 'SNS.InternalErrorException'],
    ['denied', 'SNS.AuthorizationErrorException'],
    ['timeout', 'SNS.SdkClientException'],
  ] as const)('%s is %s', async (failure, result) => {
    expect(await open().run('service', fails(failure))).toMatchObject({ result, told: 0 });
    expect(await open().run('service', worksButFails(failure))).toMatchObject({ result, told: 1 });
  });

  test('nothing can be killed', async () => {
    const { result } = await open().run('service', killedBefore);
    expect(result).not.toBe('SUCCEEDED');
  });
});

describe('of a state that calls another than an AWS service, in the words of its integration', () => {
  const calling = async (resource: string, args: object, fault: Fault) => {
    const faults = new Faults();
    const world = openWorld({
      machines: {},
      functions: {},
      services: { secretsmanager: createSecrets({ key: () => '{}' }, faults) },
      connections: { stripe: 'key' },
      exchange: async () => ({ status: 200, statusText: 'OK', headers: {}, text: '' }),
      faults,
    });
    world.deploy('child', JSON.stringify({ ...work('', {}), States: { Work: { Type: 'Succeed' } } }));
    world.deploy('caller', JSON.stringify(work(resource, args)));
    const { error, status } = await world.finish(world.start('caller', 'one', {}, { Work: fault }));
    return error ?? status;
  };
  const arn = (service: string, name: string) => `arn:aws:${service}:us-east-1:123456789012:${name}`;
  const http = {
    InvocationConfig: {
      ConnectionArn: arn('events', 'connection/stripe/2f0c9a14-7d0b-4a53-9e0e-6c1b5a3d8e21'),
    },
    ApiEndpoint: 'https://example.com',
    Method: 'GET',
  };
  const nested = { StateMachineArn: arn('states', 'stateMachine:child'), Input: {} };

  test.each([
    ['http:invoke', http, passes, 'SUCCEEDED'],
    ['http:invoke', http, fails('unavailable'), 'States.Http.StatusCode.503'],
    ['http:invoke', http, fails('denied'), 'States.Http.StatusCode.403'],
    ['http:invoke', http, replyLost, 'States.Http.Socket'],
    ['states:startExecution.sync:2', nested, passes, 'SUCCEEDED'],
    ['states:startExecution.sync:2', nested, fails('throttled'), 'StepFunctions.ThrottlingException'],
    ['states:startExecution.sync:2', nested, fails('unavailable'), 'StepFunctions.AWSStepFunctionsException'],
    ['states:startExecution.sync:2', nested, replyLost, 'StepFunctions.SdkClientException'],
  ] as const)('%s %#', async (resource, args, fault, result) => {
    expect(await calling(resource, args, fault)).toBe(result);
  });
});

test('a nested execution goes on whose start was not heard of: the next try joins it', async () => {
  const world = open();
  const nested = { StateMachineArn: world.arnOf('function'), Name: 'child', Input: {} };
  const state = {
    ...work('states:startExecution.sync:2', nested).States.Work,
    Retry: [{ ErrorEquals: ['States.ALL'] }],
  };
  world.deploy('parent', JSON.stringify({ ...work('', {}), States: { Work: state } }));
  const faults = { Work: [replyLost, late(5), passes] };
  const { status } = await world.finish(world.start('parent', 'one', {}, faults));
  expect({ status, told: world.topics.texts(TOPIC).length }).toEqual({ status: 'SUCCEEDED', told: 1 });
});

describe('of a call that a function makes', () => {
  const calling = async (...planned: Fault[]) => {
    const world = open();
    world.fail({ [`sns:publish ${TOPIC}`]: planned });
    return { ...(await world.run('function', passes)), log: world.log };
  };

  test('killed before it: nothing is done, and the function does not go on', async () => {
    expect(await calling(killedBefore)).toMatchObject({
      result: 'Runtime.ExitError',
      told: 0,
      log: ['begins'],
    });
  });

  test('killed after it: it is done, and the function does not go on', async () => {
    expect(await calling(killedAfterwards)).toMatchObject({
      result: 'Runtime.ExitError',
      told: 1,
      log: ['begins'],
    });
  });

  test('late: takes the time of the state that waits for the function', async () => {
    expect(await calling(late(SECONDS + 5))).toMatchObject({ result: 'States.Timeout', told: 1 });
  });

  test('its reply lost: the function gets its client’s timeout', async () => {
    expect(await calling(replyLost)).toMatchObject({ result: 'TimeoutError', told: 1, log: ['begins'] });
  });
});

test('calls are counted from when a fault was planned, and an earlier plan is used up first', async () => {
  const { fail, heal, topics } = open();
  const publish = () =>
    topics.call('publish', { TopicArn: TOPIC, Message: 'told' }).then(
      () => 'done',
      ({ name }: Error) => name,
    );
  fail({ 'sns:*': [passes, fails('throttled')] });
  fail({ 'sns:publish': times(1, fails('denied')), 'sns:publish arn:other': fails('unavailable') });
  const results = [await publish(), await publish(), await publish(), await publish()];
  expect(results).toEqual(['done', 'ThrottledException', 'AuthorizationErrorException', 'done']);
  fail({ 'sns:publish': fails('unavailable') });
  expect([await publish(), await publish()]).toEqual(Array(2).fill('InternalErrorException'));
  heal();
  expect(await publish()).toBe('done');
});

test('a fault knows where it strikes', async () => {
  const world = open();
  const places: string[] = [];
  const watches: Fault = (work, { place }) => {
    places.push(place);
    return work();
  };
  world.fail({ '*:*': watches });
  await world.run('function', watches);
  expect(places).toEqual(['Work', 'lambda:invoke tell', `sns:publish ${TOPIC}`]);
});

describe('of a state that waits for a token', () => {
  const answer = ({ stepFunctions, topics }: ReturnType<typeof open>) =>
    stepFunctions.client.send(
      new SendTaskSuccessCommand({ taskToken: topics.texts(TOPIC).at(-1), output: '{}' }),
    );

  test('sent, but the reply was lost: the state fails at once, and its token becomes invalid', async () => {
    const world = open();
    expect(await world.run('callback', replyLost)).toEqual({
      result: 'Lambda.SdkClientException',
      told: 1,
      seconds: 0,
    });
    await expect(answer(world)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  test('delivered twice, under one token: an answer ends the state', async () => {
    const world = open();
    const execution = world.start('callback', 'one', {}, { Work: [twice()] });
    await world.clock.advance(1);
    expect(world.topics.texts(TOPIC)).toHaveLength(2);
    await answer(world);
    expect((await world.finish(execution)).status).toBe('SUCCEEDED');
  });

  test('each execution has a token of its own', async () => {
    const world = open();
    for (const name of ['one', 'two']) world.start('callback', name, {});
    await world.clock.advance(1);
    expect(new Set(world.topics.texts(TOPIC)).size).toBe(2);
  });

  test('a callback that was lost can be sent again', async () => {
    const world = open();
    const execution = world.start('callback', 'one', {});
    await world.clock.advance(1);
    world.fail({ 'states:sendTaskSuccess': [fails('timeout')] });
    await expect(answer(world)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(execution.status).toBe('RUNNING');
    await answer(world);
    expect((await world.finish(execution)).status).toBe('SUCCEEDED');
  });

  test('a callback that arrived, but whose reply was lost', async () => {
    const world = open();
    const execution = world.start('callback', 'one', {});
    await world.clock.advance(1);
    world.fail({ 'states:sendTaskSuccess': [replyLost] });
    await expect(answer(world)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect((await world.finish(execution)).status).toBe('SUCCEEDED');
  });
});

test('a place that is misspelt, or not in the definitions, is refused', () => {
  const world = open();
  const start = (place: string) => () => world.start('service', 'one', {}, { [place]: passes });
  expect(start('Wrok')).toThrow('No definition of this world has a state Wrok');
  expect(start('sns:publish')).toThrow('is no state');
  expect(() => world.fail({ Work: passes })).toThrow('is no call of a service');
  expect(() => world.fail({ 'snss:publish': passes })).toThrow('is no call of a service');
});

test('a name is free again 90 days after its execution ended, and not before', async () => {
  const world = open();
  const first = await world.finish(world.start('service', 'one', {}));
  await world.clock.advance(90 * 86_400);
  expect(() => world.start('service', 'one', {})).toThrow('Execution Already Exists');
  await world.clock.advance(1);
  const second = await world.finish(world.start('service', 'one', {}));
  expect(second.execution).not.toBe(first.execution);
});

test('a redrive comes after the given time', async () => {
  const world = open();
  const failed = await world.finish(world.start('service', 'one', {}, { Work: [fails('denied')] }));
  const { status, execution } = await world.redrive(failed, { after: 25 * 3600 });
  expect(status).toBe('SUCCEEDED');
  expect((Number(execution.stopDate) - Number(execution.startDate)) / 1000).toBe(25 * 3600);
});
