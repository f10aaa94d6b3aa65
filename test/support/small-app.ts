/** A small app as `cdk synth` would make it, for tests of what is made of two of them. */
import type { JsonObject } from '../../lib/workflow/json';
import { type App, type Assembly, appOf } from '../../tools/review/app';
import { reviewOf } from '../../tools/review/review';
import type { Side } from '../../tools/review/sides';
import type { Spec } from '../../tools/review/spec';

/** Of the types below, what AWS says. */
export const smallSpec: Spec = {
  replacement: (type, property) => {
    if (property === 'Perhaps') return 'maybe';
    const fixed = ['KeySchema', 'TableName', 'QueueName', 'StateMachineName', 'FunctionName', 'TopicArn'];
    return fixed.includes(property) && !(type === 'AWS::Lambda::Alias' && property === 'FunctionName')
      ? 'yes'
      : 'no';
  },
  identifiers: (type) => (type.endsWith('Table') ? ['TableName'] : []),
};

export const ref = (id: string): JsonObject => ({ Ref: id });
export const arn = (id: string): JsonObject => ({ 'Fn::GetAtt': [id, 'Arn'] });

export const allow = (
  action: string | string[],
  resource: JsonObject | JsonObject[] | string,
  rest = {},
): JsonObject => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...rest,
});

export const resource = (
  path: string,
  Type: string,
  Properties: JsonObject = {},
  rest: JsonObject = {},
): JsonObject => ({
  Type: `AWS::${Type}`,
  Properties,
  Metadata: { 'aws:cdk:path': `Orders/${path}/Resource` },
  ...rest,
});

export const policy = (path: string, role: string, ...Statement: JsonObject[]): JsonObject =>
  resource(path, 'IAM::Policy', { PolicyDocument: { Statement }, Roles: [ref(role)] });

export const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };

/** A Task that calls the function of this placeholder. */
export const task = (placeholder: string, rest: JsonObject): JsonObject => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: `\${${placeholder}}` },
  TimeoutSeconds: 30,
  ...rest,
});

export const definition: JsonObject = {
  QueryLanguage: 'JSONata',
  StartAt: 'Charge',
  States: {
    Charge: task('ChargeArn', {
      Comment: 'Takes the money.',
      Retry: [{ ErrorEquals: ['TemporaryFailure'], MaxAttempts: 3 }],
      Catch: [
        { ErrorEquals: ['Declined'], Next: 'Refused' },
        { ErrorEquals: ['States.ALL'], Next: 'Release' },
      ],
      Next: 'Ship',
    }),
    Ship: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sns:publish',
      Arguments: {
        TopicArn: '${Parcels}',
        Message: "{% $states.input.amount > 100 ? 'large parcel' : 'small parcel' %}",
      },
      End: true,
    },
    Release: task('ReleaseArn', { Next: 'Refused' }),
    Refused: { Type: 'Succeed' },
  },
};

/** An execution of Flow calls a version of Charge, and the alias of Release; both functions use the table Payments. */
export const resources = (flow: JsonObject = definition): Record<string, JsonObject> => ({
  Payments: resource(
    'Payments',
    'DynamoDB::Table',
    { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] },
    kept,
  ),
  Parcels: resource('Parcels', 'SNS::Topic'),
  ChargeRole: resource('ChargeRole', 'IAM::Role'),
  ChargePolicy: policy(
    'ChargePolicy',
    'ChargeRole',
    allow(['dynamodb:GetItem', 'dynamodb:PutItem'], arn('Payments')),
  ),
  Charge: resource('Charge', 'Lambda::Function', {
    Code: { S3Key: 'one.zip' },
    Environment: { Variables: { TABLE: ref('Payments'), THRESHOLDS: '{"eur":100,"usd":100}' } },
    Role: arn('ChargeRole'),
    Timeout: 20,
  }),
  ChargeVersion1: resource('Charge/CurrentVersion', 'Lambda::Version', { FunctionName: ref('Charge') }, kept),
  Release: resource('Release', 'Lambda::Function', {
    Code: { S3Key: 'two.zip' },
    Environment: { Variables: { TABLE: ref('Payments') } },
    Role: arn('ReleaseRole'),
  }),
  ReleaseRole: resource('ReleaseRole', 'IAM::Role'),
  ReleaseVersion1: resource(
    'Release/CurrentVersion',
    'Lambda::Version',
    { FunctionName: ref('Release') },
    kept,
  ),
  ReleaseLive: resource('Release/Live', 'Lambda::Alias', {
    FunctionName: ref('Release'),
    FunctionVersion: { 'Fn::GetAtt': ['ReleaseVersion1', 'Version'] },
  }),
  FlowRole: resource('FlowRole', 'IAM::Role'),
  FlowPolicy: policy(
    'FlowPolicy',
    'FlowRole',
    allow('lambda:InvokeFunction', [{ 'Fn::Join': ['', [arn('Charge'), ':*']] }, ref('ReleaseLive')]),
    allow('sns:Publish', ref('Parcels')),
  ),
  FlowLogs: resource(
    'FlowLogs',
    'Logs::LogGroup',
    { LogGroupName: '/aws/vendedlogs/states/prod-flow' },
    kept,
  ),
  Shipped: resource('Shipped', 'Logs::MetricFilter', {
    LogGroupName: ref('FlowLogs'),
    FilterPattern: '{ ($.type = "TaskStateEntered") && ($.details.name = "Ship") }',
    MetricTransformations: [{ MetricName: 'flow/Shipped' }],
  }),
  Flow: resource('Flow/StateMachine', 'StepFunctions::StateMachine', {
    DefinitionString: JSON.stringify(flow),
    DefinitionSubstitutions: {
      ChargeArn: ref('ChargeVersion1'),
      ReleaseArn: ref('ReleaseLive'),
      Parcels: ref('Parcels'),
    },
    RoleArn: arn('FlowRole'),
    LoggingConfiguration: { Destinations: [arn('FlowLogs')] },
  }),
});

export const stackOf = (Resources: JsonObject, Outputs: JsonObject = {}, rest = {}): Assembly[string] => ({
  template: { Resources, Outputs },
  stackName: 'workflows-prod-Orders',
  terminationProtection: true,
  ...rest,
});

export const ordersApp = (Resources: JsonObject = resources(), Outputs: JsonObject = {}): App =>
  appOf({ Orders: stackOf(Resources, Outputs) });

/** The resources with some changed; undefined takes one away. */
export const changed = (
  changes: Readonly<Record<string, (resource: JsonObject) => JsonObject | undefined>>,
  from: Record<string, JsonObject> = resources(),
): Record<string, JsonObject> => {
  const result = { ...from };
  for (const [id, change] of Object.entries(changes)) {
    const now = change(from[id] ?? {});
    if (now) result[id] = now;
    else delete result[id];
  }
  return result;
};

export const withProperties =
  (properties: JsonObject) =>
  (resource: JsonObject): JsonObject => ({
    ...resource,
    Properties: { ...Object(resource.Properties), ...properties },
  });

export const gone = (): undefined => undefined;

export const sideOf = (app: App, rest: Partial<Side> = {}): Side => ({
  app,
  bundles: new Map(),
  settings: { prod: { threshold: 100 } },
  ...rest,
});

export const reviewed = (before: App, after: App) =>
  reviewOf(sideOf(before), sideOf(after), smallSpec, undefined);
