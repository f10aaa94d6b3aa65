/** `npm run deploy`: what it makes of the arguments, and what it finds in an account before it deploys to it. */
import { readFileSync } from 'node:fs';
import { look } from '../../bin/deploy';
import { optionValues, stageOf } from '../../bin/deployment/arguments';
import type { Aws } from '../../bin/deployment/aws';
import { report } from '../../bin/deployment/finding';
import { sayWhatIsLive } from '../../bin/deployment/live';
import { lookAtSettings } from '../../bin/deployment/settings';
import { type Stage, stages } from '../../lib/stages';
import { type Answer, deployed, failure, fakeAccount } from '../support/fake-account';

test.each([
  [['-c', 'stage=prod']],
  [['--context', 'stage=prod']],
  [['--context=stage=prod', '--require-approval', 'never']],
  [['--profile', 'work', '-c', 'other=a=b', '-c', 'stage=prod']],
])('%j means prod', (args) => {
  expect(stageOf(args)).toBe(stages.prod);
});

test('no stage means dev; an unknown one, and the local one, are refused before anything is called', () => {
  expect(stageOf([])).toBe(stages.dev);
  expect(() => stageOf(['-c', 'stage=live'])).toThrow('There is no stage "live"');
  expect(() => stageOf(['-c', 'stage=local'])).toThrow('for the local cloud, not for AWS: npm start');
});

test('an option is found in both spellings, and not without its value', () => {
  expect(optionValues(['--profile', 'work'], '--profile')).toEqual(['work']);
  expect(optionValues(['--profile=work'], '--profile')).toEqual(['work']);
  expect(optionValues(['--profile'], '--profile')).toEqual([]);
});

test('an account whose quota the reservations for undoing do not fit into is refused', async () => {
  const stage = { ...staging, undoing: { reservedConcurrency: 20 } };
  const limit = (ConcurrentExecutions: number) =>
    account({ GetAccountSettings: { AccountLimit: { ConcurrentExecutions } } });
  const ofCeilings = async (aws: Aws) =>
    (await lookInto(aws, stage)).filter(({ check }) => check === 'ceilings');
  expect(await ofCeilings(limit(179))).toEqual([
    {
      check: 'ceilings',
      verdict: 'refused',
      found: 'Lambda lets 179 functions run at once; to keep some for undoing, staging needs 180',
      remedy: expect.stringContaining('`undoing`'),
    },
  ]);
  expect(await ofCeilings(limit(180))).toEqual([expect.objectContaining({ verdict: 'ok' })]);
});

/** A stage that its team has set. */
const staging: Stage = {
  ...stages.staging,
  aws: { account: '111122223333', region: 'eu-west-1' },
  onboarding: { ...stages.staging.onboarding, sender: 'hello@shop.test', appUrl: 'https://shop.test' },
  runbookUrl: 'https://wiki.shop.test/runbook',
};

type Input = Record<string, unknown>;

/** An account in which all is well, but for what is given. */
const account = (answers: Record<string, Answer> = {}) =>
  fakeAccount({
    DescribeSecret: {},
    GetSecretValue: { SecretString: 'sk_test_abc' },
    GetEmailIdentity: domain({ VerifiedForSendingStatus: true }),
    GetAccount: { ProductionAccessEnabled: true, SendingEnabled: true },
    GetAccountSettings: { AccountLimit: { ConcurrentExecutions: 1000 } },
    GetTopicAttributes: { Attributes: { SubscriptionsConfirmed: '1' } },
    ...answers,
  });

const names = ['workflows-staging-Operations', 'workflows-staging-OrderProcessing'];
const lookInto = (aws: Aws, stage: Stage = staging) => look(aws, stage, names);

test('an account in which all is well', async () => {
  const findings = await lookInto(account());
  expect(findings.map(({ check, verdict }) => `${check} ${verdict}`)).toEqual([
    'settings ok',
    'account ok',
    'stacks ok',
    'Stripe key ok',
    'e-mail ok',
    'ceilings ok',
  ]);
  expect(report(findings)).not.toContain('What to do');
});

const denied = failure('AccessDeniedException');
const absent = failure('ValidationError', 'Stack with id x does not exist');

/** Its stack Operations is so, the others are well. */
const operations =
  (more: object) =>
  ({ StackName }: Input) => ({
    Stacks: [deployed(String(StackName), String(StackName).endsWith('-Operations') ? more : {})],
  });
