/** What the local Step Functions write of an execution: metrics, and the log of its machine. */
import { RedriveExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { TaskFailure } from '../../../../tools/simulator/integrations/failure';
import { deploy, MACHINE_ARN } from '../../../support/fake-ministack';
import { eventually, startTestCloud, type TestCloud } from '../../../support/step-functions-server';

let charge: () => Promise<unknown>;
let cloud: TestCloud;

beforeEach(async () => {
  charge = async () => 'well';
  cloud = await startTestCloud({ 'lambda:invoke': () => charge() });
});
afterEach(() => cloud.close());

const logging = (includeExecutionData: boolean) => ({
  // As CloudFormation spells it.
  loggingConfiguration: {
    Level: 'ALL',
    IncludeExecutionData: includeExecutionData,
    Destinations: [
      {
        CloudWatchLogsLogGroup: {
          LogGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/states/orders:*',
        },
      },
    ],
  },
});

const definition = {
  StartAt: 'Charge',
  States: { Charge: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: {}, End: true } },
};

const written = async (index = 0) => eventually(() => cloud.ministack.observed[index]);
const start = (stateMachineArn = MACHINE_ARN) =>
  cloud.client.send(
    new StartExecutionCommand({ stateMachineArn, name: 'order-1', input: '{"email":"a@b.c"}' }),
  );

test('an end is counted for the machine, and for its version', async () => {
  deploy(cloud.ministack, definition);
  const version = { ...cloud.ministack.stateMachines.get(MACHINE_ARN), stateMachineArn: `${MACHINE_ARN}:7` };
  cloud.ministack.stateMachines.set(`${MACHINE_ARN}:7`, version);
  await start(`${MACHINE_ARN}:7`);
  const { metrics, logGroup } = await written();
  const counted = ['ExecutionsStarted 1', 'ExecutionsSucceeded 1', 'ExecutionTime 0'];
  for (const dimensions of [
    { StateMachineArn: MACHINE_ARN },
    { StateMachineArn: MACHINE_ARN, Version: '7' },
  ]) {
    const of = metrics.filter((metric) => JSON.stringify(metric.dimensions) === JSON.stringify(dimensions));
    expect(of.map(({ name, value }) => `${name} ${value}`)).toEqual(counted);
  }
  expect(metrics).toHaveLength(6);
  expect(logGroup).toBeUndefined();
});

test('its events are logged, with data only where the machine says so', async () => {
  deploy(cloud.ministack, definition, logging(false));
  await start();
  const { logGroup, events = [] } = await written();
  expect(logGroup).toBe('/states/orders');
  expect(events[1]).toEqual({
    id: '2',
    type: 'TaskStateEntered',
    details: { name: 'Charge' },
    previous_event_id: '0',
    event_timestamp: String(cloud.clock.now().getTime()),
    execution_arn: `${MACHINE_ARN.replace(':stateMachine:', ':execution:')}:order-1`,
    redrive_count: '0',
  });
  expect(JSON.stringify(events)).not.toContain('a@b.c');

  deploy(cloud.ministack, definition, { name: 'open', ...logging(true) });
  await start(MACHINE_ARN.replace(/orders$/, 'open'));
  expect(JSON.stringify((await written(1)).events)).toContain('a@b.c');
});

test('a redrive logs what is new, and counts nothing twice', async () => {
  deploy(cloud.ministack, definition, logging(false));
  charge = () => Promise.reject(new TaskFailure('Outage', ''));
  const { executionArn } = await start();
  const first = await written();
  charge = async () => 'well';
  await cloud.client.send(new RedriveExecutionCommand({ executionArn }));
  const { metrics, events = [] } = await written(1);
  expect(first.metrics.map(({ name }) => name)).toContain('ExecutionsFailed');
  expect(metrics).toEqual([]);
  expect(events[0]).toMatchObject({
    id: String((first.events?.length ?? 0) + 1),
    type: 'ExecutionRedriven',
    redrive_count: '1',
  });
});
