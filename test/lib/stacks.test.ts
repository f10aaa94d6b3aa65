/**
 * The templates of all stages. Snapshots: prod in full, and how the other stages differ from it. Rules: what must hold
 * for every resource of a type, in every stage. (In one file, because synth is slow.)
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { workflows } from '../../contracts/workflows';
import { concurrencyToReserveFrom } from '../../lib/ceilings';
import { lasting } from '../../lib/resources/lasting';
import { exampleAccount, stages as stageSettings } from '../../lib/stages';
import { allStatesOf } from '../../lib/workflow/language/machines';
import { TaskFunction } from '../../lib/workflow/task-function';
import { appOf as reviewedApp } from '../../tools/review/app';
import { ofAnyPlace } from '../../tools/review/place';
import { definitionNames, inlinedDefinition } from '../../tools/world/definitions';
import { matches } from '../support/event-pattern';
import {
  appIn,
  appOf,
  type CloudFormationTemplate,
  comparable,
  differences,
  machinesIn,
  type Resource,
  resourcesOf,
  statementsOf,
  synthesize,
  type Templates,
  templateOf,
  templatesOf,
} from '../support/template';
import { logicalIds } from './logical-ids';
import { alarmRules } from './rules/alarms';
import { costRules } from './rules/cost';
import { dashboardRules } from './rules/dashboards';
import { outcomeRules } from './rules/outcomes';
import { pipelineRules } from './rules/pipeline';
import { queryRules } from './rules/queries';
import { canaryRules, releaseRules } from './rules/releases';

const stages = ['local', 'dev', 'staging', 'prod'] as const;
const apps = { local: appOf('local'), dev: appOf('dev'), staging: appOf('staging'), prod: appOf('prod') };
const [local, dev, staging, prod] = [
  templatesOf(apps.local),
  templatesOf(apps.dev),
  templatesOf(apps.staging),
  templatesOf(apps.prod),
];
const templates = { local, dev, staging, prod };
const stacksOf = (stage: (typeof stages)[number]) => apps[stage].node.children.filter(Stack.isStack);

// Titles begin with the stack's name: a new stack adds one block to the snapshot file.
describe.each(Object.entries(prod))('%s', (name, template) => {
  test('in prod', () => {
    expect(comparable(template)).toMatchSnapshot();
  });

  test.each(['local', 'dev', 'staging'] as const)('prod → %s', (stage) => {
    const other = templateOf(templates[stage], name);
    expect(differences(comparable(template), comparable(other))).toMatchSnapshot();
  });
});

test('in prod, undoing does not wait behind the functions that go forward: it has concurrency of its own', () => {
  // What undoes retries every error and catches none.
  const undoing = definitionNames.flatMap((name) =>
    allStatesOf(JSON.parse(inlinedDefinition(name)))
      .map(({ state }) => JSON.stringify(state))
      .filter((state) => /"ErrorEquals":\["States.ALL"\]/.test(state) && !state.includes('"Catch"'))
      .flatMap((state) => /"FunctionName":"\$\{(\w+)Arn\}/.exec(state)?.[1] ?? []),
  );
  const reserved = apps.prod.node
    .findAll()
    .filter((construct) => construct instanceof TaskFunction)
    .filter(({ node }) => (node.defaultChild as CfnFunction).reservedConcurrentExecutions === 20)
    .map(({ node }) => node.id);
  expect(undoing).toHaveLength(4);
  expect(reserved.sort()).toEqual(undoing.sort());
  expect(concurrencyToReserveFrom(stageSettings.prod)).toBe(reserved.length * 20 + 100);
});

test('the policy of the reviewers allows what answering a review calls, and nothing else', () => {
  const [policy] = resourcesOf(templateOf(prod, 'OrderProcessing'), 'AWS::IAM::ManagedPolicy');
  if (!policy) throw new Error('there is none');
  const allowed = statementsOf(policy).flatMap(({ Action }) => Action);
  const calls = ['open-reviews', 'review'].flatMap((file) => [
    ...readFileSync(join(__dirname, `../../client/${file}.ts`), 'utf8').matchAll(/new (\w+)Command\(/g),
  ]);
  expect(
    allowed
      .filter((action) => !action.startsWith('kms:'))
      .map((action) => action.split(':')[1])
      .sort(),
  ).toEqual(['DescribeStacks', ...new Set(calls.map(([, name]) => name))].sort());
  expect(JSON.stringify(statementsOf(policy).map(({ Resource: resource }) => resource))).not.toContain('"*"');
});

test('to the review, prod with an account and Region is as without', () => {
  const synthesized = templatesOf(appIn('prod'));
  expect(JSON.stringify(synthesized)).toContain(exampleAccount);
  expect(reviewed(synthesized, `aws://${exampleAccount}/us-east-1`)).toEqual(
    reviewed(prod, 'aws://unknown-account/unknown-region'),
  );
});

/** What the review reads of the templates, but for the versions' hashes of all that their function is made of. */
function reviewed(templates: Templates, environment: string) {
  const stacks = Object.entries(templates).map(([stack, template]) => {
    const text = ofAnyPlace(JSON.stringify(template), environment);
    return [
      stack,
      {
        template: JSON.parse(text.replace(/(CurrentVersion\w{8})\w{32}/g, '$1')),
        stackName: `workflows-prod-${stack}`,
        terminationProtection: true,
      },
    ];
  });
  const { resources, outputs } = reviewedApp(Object.fromEntries(stacks));
  return { resources: Object.fromEntries(resources), outputs };
}

