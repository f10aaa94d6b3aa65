/**
 * The pipeline: a job of GitHub takes its role with a token, and goes through the steps of `deploy-stage`, with the
 * rights of the pipeline's stack and of the bootstrap's roles, and no other.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CloudFormation, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { IAM } from '@aws-sdk/client-iam';
import { type Credentials, STS } from '@aws-sdk/client-sts';
import { cloudAt } from '../../bin/cli/cloud';
import { listResources } from '../../bin/cli/stacks';
import { paths, repository } from '../../bin/local-cloud/paths';
import { smoke } from '../../bin/smoke/program';
import { resourceRights } from '../../lib/pipeline/resource-rights';
import { scriptOf } from '../pipeline/files';
import { cloud } from './support/cloud';

const account = '000000000000';
const issuer = 'token.actions.githubusercontent.com';
const assembly = join(repository, 'assembly/local');
const scratch = mkdtempSync(join(tmpdir(), 'pipeline-'));
const cloudFormation = new CloudFormation();

let outputs: Record<string, string>;

beforeAll(async () => {
  const context = [
    'repository=shop/workflows',
    'repositoryId=123',
    'ownerId=45',
    'stages=local',
    // The emulator checks no signature, so it needs no provider.
    `oidcProvider=arn:aws:iam::${account}:oidc-provider/${issuer}`,
  ];
  // In a process of its own, because the CDK leaves things in the global object.
  execFileSync(
    process.execPath,
    [
      require.resolve('aws-cdk/bin/cdk'),
      ...[
        'synth',
        '--quiet',
        '--no-notices',
        '--output',
        scratch,
        '--app',
        'node --import tsx bin/pipeline.ts',
      ],
      ...context.flatMap((pair) => ['-c', pair]),
    ],
    { cwd: repository, env: { ...cloud.environment, CDK_VALIDATION: 'false' }, stdio: 'pipe' },
  );
  const StackName = 'workflows-pipeline';
  await cloudFormation.createStack({
    StackName,
    TemplateBody: readFileSync(join(scratch, 'Pipeline.template.json'), 'utf8'),
    Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
  });
  await waitUntilStackCreateComplete({ client: cloudFormation, maxWaitTime: 60, minDelay: 1 }, { StackName });
  const { Stacks: [stack] = [] } = await cloudFormation.describeStacks({ StackName });
  outputs = Object.fromEntries(
    stack?.Outputs?.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]) ?? [],
  );
});

afterAll(async () => {
  rmSync(assembly, { recursive: true, force: true });
  rmSync(scratch, { recursive: true, force: true });
});

/** The token of a job in the environment `local` of the repository, but for what is given. */
function token(claims: object = {}): string {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const usual = {
    iss: `https://${issuer}`,
    aud: 'sts.amazonaws.com',
    sub: 'repo:shop@45/workflows@123:environment:local',
    repository_id: '123',
    repository_owner_id: '45',
  };
  return `${part({ alg: 'none' })}.${part({ ...usual, ...claims })}.x`;
}

async function assume(role: string, claims: object = {}): Promise<Credentials> {
  const { Credentials } = await new STS().assumeRoleWithWebIdentity({
    RoleArn: outputs[role] ?? '',
    RoleSessionName: 'github',
    WebIdentityToken: token(claims),
  });
  if (!Credentials) throw new Error('none came');
  return Credentials;
}

const environmentOf = ({ AccessKeyId = '', SecretAccessKey = '', SessionToken = '' }: Credentials) => ({
  AWS_ACCESS_KEY_ID: AccessKeyId,
  AWS_SECRET_ACCESS_KEY: SecretAccessKey,
  AWS_SESSION_TOKEN: SessionToken,
});

