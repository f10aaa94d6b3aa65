// A state's Credentials: its calls are made as another role.
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { deploy, keyOf, MACHINE_ARN, ROLE_ARN } from '../../../support/fake-ministack';
import { eventually, startTestCloud, type TestCloud } from '../../../support/step-functions-server';

const OTHER_ARN = 'arn:aws:iam::000000000000:role/other';
let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud();
  cloud.ministack.answer = () => ({ body: {} });
});
afterEach(() => cloud.close());

const get = (more: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::dynamodb:getItem',
  Arguments: { TableName: 't', Key: {} },
  ...more,
});

async function run(): Promise<void> {
  const start = new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, name: 'order-1' });
  const { executionArn } = await cloud.client.send(start);
  await eventually(async () => {
    const { status } = await cloud.client.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING' ? undefined : status;
  });
}

test("the call is signed with that role, which the state machine's own role assumes", async () => {
  deploy(cloud.ministack, {
    StartAt: 'Theirs',
    States: {
      Theirs: get({ Credentials: { RoleArn: OTHER_ARN }, Next: 'Own' }),
      Own: get({ End: true }),
    },
  });
  await run();
  expect(cloud.ministack.requests.map(({ accessKeyId }) => accessKeyId)).toEqual([
    keyOf(OTHER_ARN),
    keyOf(ROLE_ARN),
  ]);
  expect(cloud.ministack.assumed).toContainEqual({
    roleArn: OTHER_ARN,
    sessionName: 'orders',
    by: keyOf(ROLE_ARN),
  });
});

test('permissions are checked for that role', async () => {
  deploy(cloud.ministack, {
    StartAt: 'Theirs',
    States: {
      Theirs: get({
        Resource: 'arn:aws:states:::states:startExecution',
        Arguments: { StateMachineArn: MACHINE_ARN.replace(/orders$/, 'review') },
        Credentials: { RoleArn: OTHER_ARN },
        End: true,
      }),
    },
  });
  await run();
  expect(cloud.ministack.asked).toMatchObject([{ principalArn: OTHER_ARN, action: 'states:StartExecution' }]);
});
