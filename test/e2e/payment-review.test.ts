/** Large orders through the deployed stacks, with IAM enforced: reviewed, unanswered, stopped and redriven. */

import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { IAM } from '@aws-sdk/client-iam';
import { SFN, SFNClient } from '@aws-sdk/client-sfn';
import { STS } from '@aws-sdk/client-sts';
import { answerReview, openReviews } from '../../client/review';
import { nameOfIdentity } from '../../contracts/identity';
import { executionArn } from '../../contracts/names';
import { openMailbox } from '../../tools/local/mailbox';
import { asked, large, reviewSamples, workflows } from '../../tools/local/samples/reviews';
import { execute, runSamples, type SampleResult } from '../../tools/local/samples/run';
import { cloud, output, stripeLedger } from './support/cloud';
import { withoutGrant } from './support/grants';

const orders = () => output('OrderProcessing', 'StateMachineArn');
const paymentOf = async (execution: string) =>
  (await stripeLedger()).payments.find(
    ({ metadata }) => nameOfIdentity(metadata.execution ?? '') === execution,
  );

describe('the samples', () => {
  let results: SampleResult[];
  let told: Record<string, unknown>[];

  beforeAll(async () => {
    const mailbox = await openMailbox('reviewers', [output('OrderProcessing', 'ReviewersTopicArn')]);
    results = await runSamples(reviewSamples, cloud);
    told = await mailbox.read();
  });

  test('each ends as it should, with its payment and its stock', () => {
    expect(results.flatMap(({ problems }) => problems)).toEqual([]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['SHIPPED', 'REVIEW_REJECTED', 'REVIEW_REJECTED']);
  });

  test('the reviewers get what they need about each, but no task token', () => {
    expect(told.map(({ execution }) => execution).sort()).toEqual(['order-1006', 'order-1007', 'order-1008']);
    for (const message of told) {
      expect(message).toMatchObject({ amount: 150_000, currency: 'eur', customer: { known: false } });
      expect(JSON.stringify(message)).not.toMatch(/token|AQC/i);
    }
  });
});

test('stopped while it waits: the alarm topic gets its name, and after a redrive it is reviewed again', async () => {
  const alarms = await openMailbox('alarms', [output('Operations', 'AlarmTopicArn')]);
  const sfn = new SFN();
  const name = 'order-stopped';
  const run = execute(orders(), name, large('stopped', 'SOFA-RED'));
  const first = await asked(cloud, name);
  await sfn.stopExecution({ executionArn: executionArn(orders(), name) });
  expect((await run).status).toBe('ABORTED');
  expect(await paymentOf(name)).toMatchObject({ status: 'requires_capture' });
  expect(await heard(alarms, 2)).toEqual([
    expect.stringMatching(/^local: the execution order-stopped of order-processing is ABORTED, .+-aborted$/),
    expect.stringMatching(
      /^local: the execution order-stopped-review-0 of payment-review is ABORTED, .+-aborted$/,
    ),
  ]);

  await workflows(cloud, ['redrive', name]);
  await asked(cloud, name, first);
  await workflows(cloud, ['review', 'approve', name]);
  await ended(executionArn(orders(), name));
  expect(await paymentOf(name)).toMatchObject({ status: 'succeeded' });
});

test('without a grant to start reviews: FAILED, naming the action, and the authorisation is voided', async () => {
  const run = await withoutGrant(orders(), 'states:StartExecution', () =>
    execute(orders(), 'order-unreviewed', large('unreviewed', 'BED-OAK')),
  );
  expect(run).toMatchObject({ status: 'FAILED', error: 'StepFunctions.AWSStepFunctionsException' });
  expect(run.cause).toContain('states:StartExecution');
  expect(await paymentOf('order-unreviewed')).toMatchObject({ status: 'canceled' });
});

test('whoever has the policy of the reviewers can answer, and read nothing else', async () => {
  const iam = new IAM();
  const sts = new STS();
  const name = 'order-policy';
  const { Account = '' } = await sts.getCallerIdentity();
  const trust = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${Account}:root` },
    Action: 'sts:AssumeRole',
  };
  const { Role } = await iam.createRole({
    RoleName: 'e2e-reviewer',
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
  });
  const PolicyArn = output('OrderProcessing', 'ReviewersPolicyArn');
  await iam.attachRolePolicy({ RoleName: 'e2e-reviewer', PolicyArn });
  try {
    const { Credentials } = await sts.assumeRole({ RoleArn: Role?.Arn, RoleSessionName: 'ann' });
    const dynamodb = new DynamoDBClient({
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    });
    const run = execute(orders(), name, large('policy', 'RUG-WOOL'));
    await asked(cloud, name);
    const settings = {
      reviewsTable: output('OrderProcessing', 'ReviewsTableName'),
      dynamodb,
      sfn: new SFNClient(),
    };
    expect((await openReviews(settings)).map(({ execution }) => execution)).toContain(name);
    const review = await answerReview(name, { decision: 'REJECTED', by: 'ann' }, settings);
    expect(review.answer).toMatchObject({ decision: 'REJECTED', delivered: true });
    expect((await run).output).toMatchObject({ outcome: 'REVIEW_REJECTED' });
    const elsewhere = { TableName: output('OrderProcessing', 'PaymentsTableName') };
    await expect(dynamodb.send(new ScanCommand(elsewhere))).rejects.toThrow(/not authorized/);
  } finally {
    await iam.detachRolePolicy({ RoleName: 'e2e-reviewer', PolicyArn });
    await iam.deleteRole({ RoleName: 'e2e-reviewer' });
  }
});

/** Waits until the mailbox has received `count` messages. */
async function heard(mailbox: Awaited<ReturnType<typeof openMailbox>>, count: number): Promise<string[]> {
  const messages: string[] = [];
  for (let tries = 0; messages.length < count && tries < 100; tries++) {
    messages.push(...(await mailbox.read()).map(String));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return messages.sort();
}

async function ended(executionArn: string): Promise<void> {
  const sfn = new SFN();
  while ((await sfn.describeExecution({ executionArn })).status === 'RUNNING') {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