test('CloudFormation asks for what lib/stages.ts leaves open, and no stage on AWS has a placeholder', () => {
  const asked = (stage: (typeof stages)[number]) =>
    Object.values(templates[stage]).flatMap(({ Parameters }) =>
      Object.entries(Parameters ?? {}).flatMap(([name, { Default }]) => (Default === undefined ? name : [])),
    );
  expect(asked('local')).toEqual([]);
  for (const stage of ['dev', 'staging', 'prod'] as const) {
    expect(asked(stage)).toEqual(['Sender', 'AppUrl']);
    expect(JSON.stringify(templates[stage])).not.toMatch(/example\.(com|org|net)/);
  }
});

test('every stage has the same stacks', () => {
  for (const stage of stages) expect(Object.keys(templates[stage])).toEqual(Object.keys(prod));
});

test.each(stages)('in %s, each file in statemachines/ is the definition of one state machine', (stage) => {
  const deployed = machinesIn(templates[stage]).map(({ definition }) => definition);
  const counts = definitionNames
    .map((name) => ({ name, count: deployed.filter((definition) => definition === name).length }))
    .filter(({ count }) => count !== 1)
    .map(
      ({ name, count }) =>
        `statemachines/${name}.asl.json has ${count} Workflows in the app, not one: see its stack in lib/stacks/, and bin/app.ts`,
    );
  expect(counts).toEqual([]);
  expect(deployed).toHaveLength(definitionNames.length);
});

/** Checks a rule for all resources of a type, of which there must be some. A failure names the resource. */
const every = (
  stage: (typeof stages)[number],
  type: string,
  rule: (properties: Properties, stack: string) => void,
) => {
  const found = Object.entries(templates[stage]).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources)
      .filter(([, { Type }]) => Type === type)
      .map(([logicalId, { Properties = {} }]) => ({ stack, name: `${logicalId} of ${stack}`, Properties })),
  );
  expect(found.length).toBeGreaterThan(0);
  for (const { stack, name, Properties } of found) {
    try {
      rule(Properties, stack);
    } catch (error) {
      if (error instanceof Error) error.message = `${name}: ${error.message}`;
      throw error;
    }
  }
};

type Properties = CloudFormationTemplate['Resources'][string]['Properties'];

/** What another stack has of the stack Operations. */
const fromOperations = (stage: string, output: string) => ({
  'Fn::ImportValue': expect.stringMatching(`^workflows-${stage}-Operations:\\w+${output}`),
});

