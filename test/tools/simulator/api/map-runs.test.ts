// Distributed Map: its runs and their child executions in the API, and the permissions it needs.
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { TaskFailure } from '../../../../tools/simulator/integrations/failure';
import { deploy, error, MACHINE_ARN } from '../../../support/fake-ministack';
import { eventually, startTestCloud, type TestCloud, typesOf } from '../../../support/step-functions-server';

const EXECUTION_ARN = MACHINE_ARN.replace(':stateMachine:orders', ':execution:orders:import-1');
const LINES = [{ order: 1 }, { order: 2 }, { order: 3 }, { order: 'bad' }, { order: 5 }];

let cloud: TestCloud;
/** The bucket's objects, by key. */
let objects: Map<string, string>;

beforeEach(async () => {
  objects = new Map([['orders.jsonl', LINES.map((line) => `${JSON.stringify(line)}\n`).join('')]]);
  cloud = await startTestCloud({
    'lambda:invoke': async (call) => {
      if (JSON.stringify(call.arguments).includes('bad')) throw new TaskFailure('BadOrder', '');
      return {};
    },
  });
  cloud.ministack.answer = ({ operation, body }) => {
    const [method, path = ''] = operation.split(' ');
    const key = path.replace('/uploads/', '');
    if (method === 'PUT') {
      objects.set(key, body);
      return { body: '' };
    }
    const text = objects.get(key);
    return text === undefined ? error('NoSuchKey', key, {}, 404) : { body: text };
  };
});
afterEach(() => cloud.close());

async function importFile(processor: object = {}) {
  deploy(cloud.ministack, {
    StartAt: 'StartOrders',
    States: {
      StartOrders: {
        Type: 'Map',
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'JSONL' },
          Arguments: { Bucket: 'uploads', Key: 'orders.jsonl' },
        },
        ItemBatcher: { MaxItemsPerBatch: 2 },
        ToleratedFailurePercentage: 50,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS', ...processor },
          StartAt: 'Start',
          States: {
            Start: {
              Type: 'Task',
              Resource: 'arn:aws:states:::lambda:invoke',
              Arguments: { FunctionName: 'start', Payload: '{% $states.input %}' },
              End: true,
            },
          },
        },
        ResultWriter: {
          Resource: 'arn:aws:states:::s3:putObject',
          Arguments: { Bucket: 'uploads', Prefix: 'results' },
        },
        End: true,
      },
    },
  });
  await cloud.client.send(new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, name: 'import-1' }));
  return eventually(async () => {
    const execution = await cloud.client.send(new DescribeExecutionCommand({ executionArn: EXECUTION_ARN }));
    return execution.status === 'RUNNING' ? undefined : execution;
  });
}

const mapRunOf = async () => {
  const { mapRuns } = await cloud.client.send(new ListMapRunsCommand({ executionArn: EXECUTION_ARN }));
  return mapRuns?.[0]?.mapRunArn ?? 'none';
};

test('a run is listed and described with its counts', async () => {
  expect(await importFile()).toMatchObject({ status: 'SUCCEEDED' });
  const { mapRuns } = await cloud.client.send(new ListMapRunsCommand({ executionArn: EXECUTION_ARN }));
  expect(mapRuns).toEqual([
    {
      executionArn: EXECUTION_ARN,
      mapRunArn: expect.stringMatching(/:mapRun:orders\/StartOrders:/),
      stateMachineArn: MACHINE_ARN,
      startDate: cloud.clock.now(),
      stopDate: cloud.clock.now(),
    },
  ]);
  const run = await cloud.client.send(new DescribeMapRunCommand({ mapRunArn: await mapRunOf() }));
  expect(run).toMatchObject({
    executionArn: EXECUTION_ARN,
    status: 'SUCCEEDED',
    toleratedFailurePercentage: 50,
    itemCounts: { total: 5, succeeded: 3, failed: 2, pending: 0, running: 0, resultsWritten: 5 },
    executionCounts: { total: 3, succeeded: 2, failed: 1 },
    redriveCount: 0,
  });
});

test.each(['EXPRESS', 'STANDARD'])(
  '%s children are listed by their run, and described',
  async (ExecutionType) => {
    await importFile({ ExecutionType });
    const mapRunArn = await mapRunOf();
    const all = await cloud.client.send(new ListExecutionsCommand({ mapRunArn }));
    expect(all.executions?.map(({ itemCount }) => itemCount)).toEqual([1, 2, 2]);
    const { executions } = await cloud.client.send(
      new ListExecutionsCommand({ mapRunArn, statusFilter: 'FAILED' }),
    );
    expect(executions).toHaveLength(1);
    const executionArn = executions?.[0]?.executionArn;
    const child = await cloud.client.send(new DescribeExecutionCommand({ executionArn }));
    expect(child).toMatchObject({
      mapRunArn,
      stateMachineArn: `${MACHINE_ARN}/StartOrders`,
      status: 'FAILED',
      error: 'BadOrder',
      input: JSON.stringify({ Items: LINES.slice(2, 4) }),
    });
    const { events } = await cloud.client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(typesOf(events)).toContain('TaskFailed');
  },
);

test("no machine's list contains the children", async () => {
  await importFile();
  const { executions } = await cloud.client.send(new ListExecutionsCommand({ stateMachineArn: MACHINE_ARN }));
  expect(executions?.map(({ name }) => name)).toEqual(['import-1']);
});

test('results and manifest are written to the bucket', async () => {
  const { output } = await importFile();
  const { Key } = JSON.parse(output ?? '').ResultWriterDetails;
  expect(JSON.parse(objects.get(Key) ?? '')).toMatchObject({
    DestinationBucket: 'uploads',
    MapRunArn: await mapRunOf(),
  });
  const failed = [...objects.keys()].find((key) => key.endsWith('FAILED_0.json')) ?? '';
  expect(JSON.parse(objects.get(failed) ?? '')).toMatchObject([{ Status: 'FAILED', Error: 'BadOrder' }]);
});

test('a role that may not start executions of its own machine cannot run it', async () => {
  cloud.ministack.denied.add('states:StartExecution');
  expect(await importFile()).toMatchObject({
    status: 'FAILED',
    error: 'States.ItemReaderFailed',
    cause: expect.stringContaining(
      `not authorized to perform: states:StartExecution on resource: ${MACHINE_ARN}`,
    ),
  });
  expect(cloud.ministack.requests).toEqual([]);
});

test('a run that does not exist is ResourceNotFound', async () => {
  const mapRunArn = 'arn:aws:states:us-east-1:000000000000:mapRun:orders/StartOrders:gone';
  const describeGone = cloud.client.send(new DescribeMapRunCommand({ mapRunArn }));
  await expect(describeGone).rejects.toMatchObject({ name: 'ResourceNotFound' });
});
