/** The pipeline's stack: whom it trusts, and what those may do. */
import { createPipeline } from '../../bin/pipeline';
import cdkJson from '../../cdk.json';
import { stages } from '../../lib/stages';
import { jobOf } from '../pipeline/files';
import { type CloudFormationTemplate, resourcesOf, statementsOf } from '../support/template';

const given = { repository: 'shop/workflows', repositoryId: 123, ownerId: '45', stages: 'dev,staging,prod' };

// The CDK's own rules take most of a synth.
process.env.CDK_VALIDATION = 'false';

/** Its template, with the pseudo parameters of some account put in. */
function templateWith(context: object = {}): CloudFormationTemplate {
  const app = createPipeline({ ...cdkJson.context, ...given, ...context });
  const text = JSON.stringify(app.synth().getStackByName('workflows-pipeline').template)
    .replaceAll('${AWS::Partition}', 'aws')
    .replaceAll('${AWS::Region}', 'ap-southeast-2')
    .replaceAll('${AWS::AccountId}', '111122223333');
  return JSON.parse(text, (_, value) => value?.['Fn::Sub'] ?? value);
}
const template = templateWith();

interface Trust {
  Statement: { Action: string; Condition: { StringEquals: Record<string, unknown> } }[];
}
const roles = Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
const trustOf = ({ Properties }: { Properties: Record<string, unknown> }) =>
  (Properties.AssumeRolePolicyDocument as Trust).Statement;

test('a role is for jobs of this repository, in its environment, by either form of the subject', () => {
  expect(roles.map(([id]) => id.slice(0, -8))).toEqual(
    ['dev', 'staging', 'prod'].flatMap((stage) => [`${stage}deploy`, `${stage}drift`]),
  );
  const [, prod] = roles.at(-2) ?? [];
  if (!prod) throw new Error('none');
  const issuer = 'token.actions.githubusercontent.com';
  expect(trustOf(prod)).toMatchObject([
    {
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          [`${issuer}:aud`]: 'sts.amazonaws.com',
          [`${issuer}:repository_id`]: '123',
          [`${issuer}:repository_owner_id`]: '45',
          [`${issuer}:sub`]: [
            'repo:shop/workflows:environment:prod',
            'repo:shop@45/workflows@123:environment:prod',
          ],
        },
      },
    },
  ]);
  const environments = roles.flatMap(
    ([, role]) => JSON.stringify(trustOf(role)).match(/environment:[\w-]+/) ?? [],
  );
  expect(new Set(environments).size).toBe(roles.length);
});

test('a role lasts as long as the longest job', () => {
  const minutes = jobOf('deploy-stage', 'deploy')['timeout-minutes'] ?? 0;
  for (const [, { Properties }] of roles) expect(Properties.MaxSessionDuration).toBe(minutes * 60);
});

const policies = [
  ...resourcesOf(template, 'AWS::IAM::Policy'),
  ...resourcesOf(template, 'AWS::IAM::ManagedPolicy'),
];
const granted = policies.flatMap((policy) =>
  statementsOf(policy).flatMap(({ Action, Resource, Condition }) =>
    [Action].flat().map((action) => ({ action, on: [Resource].flat().map(String), Condition })),
  ),
);

test('nobody may become an administrator by a policy of AWS, a user or a key of one', () => {
  expect(granted.length).toBeGreaterThan(100);
  const actions = granted.map(({ action }) => action);
  expect(
    actions.filter((action) => /^(\*|\w+:\*)$|AttachRolePolicy|User|AccessKey|OpenID|Boundary/.test(action)),
  ).toEqual([]);
});

test('what the pipeline may change is named after the app, and the pipeline’s own is not', () => {
  const changing = granted.filter(({ action }) => /^iam:(Put|Create|Delete|Update|Pass)/.test(action));
  const own = 'arn:aws:iam::111122223333:role/pipeline/workflows-pipeline-prod';
  const matches = (pattern: string) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(own);
  const broad = changing.filter(({ on }) => on.some((pattern) => pattern !== '*' && matches(pattern)));
  expect(broad).toEqual([]);
  expect(changing.filter(({ on }) => on.includes('*')).map(({ action }) => action)).toEqual([
    'iam:CreateServiceLinkedRole',
  ]);
  for (const { Properties } of [
    ...roles.map(([, role]) => role),
    ...resourcesOf(template, 'AWS::IAM::ManagedPolicy'),
  ])
    expect(Properties.Path).toBe('/pipeline/');
});

test('the roles of jobs take three roles of the bootstrap, and know of no secret but that it is there', () => {
  const own = resourcesOf(template, 'AWS::IAM::Policy').flatMap(statementsOf);
  const of = (service: string) =>
    own.filter(({ Action }) => [Action].flat().some((each) => each.startsWith(service)));
  expect(of('sts:').map(({ Resource }) => Resource)).toContainEqual(
    ['deploy', 'file-publishing', 'lookup'].map(
      (role) => `arn:aws:iam::111122223333:role/cdk-hnb659fds-${role}-role-111122223333-ap-southeast-2`,
    ),
  );
  expect(of('secretsmanager:').map(({ Action, Resource }) => [Action, Resource])).toEqual(
    ['dev', 'staging', 'prod'].map((stage) => [
      'secretsmanager:DescribeSecret',
      `arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:${stage}/stripe-secret-key-??????`,
    ]),
  );
});

test('nothing ships where the money is real', () => {
  const live = Object.values(stages).filter(({ stripe }) => stripe.mode === 'live');
  for (const { name } of live)
    expect(JSON.stringify(policies)).not.toContain(`workflows-${name}-OrderProcessing-CancelShipment`);
  expect(JSON.stringify(policies)).toContain('workflows-staging-OrderProcessing-CancelShipment');
});

test('AWS takes it: policies of 6,144 characters, roles with 10,240, a template of 50 KB without a bucket', () => {
  const length = (policy: (typeof policies)[number]) =>
    JSON.stringify(policy.Properties.PolicyDocument).length;
  for (const policy of resourcesOf(template, 'AWS::IAM::ManagedPolicy'))
    expect(length(policy)).toBeLessThan(6_144);
  for (const policy of resourcesOf(template, 'AWS::IAM::Policy')) expect(length(policy)).toBeLessThan(10_240);
  const synthesized = createPipeline({ ...cdkJson.context, ...given })
    .synth()
    .getStackByName('workflows-pipeline');
  expect(JSON.stringify(synthesized.template, null, 2).length).toBeLessThan(50 * 1024);
});

test('an account that has GitHub’s provider keeps it', () => {
  const provider = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';
  const other = templateWith({ oidcProvider: provider, stages: 'prod' });
  expect(resourcesOf(template, 'AWS::IAM::OIDCProvider')).toHaveLength(1);
  expect(resourcesOf(other, 'AWS::IAM::OIDCProvider')).toHaveLength(0);
  expect(JSON.stringify(other.Resources)).toContain(provider);
  expect(resourcesOf(other, 'AWS::IAM::Role')).toHaveLength(2);
});

test.each([
  [{ repositoryId: undefined }, '-c repositoryId= is missing: a number; find it: gh api'],
  [{ ownerId: 'shop' }, '-c ownerId= is "shop"'],
  [{ repository: 'workflows' }, 'give <owner>/<name>'],
  [{ stages: '' }, '-c stages= is missing: give those of this account'],
  [{ stages: 'live' }, 'There is no stage "live"'],
])('%j: says what to give', (context, message) => {
  expect(() => createPipeline({ ...given, ...context })).toThrow(message);
});