describe.each(stages)('in %s', (stage) => {
  test('every topic is encrypted with a key of ours', () => {
    every(stage, 'AWS::SNS::Topic', ({ KmsMasterKeyId }) => {
      expect(KmsMasterKeyId).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] });
    });
  });

  test('every queue is encrypted with a key of ours, and keeps messages for 14 days', () => {
    every(stage, 'AWS::SQS::Queue', (queue) => {
      expect(queue).toMatchObject({
        KmsMasterKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] },
        MessageRetentionPeriod: 14 * 24 * 3600,
      });
    });
  });

  test('every event that cannot be delivered ends in the queue of the stage', () => {
    every(stage, 'AWS::Events::Rule', ({ Targets }) => {
      for (const { DeadLetterConfig } of Targets as { DeadLetterConfig?: unknown }[]) {
        expect(DeadLetterConfig).toEqual({ Arn: fromOperations(stage, 'GetAttUndeliveredEvents') });
      }
    });
  });

  test.each([
    ['topic', 'AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'Topics'],
    ['queue', 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'Queues'],
  ])('every %s refuses what does not come over TLS', (_kind, type, policyType, targets) => {
    const all = Object.values(templates[stage]);
    const refusing = all
      .flatMap((template) => resourcesOf(template, policyType))
      .filter((policy) =>
        statementsOf(policy).some(
          ({ Effect, Condition }) =>
            Effect === 'Deny' && JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
        ),
      )
      .flatMap(({ Properties }) => Properties[targets]);
    expect(refusing).toHaveLength(all.flatMap((template) => resourcesOf(template, type)).length);
  });

  test('keys are rotated, but those for MACs, which KMS cannot rotate', () => {
    every(stage, 'AWS::KMS::Key', ({ EnableKeyRotation, KeySpec }) => {
      expect(KeySpec === 'HMAC_256' || EnableKeyRotation).toBe(true);
    });
  });

  test('tables are encrypted and paid by request', () => {
    every(stage, 'AWS::DynamoDB::GlobalTable', (table) => {
      expect(table).toMatchObject({ BillingMode: 'PAY_PER_REQUEST', SSESpecification: { SSEEnabled: true } });
    });
  });

  test('every state machine is standard, traced, and logs everything, but no task tokens', () => {
    every(stage, 'AWS::StepFunctions::StateMachine', (machine) => {
      const hasTokens = JSON.stringify(machine).includes('.waitForTaskToken');
      expect(machine).toMatchObject({
        StateMachineType: 'STANDARD',
        TracingConfiguration: { Enabled: true },
        LoggingConfiguration: {
          Level: 'ALL',
          IncludeExecutionData: !hasTokens && (stage === 'local' || stage === 'dev'),
        },
      });
    });
    every(stage, 'AWS::Logs::LogGroup', ({ RetentionInDays }) => {
      expect(RetentionInDays).toBe({ local: 1, dev: 7, staging: 30, prod: 365 }[stage]);
    });
  });

  test('every function runs on Node 24 on ARM, is traced, and logs JSON to a group of its own; Lambda itself in prod only what failed', () => {
    const groups: string[] = [];
    every(stage, 'AWS::Lambda::Function', (fn, stack) => {
      expect(fn).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: {
          LogFormat: 'JSON',
          LogGroup: { Ref: expect.any(String) },
          SystemLogLevel: stage === 'prod' ? 'WARN' : 'INFO',
        },
      });
      groups.push(`${stack} ${JSON.stringify(fn.LoggingConfig)}`);
    });
    expect(new Set(groups).size).toBe(groups.length);
  });

  test('every alarm says what happened, whom it hurts and what to do, and tells one topic of it and of its end', () => {
    every(stage, 'AWS::CloudWatch::Alarm', (alarm) => {
      const { AlarmDescription, AlarmActions, OKActions, TreatMissingData } = alarm;
      expect(AlarmDescription).toMatch(/^\S.+\.\nImpact: .+\.\nRunbook: \S+#[a-z-]+$/);
      const inOperations = { Ref: expect.stringMatching(/^(Alarms|Tickets)/) };
      expect([[inOperations], [fromOperations(stage, 'Ref(Alarms|Tickets)')]]).toContainEqual(AlarmActions);
      expect(OKActions).toEqual(AlarmActions);
      expect(TreatMissingData).toBe('notBreaching');
    });
  });

  test('every rule that tells of single executions pages, as does what loses goods or notices', () => {
    const tickets: string[] = [];
    every(stage, 'AWS::CloudWatch::Alarm', ({ AlarmActions, AlarmDescription }) => {
      if (JSON.stringify(AlarmActions).includes('Tickets')) tickets.push(String(AlarmDescription));
    });
    const sections = tickets.map((description) => description.split('#')[1]);
    expect([...new Set(sections)].sort()).toEqual([
      'bulk-orders-batches-failed',
      'bulk-orders-not-told',
      'functions-throttled',
      'many-versions',
      'order-processing-not-delivered',
      'order-processing-not-told',
      'orders-slow',
      'orders-undone-often',
      'payment-review-not-answered',
      'payment-review-overdue',
      'payments-declined-often',
      'reconciliation-aborted',
      'reconciliation-failed',
      ...(stage === 'local' ? [] : ['reconciliation-not-started']),
      'reconciliation-timed-out',
      'saas-onboarding-not-delivered',
      'saas-onboarding-not-told',
      'signups-rejected-often',
      'signups-undone-often',
      'sweep-failing',
      'transitions-throttled',
    ]);
  });

  test('no role may do everything to anything, or anything to everything', () => {
    const forced =
      /^(xray:(PutTraceSegments|PutTelemetryRecords|GetSampling\w+)|logs:\w+(LogDelivery|LogDeliveries|ResourcePolicy|ResourcePolicies|LogGroups))$/;
    every(stage, 'AWS::IAM::Policy', (policy) => {
      for (const { Action, Resource } of statementsOf({ Properties: policy })) {
        for (const action of [Action].flat()) {
          expect(action).not.toContain('*');
          const resources = JSON.stringify(Resource)
            .replaceAll(`:table/${stage}-tenant-*`, '')
            .replaceAll(/:events!connection\/",{"Ref":"\w+"},"\/\*"/g, '')
            .replaceAll(
              /:execution:",{"Fn::(GetAtt":\["\w+","Name"\]|ImportValue":"[\w:-]+")},"(\/StartOrders)?:\*"/g,
              '',
            )
            .replaceAll(/"\/(uploads|checked|results|work|reports)\/\*"/g, '')
            .replaceAll(
              /{"Fn::GetAtt":\["\w+","Arn"\]},":\*"/g,
              action === 'lambda:InvokeFunction' ? '' : '$&',
            );
          if (resources.includes('*')) expect(action).toMatch(forced);
        }
      }
    });
    every(stage, 'AWS::IAM::Role', (role) => expect(role.ManagedPolicyArns).toBeUndefined());
  });
});