/** What SES says of the domain; it knows no address. */
const domain =
  (identity: object) =>
  ({ EmailIdentity }: Input) => {
    if (EmailIdentity !== 'shop.test') throw failure('NotFoundException');
    return identity;
  };

test.each<[string, Record<string, Answer>, string, string, string]>([
  [
    'nobody is signed in',
    { GetCallerIdentity: failure('CredentialsProviderError') },
    'account refused',
    'AWS does not know you',
    'aws sso login',
  ],
  [
    'the session ran out',
    { GetCallerIdentity: failure('ExpiredTokenException') },
    'account refused',
    'AWS does not know you',
    'aws sso login',
  ],
  [
    'no Region is set',
    { GetCallerIdentity: failure('Error', 'Region is missing') },
    'account refused',
    'no AWS Region',
    'set AWS_REGION',
  ],
  [
    'there is no network',
    { GetCallerIdentity: failure('Error', 'getaddrinfo ENOTFOUND sts.eu-west-1.amazonaws.com') },
    'account refused',
    'could not reach AWS: getaddrinfo',
    'network',
  ],
  [
    'it is another account',
    { GetCallerIdentity: { Account: '999' } },
    'account refused',
    'you are in 999 in eu-west-1; staging belongs to 111122223333 in eu-west-1',
    '--profile',
  ],
  [
    'a stack is another project’s',
    { DescribeStacks: operations({ Tags: [] }) },
    'stacks refused',
    'workflows-staging-Operations is there, and not this project',
    'appName',
  ],
  [
    'a stack is another stage’s',
    {
      DescribeStacks: operations({
        Tags: [
          { Key: 'app', Value: 'workflows' },
          { Key: 'stage', Value: 'dev' },
        ],
      }),
    },
    'stacks refused',
    'not this project',
    'appName',
  ],
  [
    'another deployment runs',
    {
      DescribeStacks: operations({ StackStatus: 'UPDATE_IN_PROGRESS' }),
    },
    'stacks refused',
    'another deployment is under way',
    'wait',
  ],
  [
    'a deletion failed',
    {
      DescribeStacks: operations({ StackStatus: 'ROLLBACK_FAILED' }),
    },
    'stacks refused',
    'ROLLBACK_FAILED',
    'delete-stack',
  ],
  [
    'topics may not be looked at',
    { GetTopicAttributes: denied },
    'subscribers warning',
    'sns:GetTopicAttributes is not allowed',
    'allow sns:GetTopicAttributes',
  ],
  [
    'there is no key',
    { DescribeSecret: failure('ResourceNotFoundException') },
    'Stripe key refused',
    'no secret staging/stripe-secret-key',
    'create-secret --name staging/stripe-secret-key --secret-string sk_test_',
  ],
  [
    'the key is being deleted',
    { DescribeSecret: { DeletedDate: new Date(0) } },
    'Stripe key refused',
    'is being deleted',
    'restore-secret',
  ],
  [
    'the key is a live one',
    { GetSecretValue: { SecretString: 'sk_live_x' } },
    'Stripe key refused',
    'holds a live key; this stage takes a test key',
    'sk_test_',
  ],
  [
    'the key is a publishable one',
    { GetSecretValue: { SecretString: 'pk_test_x' } },
    'Stripe key refused',
    'holds no secret key',
    'put-secret-value',
  ],
  [
    'the key has a line feed',
    { GetSecretValue: { SecretString: 'sk_test_x\n' } },
    'Stripe key refused',
    'white space',
    'put-secret-value',
  ],
  [
    'the key may not be read',
    { GetSecretValue: denied },
    'Stripe key warning',
    'secretsmanager:GetSecretValue is not allowed',
    'look yourself',
  ],
  [
    'SES does not know the sender',
    { GetEmailIdentity: failure('NotFoundException') },
    'e-mail refused',
    'SES does not know the domain shop.test',
    'create-email-identity',
  ],
  [
    'the sender is not verified',
    {
      GetEmailIdentity: domain({}),
    },
    'e-mail refused',
    'shop.test is not verified',
    'DNS records',
  ],
  [
    'the address is an identity of its own',
    { GetEmailIdentity: { VerifiedForSendingStatus: true } },
    'e-mail refused',
    'hello@shop.test is an identity of its own',
    'delete-email-identity',
  ],
  [
    'the domain has a configuration set',
    {
      GetEmailIdentity: domain({ VerifiedForSendingStatus: true, ConfigurationSetName: 'news' }),
    },
    'e-mail refused',
    'configuration set news',
    'sendEmailFrom',
  ],
  [
    'SES is in its sandbox',
    { GetAccount: { SendingEnabled: true } },
    'e-mail warning',
    'sandbox',
    'production-access-enabled',
  ],
  [
    'SES has stopped sending',
    { GetAccount: { ProductionAccessEnabled: true, SendingEnabled: false } },
    'e-mail refused',
    'stopped this account',
    'SES',
  ],
  [
    'the account is new',
    { GetAccountSettings: { AccountLimit: { ConcurrentExecutions: 10 } } },
    'ceilings warning',
    'Lambda, at 10 functions at once, ends at 5 orders a second; an import starts 5',
    'Service Quotas',
  ],
  [
    'nobody is subscribed',
    { GetTopicAttributes: { Attributes: { SubscriptionsConfirmed: '0' } } },
    'subscribers warning',
    'AlarmTopicArn has no confirmed subscriber: nobody hears an alarm',
    'aws sns subscribe --topic-arn arn:alarms',
  ],
  [
    'nobody is subscribed to tickets',
    { GetTopicAttributes: { Attributes: { SubscriptionsConfirmed: '0' } } },
    'subscribers warning',
    'TicketTopicArn has no confirmed subscriber: nobody hears an alarm',
    'aws sns subscribe --topic-arn arn:tickets',
  ],
  [
    'a subscription waits',
    { GetTopicAttributes: { Attributes: { SubscriptionsConfirmed: '0', SubscriptionsPending: '1' } } },
    'subscribers warning',
    'ReviewersTopicArn has no confirmed subscriber',
    'confirm the subscription',
  ],
])('%s', async (_, answers, verdict, found, remedy) => {
  const findings = await lookInto(account(answers));
  const bad = findings.filter((finding) => finding.verdict !== 'ok' && finding.found.includes(found));
  expect(bad.map((finding) => `${finding.check} ${finding.verdict}`)).toEqual([verdict]);
  expect(bad[0]?.remedy).toContain(remedy);
  // Nothing else is wrong, and nothing shows the key.
  const check = verdict.split(' ').slice(0, -1).join(' ');
  expect(findings.filter((finding) => finding.verdict !== 'ok' && finding.check !== check)).toEqual([]);
  expect(report(findings)).not.toMatch(/sk_(test|live)_\w/);
});

