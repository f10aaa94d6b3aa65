/**
 * What CloudFormation calls for each type of resource in our templates: the policy with which it deploys, instead of an
 * administrator's, and what somebody needs who looks for drift. Tests hold the types against the templates, and deploy
 * with these rights where CloudFormation asks for each (test/e2e/deployment-rights.test.ts).
 *
 * Names begin with the app's wherever CloudFormation makes them from the stack's; where it does not, or where AWS knows
 * no resource, `*` stands, within the account and Region.
 */
import { Fn } from 'aws-cdk-lib';
import { appName } from '../../contracts/stacks';
import { stages } from '../stages';

export interface ResourceRights {
  readonly types: readonly string[];
  /** ARNs. */
  readonly on: readonly string[];
  /** To make, update and delete it. */
  readonly change: readonly string[];
  /** To see how it is. */
  readonly read: readonly string[];
  /** Of what can be changed only where something more holds. */
  readonly guarded?: { readonly actions: readonly string[]; readonly conditions: Record<string, unknown> };
}

// As Fn::Sub, because a template without a bucket may have 50 KB, and Fn::Join takes twice as much.
export const arn = (service: string, resource: string): string =>
  Fn.sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`);
export const globalArn = (service: string, resource: string): string =>
  Fn.sub(`arn:\${AWS::Partition}:${service}::\${AWS::AccountId}:${resource}`);
const named = `${appName}-*`;

const tagging = (service: string) => ({
  change: [`${service}:TagResource`, `${service}:UntagResource`],
  read: [`${service}:ListTagsForResource`],
});
const of = (service: string, ...actions: string[]) => actions.map((action) => `${service}:${action}`);

/** Whom a role of ours may be given to. */
const services = ['events', 'lambda', 'scheduler', 'states'].map((name) => `${name}.amazonaws.com`);

export const resourceRights: readonly ResourceRights[] = [
  {
    types: ['AWS::DynamoDB::GlobalTable'],
    on: [
      arn('dynamodb', `table/${named}`),
      // The one table whose name other systems know.
      ...Object.values(stages)
        .filter(({ name }) => name !== 'local')
        .map(({ onboarding }) => arn('dynamodb', `table/${onboarding.eventsTable}`)),
    ],
    change: of(
      'dynamodb',
      'CreateTable',
      'CreateTableReplica',
      'DeleteTable',
      'DeleteTableReplica',
      'TagResource',
      'UntagResource',
      'UpdateContinuousBackups',
      'UpdateContributorInsights',
      'UpdateTable',
      'UpdateTimeToLive',
    ),
    read: of('dynamodb', 'Describe*', 'GetResourcePolicy', 'ListTagsOfResource'),
  },
  {
    types: ['AWS::KMS::Key'],
    on: ['*'],
    change: of('kms', 'CreateKey', 'EnableKeyRotation', 'TagResource', 'UntagResource'),
    read: of('kms', 'DescribeKey', 'GetKeyPolicy', 'GetKeyRotationStatus', 'ListAliases', 'ListResourceTags'),
    // Keys have no name. What makes one does not depend on its tags, because KMS may know them minutes later only.
    guarded: {
      actions: of('kms', 'DisableKeyRotation', 'PutKeyPolicy', 'ScheduleKeyDeletion', 'UpdateKeyDescription'),
      conditions: { StringEquals: { 'aws:ResourceTag/app': appName } },
    },
  },
  {
    types: ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy'],
    on: [arn('sns', named)],
    change: [...of('sns', 'CreateTopic', 'DeleteTopic', 'SetTopicAttributes'), ...tagging('sns').change],
    read: [
      ...of('sns', 'GetDataProtectionPolicy', 'GetTopicAttributes', 'ListSubscriptionsByTopic'),
      ...tagging('sns').read,
    ],
  },
  {
    types: ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy'],
    on: [arn('sqs', named)],
    change: of('sqs', 'CreateQueue', 'DeleteQueue', 'SetQueueAttributes', 'TagQueue', 'UntagQueue'),
    read: of('sqs', 'GetQueueAttributes', 'GetQueueUrl', 'ListQueueTags'),
  },
  {
    types: ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy'],
    on: [Fn.sub(`arn:\${AWS::Partition}:s3:::${named}`)],
    change: of(
      's3',
      'CreateBucket',
      // One whose stack could not be made: S3 deletes no other than an empty one.
      'DeleteBucket',
      'DeleteBucketPolicy',
      'PutBucketPolicy',
      'PutBucketPublicAccessBlock',
      'PutBucketTagging',
      'PutBucketVersioning',
      'PutEncryptionConfiguration',
      'PutLifecycleConfiguration',
      'TagResource',
      'UntagResource',
    ),
    // Of the bucket; objects are read by GetObject.
    read: of('s3', 'GetBucket*', 'Get*Configuration', 'ListBucket', 'ListTagsForResource'),
  },
  {
    types: [
      'AWS::Lambda::Function',
      'AWS::Lambda::Version',
      'AWS::Lambda::Alias',
      'AWS::Lambda::Permission',
      'AWS::Lambda::EventInvokeConfig',
    ],
    on: [arn('lambda', `function:${named}`)],
    change: [
      ...of(
        'lambda',
        'AddPermission',
        'RemovePermission',
        'CreateFunction',
        'DeleteFunction',
        'UpdateFunction*',
      ),
      ...of('lambda', 'PublishVersion', 'CreateAlias', 'DeleteAlias', 'UpdateAlias'),
      ...of('lambda', 'PutFunctionConcurrency', 'DeleteFunctionConcurrency'),
      ...of(
        'lambda',
        'PutFunctionEventInvokeConfig',
        'DeleteFunctionEventInvokeConfig',
        ...['TagResource', 'UntagResource'],
      ),
    ],
    read: of(
      'lambda',
      'GetAlias',
      'GetFunction*',
      'GetPolicy',
      'GetProvisionedConcurrencyConfig',
      'GetRuntimeManagementConfig',
      'List*',
    ),
  },
  {
    // CloudFormation names a machine after its logical id alone.
    types: [
      'AWS::StepFunctions::StateMachine',
      'AWS::StepFunctions::StateMachineVersion',
      'AWS::StepFunctions::StateMachineAlias',
    ],
    on: [arn('states', 'stateMachine:*')],
    change: of(
      'states',
      'CreateStateMachine',
      'DeleteStateMachine',
      'UpdateStateMachine',
      'PublishStateMachineVersion',
      'DeleteStateMachineVersion',
      'CreateStateMachineAlias',
      'DeleteStateMachineAlias',
      'UpdateStateMachineAlias',
      'TagResource',
      'UntagResource',
    ),
    read: of(
      'states',
      'DescribeStateMachine',
      'DescribeStateMachineAlias',
      'ListStateMachineAliases',
      'ListStateMachineVersions',
      'ListTagsForResource',
    ),
  },
  {
    types: ['AWS::IAM::Role', 'AWS::IAM::Policy'],
    on: [globalArn('iam', `role/${named}`)],
    // No AttachRolePolicy: no role of ours has a managed policy, and none can be given AWS's.
    change: of(
      'iam',
      'CreateRole',
      'DeleteRole',
      'DeleteRolePolicy',
      'PutRolePolicy',
      'TagRole',
      'UntagRole',
      'UpdateAssumeRolePolicy',
      'UpdateRole',
      'UpdateRoleDescription',
    ),
    read: of(
      'iam',
      'GetRole',
      'GetRolePolicy',
      'ListAttachedRolePolicies',
      'ListRolePolicies',
      'ListRoleTags',
    ),
    guarded: { actions: ['iam:PassRole'], conditions: { StringEquals: { 'iam:PassedToService': services } } },
  },
  {
    types: ['AWS::IAM::ManagedPolicy'],
    on: [globalArn('iam', `policy/${named}`)],
    change: of(
      'iam',
      'CreatePolicy',
      'CreatePolicyVersion',
      'DeletePolicy',
      'DeletePolicyVersion',
      'TagPolicy',
      'UntagPolicy',
    ),
    read: of(
      'iam',
      'GetPolicy',
      'GetPolicyVersion',
      'ListEntitiesForPolicy',
      'ListPolicyTags',
      'ListPolicyVersions',
    ),
  },
  {
    types: ['AWS::Events::Rule'],
    // Also of a partner's bus.
    on: [arn('events', `rule/${named}`), arn('events', `rule/*/${named}`)],
    change: [
      ...of('events', 'DeleteRule', 'DisableRule', 'EnableRule', 'PutRule', 'PutTargets', 'RemoveTargets'),
      ...tagging('events').change,
    ],
    read: [...of('events', 'DescribeRule', 'ListTargetsByRule'), ...tagging('events').read],
  },
  {
    // It keeps the Stripe key in a secret of its own.
    types: ['AWS::Events::Connection'],
    on: [arn('events', 'connection/*'), arn('secretsmanager', 'secret:events!connection/*')],
    change: [
      ...of('events', 'CreateConnection', 'DeleteConnection', 'UpdateConnection'),
      ...of(
        'secretsmanager',
        'CreateSecret',
        'DeleteSecret',
        'GetSecretValue',
        'PutSecretValue',
        'UpdateSecret',
      ),
    ],
    read: ['events:DescribeConnection', 'secretsmanager:DescribeSecret'],
  },
  {
    types: ['AWS::Scheduler::Schedule', 'AWS::Scheduler::ScheduleGroup'],
    // CDK names the group after the stack, without the hyphens.
    on: [arn('scheduler', `schedule/${appName}*`), arn('scheduler', `schedule-group/${appName}*`)],
    change: [
      ...of(
        'scheduler',
        'CreateSchedule',
        'DeleteSchedule',
        'UpdateSchedule',
        'CreateScheduleGroup',
        'DeleteScheduleGroup',
      ),
      ...tagging('scheduler').change,
    ],
    read: [...of('scheduler', 'GetSchedule', 'GetScheduleGroup'), ...tagging('scheduler').read],
  },
  {
    types: ['AWS::CloudWatch::Alarm'],
    on: [arn('cloudwatch', `alarm:${named}`)],
    change: [...of('cloudwatch', 'DeleteAlarms', 'PutMetricAlarm'), ...tagging('cloudwatch').change],
    read: tagging('cloudwatch').read,
  },
  {
    types: ['AWS::CloudWatch::Dashboard'],
    on: [globalArn('cloudwatch', `dashboard/${named}`)],
    change: [...of('cloudwatch', 'DeleteDashboards', 'PutDashboard'), ...tagging('cloudwatch').change],
    read: ['cloudwatch:GetDashboard', ...tagging('cloudwatch').read],
  },
  {
    types: ['AWS::Logs::LogGroup', 'AWS::Logs::MetricFilter'],
    on: [arn('logs', `log-group:${named}`), arn('logs', 'log-group:/aws/vendedlogs/states/*')],
    change: [
      ...of(
        'logs',
        'CreateLogGroup',
        'DeleteLogGroup',
        'PutRetentionPolicy',
        'DeleteRetentionPolicy',
        'PutMetricFilter',
        'DeleteMetricFilter',
      ),
      ...tagging('logs').change,
    ],
    read: [
      ...of('logs', 'DescribeIndexPolicies', 'DescribeMetricFilters', 'GetDataProtectionPolicy'),
      ...tagging('logs').read,
    ],
  },
  {
    // What AWS does not authorise by resource.
    types: ['AWS::Logs::QueryDefinition'],
    on: ['*'],
    change: of('logs', 'DeleteQueryDefinition', 'PutQueryDefinition'),
    read: [
      'cloudwatch:DescribeAlarms',
      ...of('logs', 'DescribeLogGroups', 'DescribeQueryDefinitions', 'DescribeResourcePolicies'),
    ],
  },
];