describe.each(machinesIn(prod).map((machine) => [machine.definition, machine] as const))(
  '%s',
  (definition, { stack, logicalId }) => {
    const template = templateOf(prod, stack);
    const ofThis = (part: unknown) => JSON.stringify(part ?? null).includes(`"${logicalId}"`);

    test('has alarms on failed, timed out and aborted executions, and on many versions', () => {
      const metrics = resourcesOf(template, 'AWS::CloudWatch::Alarm')
        .filter(({ Properties: { Dimensions } }) => ofThis(Dimensions))
        .filter(({ Properties: { Dimensions } }) => !JSON.stringify(Dimensions).includes('"/'))
        .filter(({ Properties: { MetricName } }) => MetricName !== 'ExecutionTime')
        .map(
          ({ Properties: { Namespace, MetricName, Statistic, Threshold } }) =>
            `${Namespace} ${MetricName} ${Statistic} ${Threshold}`,
        );
      expect(metrics).toEqual([
        'AWS/States ExecutionsFailed Sum 1',
        'AWS/States ExecutionsTimedOut Sum 1',
        'AWS/States ExecutionsAborted Sum 1',
        'AWS/States VersionCount Maximum 900',
      ]);
    });

    test('tells the alarm topic of each execution that stopped half-way, and nothing of its data', () => {
      const rules = resourcesOf(template, 'AWS::Events::Rule').filter(({ Properties: { EventPattern } }) =>
        ofThis(EventPattern),
      );
      expect(rules.slice(0, 3).map(({ Properties }) => Properties)).toEqual(
        ['TIMED_OUT', 'ABORTED', 'FAILED'].map((status) =>
          expect.objectContaining({
            State: 'ENABLED',
            EventPattern: {
              source: ['aws.states'],
              'detail-type': ['Step Functions Execution Status Change'],
              detail: {
                status: [status],
                stateMachineArn: [expect.anything()],
                ...(status === 'FAILED' && {
                  $or: [
                    { cause: [{ 'anything-but': { prefix: '{"undone":true' } }] },
                    // EventBridge compares nothing with a cause that is not there.
                    { cause: [null] },
                    { cause: [{ exists: false }] },
                  ],
                }),
              },
            },
            Targets: [
              expect.objectContaining({
                Arn: fromOperations('prod', 'RefAlarms'),
                InputTransformer: {
                  InputPathsMap: { 'detail-name': '$.detail.name' },
                  InputTemplate: expect.stringMatching(
                    new RegExp(`<detail-name>.*#[a-z-]+-${status.toLowerCase().replace('_', '-')}"$`),
                  ),
                },
              }),
            ],
          }),
        ),
      );
    });

    test('is swept, unless nobody waits for its end, and says so when the sweep gives one up', () => {
      const [sweep] = resourcesOf(template, 'AWS::Lambda::Function').filter(
        ({ Properties: { Environment } }) => 'STATE_MACHINES' in Object(Environment).Variables,
      );
      const givenUp = resourcesOf(template, 'AWS::Events::Rule')
        .filter(({ Properties: { EventPattern } }) => ofThis(EventPattern))
        .filter(({ Properties }) => JSON.stringify(Properties).includes('#sweep-gave-up'))
        .map(({ Properties: { EventPattern } }) => Object(EventPattern).detail);
      const isSwept = ofThis(Object(sweep?.Properties.Environment).Variables.STATE_MACHINES);
      expect({ isSwept, givenUp }).toEqual(
        definition === 'payment-review'
          ? { isSwept: false, givenUp: [] }
          : {
              isSwept: true,
              givenUp: [
                expect.objectContaining({ status: ['FAILED'], redriveCount: [{ numeric: ['>=', 5] }] }),
              ],
            },
      );
    });
  },
);