test('a call that AWS names is the one to allow', async () => {
  const message =
    'User: arn:aws:sts::1:assumed-role/x is not authorized to perform: kms:Decrypt on resource: k';
  const findings = await lookInto(account({ GetSecretValue: failure('AccessDeniedException', message) }));
  expect(findings).toContainEqual(
    expect.objectContaining({ found: 'could not look: kms:Decrypt is not allowed', verdict: 'warning' }),
  );
});

test('what may not be looked at is a warning, and the rest is looked at', async () => {
  const findings = await lookInto(account({ DescribeStacks: denied }));
  expect(findings).toContainEqual({
    check: 'stacks',
    verdict: 'warning',
    found: 'could not look: cloudformation:DescribeStacks is not allowed',
    remedy: 'allow cloudformation:DescribeStacks to whoever deploys, or look yourself',
  });
  expect(findings).toContainEqual(expect.objectContaining({ check: 'Stripe key', verdict: 'ok' }));
});

test('in the wrong account nothing else is looked at', async () => {
  const findings = await lookInto(
    account({ GetCallerIdentity: { Account: '999' }, DescribeStacks: failure('Called') }),
  );
  expect(findings.map(({ check }) => check)).toEqual(['settings', 'account']);
});

test('before the first deployment, neither stacks nor topics are missed', async () => {
  const findings = await lookInto(account({ DescribeStacks: absent }));
  expect(findings).toContainEqual({ check: 'stacks', verdict: 'ok', found: 'none yet' });
  expect(findings.some(({ check }) => check === 'subscribers')).toBe(false);
});

test('prod is deployed only where lib/stages.ts says; another stage wherever one is, which the table says', async () => {
  const { aws: _, ...anywhere } = staging;
  const [, prod] = await lookInto(account(), { ...anywhere, name: 'prod' });
  expect(prod).toMatchObject({ verdict: 'refused' });
  expect(prod?.remedy).toContain("aws: { account: '111122223333', region: 'eu-west-1' }");
  const [, other] = await lookInto(account(), anywhere);
  expect(other).toMatchObject({ verdict: 'ok' });
  expect(other?.found).toContain('111122223333 in eu-west-1');
});