/** A step of the workflow file, as GitHub runs it. */
async function step(name: string, credentials: Credentials, file = 'deploy-stage', job = 'deploy') {
  const summary = join(scratch, 'summary.md');
  writeFileSync(summary, '');
  const child = spawn('bash', ['--norc', '-e', '-c', scriptOf(file, job, name)], {
    cwd: repository,
    env: {
      ...cloud.environment,
      ...environmentOf(credentials),
      STAGE: 'local',
      DEPLOY_OPTIONS: '',
      GITHUB_STEP_SUMMARY: summary,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode, out: out + err, summary: readFileSync(summary, 'utf8') };
}

/** Changes a stack's template in the assembly, and the hash of its file with it. */
function change(
  stack: string,
  edit: (template: {
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  }) => void,
) {
  const file = join(assembly, `${stack}.template.json`);
  const template = JSON.parse(readFileSync(file, 'utf8'));
  edit(template);
  writeFileSync(file, JSON.stringify(template));
  const manifest = join(assembly, 'manifest.json');
  const [, before = ''] =
    new RegExp(`"${stack}": \\{[^]*?/([0-9a-f]{64})\\.json`).exec(readFileSync(manifest, 'utf8')) ?? [];
  const after = createHash('sha256').update(readFileSync(file)).digest('hex');
  for (const each of [manifest, join(assembly, `${stack}.assets.json`)])
    writeFileSync(each, readFileSync(each, 'utf8').replaceAll(before, after));
}

test.each([
  ['another repository', { repository_id: '124' }],
  ['another owner', { repository_owner_id: '46' }],
  ['another environment', { sub: 'repo:shop/workflows:environment:local-drift' }],
  ['a pull request', { sub: 'repo:shop/workflows:pull_request' }],
  ['another audience', { aud: 'https://github.com/shop' }],
])('a job of %s gets no role', async (_, claims) => {
  await expect(assume('localdeployRoleArn', claims)).rejects.toThrow('Not authorized');
});

test('a job whose subject has the older form gets its role', async () => {
  await expect(
    assume('localdeployRoleArn', { sub: 'repo:shop/workflows:environment:local' }),
  ).resolves.toBeDefined();
});

test('the steps of a deployment: no drift, nothing changes; then a change, shown and made', async () => {
  cpSync(paths.assembly, assembly, { recursive: true });
  const credentials = await assume('localdeployRoleArn');
  const drift = await step('Drift', credentials);
  expect(drift.out).toMatch(/✔ +workflows-local-Customers/);
  expect(drift.exitCode).toBe(0);

  change('Operations', ({ Resources }) => {
    for (const { Type, Properties } of Object.values(Resources))
      if (Type === 'AWS::SNS::Topic') Properties.DisplayName = 'Changed by the pipeline';
  });
  const deployed = await step('Change sets, shown and executed', credentials);
  // The pipeline does not read the Stripe key, and says so.
  const denied = Array.from(
    deployed.out.matchAll(/could not look: (\S+) is not allowed/g),
    ([, action]) => action,
  );
  expect(denied).toEqual(['secretsmanager:GetSecretValue']);
  expect(deployed.exitCode).toBe(0);
  expect(deployed.summary).toContain('### workflows-local-Customers\n\nNothing changes.');
  expect(deployed.summary).toMatch(
    /### workflows-local-Operations\n\n```\n(Modify.*AWS::SNS::Topic.*\n)+```/,
  );
});

test('smoke, with the rights of the role', async () => {
  const before = { ...process.env };
  Object.assign(process.env, environmentOf(await assume('localdeployRoleArn')));
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const { processIo } = await import('../../bin/cli/io');
  try {
    const status = await smoke(['--stage', 'local'], { ...processIo(), out: say, err: say }, async (stage) =>
      cloudAt(stage, 'the local cloud, as the pipeline'),
    );
    expect({ status, said: said.join('\n') }).toMatchObject({ status: 0 });
  } finally {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before);
  }
});

/** ARNs of what a stack has, for types whose names CloudFormation makes from the stack's. */
const arns: Record<string, (id: string) => string> = {
  'AWS::DynamoDB::GlobalTable': (id) => `arn:aws:dynamodb:us-east-1:${account}:table/${id}`,
  'AWS::SNS::Topic': (id) => id,
  'AWS::SQS::Queue': (id) => `arn:aws:sqs:us-east-1:${account}:${id.split('/').at(-1)}`,
  'AWS::S3::Bucket': (id) => `arn:aws:s3:::${id}`,
  'AWS::Lambda::Function': (id) => `arn:aws:lambda:us-east-1:${account}:function:${id}`,
  'AWS::StepFunctions::StateMachine': (id) => id,
  'AWS::IAM::Role': (id) => `arn:aws:iam::${account}:role/${id}`,
  'AWS::IAM::ManagedPolicy': (id) => id,
  'AWS::Events::Rule': (id) => `arn:aws:events:us-east-1:${account}:rule/${id.split('|').at(-1)}`,
  'AWS::CloudWatch::Alarm': (id) =>
    `arn:aws:cloudwatch:us-east-1:${account}:alarm:${id.split(':alarm:').at(-1)}`,
  'AWS::CloudWatch::Dashboard': (id) => `arn:aws:cloudwatch::${account}:dashboard/${id}`,
  'AWS::Logs::LogGroup': (id) => `arn:aws:logs:us-east-1:${account}:log-group:${id}:*`,
};

test('CloudFormation’s policy covers all that is deployed by its very name, and nothing of others', async () => {
  const iam = new IAM();
  const RoleName = 'cloudformation-probe';
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'cloudformation.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  const { Role } = await iam.createRole({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) });
  for (const PolicyArn of (outputs.ExecutionPolicies ?? '').split(','))
    await iam.attachRolePolicy({ RoleName, PolicyArn });
  const isAllowed = async (action: string, resource: string): Promise<boolean> => {
    const response = await fetch(`${cloud.endpoints.aws}/_local/authorize`, {
      method: 'POST',
      body: JSON.stringify({ principalArn: Role?.Arn, action, resource, context: {} }),
    });
    return ((await response.json()) as { allowed: boolean }).allowed;
  };

  const wrong: string[] = [];
  const seen = new Set<string>();
  for (const stack of Object.keys(cloud.outputs)) {
    for (const { type, physicalId } of await listResources(cloudFormation, `workflows-local-${stack}`)) {
      const arn = arns[type]?.(physicalId);
      // The emulator names log groups in its own way.
      if (!arn || physicalId.startsWith('/aws/cloudformation/')) continue;
      seen.add(type);
      const { change: actions = [] } = resourceRights.find(({ types }) => types.includes(type)) ?? {};
      // One that is not of our names. (A machine's name has nothing of the stack's.)
      const stranger =
        type === 'AWS::StepFunctions::StateMachine'
          ? undefined
          : arn.replace(/(workflows-|\/states\/|\w*_events)/, 'billing-');
      for (const action of actions.filter((each) => !each.endsWith('*'))) {
        if (!(await isAllowed(action, arn))) wrong.push(`${action} on ${arn} is not allowed`);
        if (stranger && (await isAllowed(action, stranger)))
          wrong.push(`${action} on ${stranger} is allowed`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect([...seen].sort()).toEqual(Object.keys(arns).sort());
  for (const action of [
    'iam:CreateUser',
    'iam:AttachRolePolicy',
    'dynamodb:GetItem',
    's3:GetObject',
    'sts:AssumeRole',
  ])
    expect({
      action,
      allowed: await isAllowed(action, `arn:aws:iam::${account}:role/workflows-local-x`),
    }).toEqual({ action, allowed: false });
});