test('messages that nobody takes for ten minutes, or that fulfilment gave up, raise an alarm', () => {
  const alarms = resourcesOf(templateOf(prod, 'OrderProcessing'), 'AWS::CloudWatch::Alarm')
    .filter(({ Properties: { Namespace } }) => Namespace === 'AWS/SQS')
    .map(({ Properties: { MetricName, Threshold } }) => `${MetricName} ${Threshold}`);
  expect(alarms.sort()).toEqual([
    'ApproximateAgeOfOldestMessage 600',
    'ApproximateNumberOfMessagesVisible 1',
  ]);
});

test('fulfilment gets its messages in order, as many as their groups send', () => {
  const queues = resourcesOf(templateOf(prod, 'OrderProcessing'), 'AWS::SQS::Queue');
  expect(queues).toHaveLength(2);
  for (const { Properties } of queues) {
    expect(Properties).toMatchObject({
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
  }
});

test('EventBridge may put what it could not deliver into the encrypted queue', () => {
  const statements = resourcesOf(templateOf(prod, 'Operations'), 'AWS::SQS::QueuePolicy').flatMap(
    statementsOf,
  );
  const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
  expect(allowed).toEqual([
    expect.objectContaining({
      Action: 'sqs:SendMessage',
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { ArnLike: { 'aws:SourceArn': expect.anything() } },
    }),
  ]);
});

const ofThisAccount = { Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } };
test.each([
  ['cloudwatch', 2, 'for this account only', ofThisAccount],
  // Which does not say for which account.
  ['events', 1, 'for any', {}],
])(
  '%s.amazonaws.com can publish to the encrypted topics that it tells: %d, %s',
  (service, topics, _which, condition) => {
    const byService = (type: string) =>
      resourcesOf(templateOf(prod, 'Operations'), type)
        .flatMap(statementsOf)
        .filter(({ Principal }) => JSON.stringify(Principal)?.includes(`"${service}.amazonaws.com"`))
        .map(({ Effect, Action, Condition }) => ({
          Effect,
          Action,
          ...(Condition !== undefined && { Condition }),
        }));
    expect(byService('AWS::SNS::TopicPolicy')).toEqual(
      Array(topics).fill({ Effect: 'Allow', Action: 'sns:Publish', ...condition }),
    );
    expect(byService('AWS::KMS::Key')).toEqual([
      { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], ...condition },
    ]);
  },
);

test('only a stage that names the event bus of Stripe hears it', () => {
  const hearing = (stage: (typeof stages)[number]) =>
    JSON.stringify(templates[stage]).match(/aws\.partner|StripeEvent|EventInvokeConfig/g) ?? [];
  for (const stage of ['dev', 'staging', 'prod'] as const) expect(hearing(stage)).toEqual([]);
  expect(hearing('local')).not.toEqual([]);
});