test.each(['dev', 'staging', 'prod'] as const)(
  'what everyone has to set for %s is refused as checked in, by its line',
  (name) => {
    const source = readFileSync('lib/stages.ts', 'utf8').split('\n');
    const said = lookAtSettings(stages[name]).map(({ verdict, remedy = '' }) => {
      const [, what, line] = /^(.*) in lib\/stages\.ts:(\d+)$/.exec(remedy) ?? [];
      const stage = source.slice(0, Number(line)).findLast((each) => /^ {2}\w+: \{$/.test(each));
      return [verdict, what, stage?.trim(), source[Number(line) - 1]?.trim()];
    });
    const onboarding = expect.stringMatching(/^onboarding: onboarding\('(\w+_)?onboarding_events'\),$/);
    expect(said).toEqual([
      ['refused', 'set your domain', `${name}: {`, onboarding],
      ['refused', 'set your domain', `${name}: {`, onboarding],
      ['warning', 'set the URL at which your team reads it', `${name}: {`, 'runbookUrl,'],
    ]);
  },
);

test('as checked in, prod belongs to nobody, and nothing is asked of SES for a sender that is not set', async () => {
  const [its, ...rest] = (
    await lookInto(account({ GetEmailIdentity: failure('Called') }), stages.prod)
  ).filter(({ check }) => check !== 'settings');
  expect([its, rest]).toEqual([expect.objectContaining({ check: 'account', verdict: 'refused' }), []]);
  expect(its?.remedy).toContain("aws: { account: '111122223333', region: 'eu-west-1' }");
  const dev = await lookInto(account({ GetEmailIdentity: failure('Called') }), stages.dev);
  expect(dev.map(({ check }) => check)).not.toContain('e-mail');
});

describe('what is live afterwards', () => {
  const machine = 'arn:aws:states:eu-west-1:111122223333:stateMachine';
  const route = (name: string, number: number, weight: number) => ({
    stateMachineVersionArn: `${machine}:${name}:${number}`,
    weight,
  });
  const released = (answers: Record<string, Answer> = {}) =>
    fakeAccount({
      DescribeStacks: ({ StackName }: Input) => ({
        Stacks: [
          deployed(String(StackName), {
            Outputs: ['StateMachineArn', 'BulkOrdersStateMachineArn'].map((OutputKey) => ({
              OutputKey,
              OutputValue: `${machine}:${OutputKey[0]}${String(StackName).split('-')[2]}:live`,
            })),
          }),
        ],
      }),
      ListStackResources: { StackResourceSummaries: [] },
      ListStateMachineVersions: ({ stateMachineArn }: Input) => ({
        stateMachineVersions: [8, 7].map((number) => ({
          stateMachineVersionArn: `${stateMachineArn}:${number}`,
          creationDate: new Date(`2026-03-0${number}T09:00:00Z`),
        })),
      }),
      ListStateMachineAliases: ({ stateMachineArn }: Input) =>
        stateMachineArn === `${machine}:SReconciliation`
          ? {}
          : { stateMachineAliases: [{ stateMachineAliasArn: `${stateMachineArn}:live` }] },
      DescribeStateMachineAlias: ({ stateMachineAliasArn }: Input) => ({
        name: 'live',
        routingConfiguration:
          stateMachineAliasArn === `${machine}:SOrderProcessing:live`
            ? [route('SOrderProcessing', 8, 10), route('SOrderProcessing', 7, 90)]
            : [{ stateMachineVersionArn: String(stateMachineAliasArn).replace('live', '8'), weight: 100 }],
      }),
      ...answers,
    });

  test('a line for each workflow, how a shift stands, and the way back', async () => {
    expect(
      (await sayWhatIsLive(released(), staging)).split('\n').map((line) => line.replace(/ +/g, ' ')),
    ).toEqual([
      'order version 7 (90 %), version 8 (10 %) is live made 2026-03-07 09:00:00 UTC, 2026-03-08 09:00:00 UTC',
      'onboarding version 8 is live made 2026-03-08 09:00:00 UTC',
      'import version 8 is live made 2026-03-08 09:00:00 UTC',
      'reconcile nothing is live',
      'To take one back: npm run workflows -- releases rollback <workflow> --stage staging',
    ]);
  });

  test('who may not look is told so, and the deployment stands', async () => {
    const text = await sayWhatIsLive(released({ ListStateMachineVersions: denied }), staging);
    expect(text).toContain('could not look: states:ListStateMachineVersions is not allowed');
  });
});
