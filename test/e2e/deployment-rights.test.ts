/**
 * CloudFormation deploys with the rights that the pipeline's stack gives it, and no other: the whole of stage dev, from
 * nothing and back, by a job of GitHub that took its role. tools/local/ministack/handler_calls.py says what is asked of
 * that role for each resource.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { IAM } from '@aws-sdk/client-iam';
import { localAccount } from '../../bin/local-cloud/environment';
import { stages } from '../../lib/stages';
import { createSecret } from '../../tools/local/seed';
import { cloud } from './support/cloud';
import { account, assume, cdk, environmentOf, pipelineStack } from './support/pipeline';

const cloudFormation = new CloudFormation();
const iam = new IAM();
const assembly = mkdtempSync(join(tmpdir(), 'dev-'));
const executionRole = `cdk-hnb659fds-cfn-exec-role-${account}-${localAccount.region}`;

let policies: string[];
let job: Record<string, string>;

beforeAll(async () => {
  const { ExecutionPolicies = '', devdeployRoleArn } = await pipelineStack();
  policies = ExecutionPolicies.split(',');
  await createSecret(stages.dev.stripe.secretName, 'sk_test_of_dev');
  cdk(['synth', '--quiet', '--output', assembly, '-c', 'stage=dev']);
  job = environmentOf(await assume(devdeployRoleArn, { sub: 'repo:shop@45/workflows@123:environment:dev' }));
});

afterAll(() => rmSync(assembly, { recursive: true, force: true }));

const deploy = (...words: string[]): string =>
  cdk(['deploy', '--app', assembly, '--require-approval', 'never', ...words], job);

/** What a deployment that fails says. */
function failureOf(...words: string[]): string {
  try {
    deploy(...words);
    return 'It succeeded.';
  } catch (error) {
    return String((error as { stderr?: unknown }).stderr);
  }
}

const statusOf = (stack: string): Promise<string | undefined> =>
  cloudFormation.describeStacks({ StackName: `workflows-dev-${stack}` }).then(
    ({ Stacks }) => Stacks?.[0]?.StackStatus,
    () => 'absent',
  );

interface Policy {
  readonly Statement: { readonly Action: string | readonly string[] }[];
}

/** Runs with a policy that lacks the statements with this action. */
async function without<T>(action: string, run: () => T): Promise<T> {
  for (const PolicyArn of policies) {
    const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn, VersionId: 'v1' });
    const whole = decodeURIComponent(PolicyVersion?.Document ?? '');
    const policy: Policy = JSON.parse(whole);
    const Statement = policy.Statement.filter(({ Action }) => !Action.includes(action));
    if (Statement.length === policy.Statement.length) continue;
    // MiniStack has no SetDefaultPolicyVersion.
    const becomes = (PolicyDocument: string) =>
      iam.createPolicyVersion({ PolicyArn, PolicyDocument, SetAsDefault: true });
    await becomes(JSON.stringify({ ...policy, Statement }));
    try {
      return run();
    } finally {
      await becomes(whole);
    }
  }
  throw new Error(`No policy has ${action}`);
}

test('CloudFormation’s role has these policies alone', async () => {
  const { AttachedPolicies = [] } = await iam.listAttachedRolePolicies({ RoleName: executionRole });
  expect(AttachedPolicies.map(({ PolicyArn }) => PolicyArn).sort()).toEqual([...policies].sort());
  expect((await iam.listRolePolicies({ RoleName: executionRole })).PolicyNames).toEqual([]);
});

test.each([
  ['dynamodb:CreateTable', 'Customers', 'table/workflows-dev-Customers-Customers'],
  ['sns:CreateTopic', 'Operations', 'workflows-dev-Operations-'],
])(
  'without %s a deployment fails by that action and the resource, and is rolled back',
  async (action, stack, name) => {
    const said = await without(action, () => failureOf(stack, '--exclusively'));
    expect(said.replace(/\s+/g, ' ')).toMatch(
      new RegExp(
        `not authorized to perform: ${action} on resource: arn:aws:\\w+:us-east-1:${account}:${name}\\w+`,
      ),
    );
    expect(await statusOf(stack)).toBe('ROLLBACK_COMPLETE');
  },
);

test('with them all the whole app is deployed from nothing, and deleted again', async () => {
  const stacks = [
    'Operations',
    'Customers',
    'OrderProcessing',
    'SaasOnboarding',
    'Reconciliation',
    'Overview',
  ];
  // What nobody has set yet in lib/stages.ts, no template has.
  const settings = ['Sender=welcome@example.com', 'AppUrl=https://example.com'];
  deploy('--all', ...settings.flatMap((each) => ['--parameters', `workflows-dev-SaasOnboarding:${each}`]));
  expect(await Promise.all(stacks.map(statusOf))).toEqual(stacks.map(() => 'CREATE_COMPLETE'));
  cdk(['destroy', '--app', assembly, '--all', '--force'], job);
  expect(await Promise.all(stacks.map(statusOf))).toEqual(stacks.map(() => 'absent'));
});

const on = (service: string, resource: string) =>
  `arn:aws:${service}:${localAccount.region}:${account}:${resource}`;

test.each([
  ['dynamodb:DeleteTable', on('dynamodb', 'table/billing-Customers')],
  ['dynamodb:GetItem', on('dynamodb', 'table/workflows-dev-Customers')],
  ['sns:SetTopicAttributes', on('sns', 'billing-Alarms')],
  ['sqs:DeleteQueue', on('sqs', 'billing-Queue')],
  ['s3:PutBucketPolicy', 'arn:aws:s3:::billing-files'],
  ['s3:GetObject', 'arn:aws:s3:::workflows-dev-orders/order.json'],
  ['lambda:UpdateFunctionCode', on('lambda', 'function:billing-Charge')],
  ['lambda:InvokeFunction', on('lambda', 'function:workflows-dev-Charge')],
  ['iam:PutRolePolicy', `arn:aws:iam::${account}:role/billing-Charge`],
  ['iam:PutRolePolicy', `arn:aws:iam::${account}:role/pipeline/workflows-pipeline-devdeploy`],
  ['iam:CreatePolicyVersion', `arn:aws:iam::${account}:policy/pipeline/workflows-pipeline-Changing`],
  ['iam:AttachRolePolicy', `arn:aws:iam::${account}:role/workflows-dev-Charge`],
  ['iam:PassRole', `arn:aws:iam::${account}:role/workflows-dev-Charge`],
  ['iam:CreateUser', `arn:aws:iam::${account}:user/workflows-dev`],
  ['events:PutRule', on('events', 'rule/billing-Daily')],
  ['cloudwatch:DeleteAlarms', on('cloudwatch', 'alarm:billing-failed')],
  ['logs:DeleteLogGroup', on('logs', 'log-group:billing-Charge')],
  ['kms:Decrypt', on('kms', 'key/1')],
  ['kms:ScheduleKeyDeletion', on('kms', 'key/1')],
  ['sts:AssumeRole', `arn:aws:iam::${account}:role/workflows-dev-Charge`],
])('CloudFormation may not %s on %s', async (action, resource) => {
  const response = await fetch(`${cloud.endpoints.aws}/_local/authorize`, {
    method: 'POST',
    body: JSON.stringify({
      principalArn: `arn:aws:iam::${account}:role/${executionRole}`,
      action,
      resource,
      context: {},
    }),
  });
  expect(await response.json()).toMatchObject({ allowed: false });
});