describe('what Stripe reports', () => {
  const template = templateOf(local, 'OrderProcessing');
  const bus = 'aws.partner/stripe.com/ed_local';
  const isStripes = ({ Properties }: Resource) => Properties.EventBusName === bus;

  test('comes from the source of the bus, in the types that matter', () => {
    const rules = resourcesOf(template, 'AWS::Events::Rule').filter(isStripes);
    const failed = [
      'charge.dispute.closed',
      'charge.dispute.created',
      'payment_intent.canceled',
      'refund.failed',
    ];
    expect(rules.map(({ Properties }) => Properties.EventPattern)).toEqual([
      {
        source: [bus],
        'detail-type': [...failed, 'refund.updated'],
        detail: {
          $or: [{ type: failed }, { type: ['refund.updated'], data: { object: { status: ['canceled'] } } }],
        },
      },
    ]);
  });

  test('waits in the queue of the stage when the function fails', () => {
    const configs = resourcesOf(template, 'AWS::Lambda::EventInvokeConfig');
    expect(configs.map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        FunctionName: { Ref: expect.stringMatching(/^StripeEvents/) },
        MaximumRetryAttempts: 2,
        DestinationConfig: { OnFailure: { Destination: fromOperations('local', 'GetAttUndeliveredEvents') } },
      }),
    ]);
  });
});

test('reviews, whose task tokens approve payments, are sealed with a key of ours and expire', () => {
  const [reviews] = resourcesOf(templateOf(prod, 'OrderProcessing'), 'AWS::DynamoDB::GlobalTable').filter(
    ({ Properties }) => Properties.TimeToLiveSpecification,
  );
  expect(reviews?.Properties).toMatchObject({
    KeySchema: [{ AttributeName: 'execution', KeyType: 'HASH' }],
    TimeToLiveSpecification: { AttributeName: 'expiration', Enabled: true },
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    Replicas: [
      { SSESpecification: { KMSMasterKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] } } },
    ],
  });
});

test('every alarm, and every notice about executions, leads to a section of the runbook', () => {
  const runbook = readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8');
  const sections = Array.from(runbook.matchAll(/^## (.+)$/gm), ([, title = '']) =>
    title.toLowerCase().replaceAll(' ', '-'),
  );
  const links = Object.entries(prod).flatMap(([stack, template]) =>
    ['AWS::CloudWatch::Alarm', 'AWS::Events::Rule', 'AWS::Lambda::Function'].flatMap((type) =>
      resourcesOf(template, type).flatMap((resource) =>
        Array.from(JSON.stringify(resource).matchAll(/runbook\.md#([\w-]+)/g), ([, anchor = '']) => ({
          stack,
          anchor,
        })),
      ),
    ),
  );
  expect(links.length).toBeGreaterThan(10);
  const missing = links
    .filter(({ anchor }) => !sections.includes(anchor))
    .map(
      ({ stack, anchor }) =>
        `An alarm of ${stack} leads to #${anchor}: add "## ${anchor}" to docs/runbook.md`,
    );
  expect([...new Set(missing)]).toEqual([]);
});

test('what holds data survives its stack in prod, and nothing does in dev', () => {
  const holders = ['AWS::DynamoDB::GlobalTable', 'AWS::SQS::Queue', 'AWS::KMS::Key', 'AWS::Logs::LogGroup'];
  const policies = (stage: Record<string, CloudFormationTemplate>) =>
    new Set(
      Object.values(stage)
        .flatMap((template) => holders.flatMap((type) => resourcesOf(template, type)))
        .map(({ DeletionPolicy }) => DeletionPolicy),
    );
  expect(policies(prod)).toEqual(new Set(['Retain', 'RetainExceptOnCreate']));
  expect(policies(dev)).toEqual(new Set(['Delete']));
});

test('a table with a fixed name is made last in its stack: when the first deployment fails, it is not there', () => {
  const named = Object.values(prod).flatMap(({ Resources }) =>
    Object.entries(Resources)
      .filter(([, { Type, Properties }]) => Type === 'AWS::DynamoDB::GlobalTable' && Properties.TableName)
      .map(([id, { DeletionPolicy, DependsOn }]) => ({
        DeletionPolicy,
        before: DependsOn,
        others: Object.keys(Resources).filter((other) => other !== id && !other.startsWith('CDKMetadata')),
      })),
  );
  expect(named).toHaveLength(1);
  for (const { DeletionPolicy, before, others } of named) {
    expect({ DeletionPolicy, before }).toEqual({ DeletionPolicy: 'Retain', before: others });
  }
});

test("prod's tables cannot be deleted and can be restored to any second", () => {
  every('prod', 'AWS::DynamoDB::GlobalTable', ({ Replicas }) => {
    expect(Replicas).toEqual([
      expect.objectContaining({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: expect.objectContaining({ PointInTimeRecoveryEnabled: true }),
      }),
    ]);
  });
});

test('files of orders are private, encrypted, kept in versions, and expire', () => {
  for (const stage of stages) {
    const [bucket] = resourcesOf(templateOf(templates[stage], 'OrderProcessing'), 'AWS::S3::Bucket');
    const [policy] = resourcesOf(templateOf(templates[stage], 'OrderProcessing'), 'AWS::S3::BucketPolicy');
    expect(bucket).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: 'Enabled' },
        LifecycleConfiguration: {
          Rules: [
            {
              Status: 'Enabled',
              ExpirationInDays: 90,
              NoncurrentVersionExpiration: { NoncurrentDays: 30 },
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            },
          ],
        },
      },
    });
    expect(policy && statementsOf(policy)).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ]);
  }
});

describe('the connection to Stripe', () => {
  const name = 'StripeConnection-1';
  const rules = resourcesOf(templateOf(prod, 'SaasOnboarding'), 'AWS::Events::Rule').map(({ Properties }) => {
    const [target] = Properties.Targets as {
      Arn: unknown;
      Input?: string;
      InputTransformer?: { InputTemplate: string };
    }[];
    return {
      pattern: JSON.parse(
        JSON.stringify(Properties.EventPattern ?? { source: [] }).replaceAll(
          '{"Ref":"StripeConnectionACB81951"}',
          `"${name}"`,
        ),
      ),
      says: target?.InputTransformer?.InputTemplate ?? target?.Input,
      to: target?.Arn,
    };
  });
  /** As in AWS's reference of EventBridge's own events. */
  const event = (state: string, more: object = {}) => ({
    version: '0',
    id: '1d7a4ac6-a50a-745f-a331-a0d802f7badb',
    'detail-type': `Connection ${state}`,
    source: 'aws.events',
    account: '123456789012',
    time: '2024-10-28T09:08:20Z',
    region: 'us-east-1',
    resources: [
      `arn:aws:events:us-east-1:123456789012:connection/${name}/ee7e4d52-8df0-4bed-a0d5-fa7dea43fcf8`,
    ],
    detail: { ConnectionName: name, Timestamp: '2024-10-24 09:26:35 +0000 UTC' },
    ...more,
  });
  const heard = (each: object) =>
    rules.filter(({ pattern, says }) => says?.includes('connection') && matches(pattern, each));

  test.each(['Deauthorized', 'Failed Connectivity', 'Deletion Started'])(
    'is heard of when it is lost: %s',
    (state) => {
      expect(heard(event(state))).toEqual([
        expect.objectContaining({
          to: fromOperations('prod', 'RefAlarms'),
          says: expect.stringMatching(/^"prod: .+ does not work any more.+Impact: .+#stripe-connection"$/),
        }),
      ]);
    },
  );

  test('is heard of when it works again', () => {
    expect(heard(event('Authorized'))).toEqual([
      expect.objectContaining({
        to: fromOperations('prod', 'RefAlarms'),
        says: expect.stringMatching(/ is authorised.+#stripe-connection"$/),
      }),
    ]);
  });

  test.each([
    ['is on its way to be authorised', event('Authorization Started')],
    ['is being updated', event('Update Started')],
    ['is about to be lost, of which more is heard', event('Deauthorization Started')],
    ['is another one', event('Deauthorized', { detail: { ConnectionName: 'other' } })],
    ['is said to be lost by somebody else', event('Deauthorized', { source: 'my.app' })],
  ])('is not heard of when it %s', (_what, each) => {
    expect(heard(each)).toEqual([]);
  });
});

test('the Stripe key is in no template', () => {
  const [connection] = resourcesOf(templateOf(prod, 'SaasOnboarding'), 'AWS::Events::Connection');
  expect(connection?.Properties.AuthParameters).toEqual({
    ApiKeyAuthParameters: {
      ApiKeyName: 'Authorization',
      ApiKeyValue: 'Bearer {{resolve:secretsmanager:prod/stripe-secret-key:SecretString:::}}',
    },
  });
});

test('reports find the onboarding events under a name that no other stage of the account has', () => {
  const tableNames = Object.values(templates).flatMap((stage) =>
    resourcesOf(templateOf(stage, 'Customers'), 'AWS::DynamoDB::GlobalTable').flatMap(
      ({ Properties }) => Properties.TableName ?? [],
    ),
  );
  expect(tableNames).toEqual([
    'onboarding_events',
    'dev_onboarding_events',
    'staging_onboarding_events',
    'onboarding_events',
  ]);
});

test('what holds data, running executions or subscribers is not replaced by a rename', () => {
  const present = Object.entries(prod).map(([stack, { Resources }]) => [
    stack,
    Object.keys(Resources)
      .filter((id) => lasting.has(Resources[id]?.Type ?? ''))
      .sort(),
  ]);
  expect(Object.fromEntries(present)).toEqual(logicalIds);
});

test('what is kept when a stack goes does not let its stack go unasked', () => {
  expect(stacksOf('prod').every(({ terminationProtection }) => terminationProtection)).toBe(true);
  expect(stacksOf('dev').some(({ terminationProtection }) => terminationProtection)).toBe(false);
});

test('a stack has the name of the app, so that it is taken for no other, and its stage', () => {
  for (const stack of stacksOf('staging')) {
    expect(stack.stackName).toBe(`workflows-staging-${stack.node.id}`);
    expect(stack.tags.tagValues()).toMatchObject({ app: 'workflows', stage: 'staging' });
    expect(stack.templateOptions.description).toMatch(/\S{4,}/);
  }
});

costRules({ dev, staging, prod });

pipelineRules(templates);

test('synth refuses what cdk-nag finds', () => {
  const app = appOf('dev');
  new Queue(app.node.findChild('OrderProcessing'), 'InClear');
  expect(() => app.synth()).toThrow(/AwsSolutions-SQS4/);
});

test('the same context gives the same templates', () => {
  expect(synthesize('dev')).toEqual(dev);
});

test.each(Object.entries(workflows))(
  'executions of %s are started through an output, which is the alias live, and run its definition',
  (_, { stack, output, definition }) => {
    const { Outputs, Resources } = templateOf(prod, stack);
    const [, [{ Ref: machine }, qualifier]] = Object(Outputs?.[output]?.Value)['Fn::Join'];
    expect(Resources[machine]?.Type).toBe('AWS::StepFunctions::StateMachine');
    expect(Resources[machine]?.Properties.DefinitionString).toBe(inlinedDefinition(definition));
    expect(qualifier).toBe(':live');
  },
);

test.each([
  ['Operations', ['AlarmTopicArn', 'TicketTopicArn', 'UndeliveredEventsQueueUrl']],
  ['Customers', ['CustomersTableName', 'OnboardingEventsTableName']],
  [
    'SaasOnboarding',
    [
      'StateMachineArn',
      'TenantTablePrefix',
      'ApiKeysTableName',
      'ApiKeySealingKeyArn',
      'ClaimTokenKeyArn',
      'WelcomeEmailFunctionName',
      'SignupErrorsTopicArn',
      'StripeConnectionName',
      'StripeEndpoint',
    ],
  ],
  [
    'OrderProcessing',
    [
      'StateMachineArn',
      'PaymentReviewStateMachineArn',
      'BulkOrdersStateMachineArn',
      'BulkOrdersBucketName',
      'BulkOrdersTopicArn',
      'PaymentsTableName',
      'InventoryTableName',
      'ReservationsTableName',
      'ReviewsTableName',
      'FulfilmentQueueUrl',
      'OrderConfirmationTopicArn',
      'PaymentFailureTopicArn',
      'ValidationFailureTopicArn',
      'ReviewersTopicArn',
    ],
  ],
])('what programs look up in %s is an output', (stack, names) => {
  expect(Object.keys(templateOf(prod, stack).Outputs ?? {})).toEqual(expect.arrayContaining(names));
});

outcomeRules(prod);
alarmRules(prod);
dashboardRules(templates);
queryRules(prod);
releaseRules(templates);
canaryRules(prod);
