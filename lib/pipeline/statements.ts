/** The rights of the pipeline, as statements: CloudFormation's, and those of the roles that GitHub's jobs take. */
import { Fn } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LIVE } from '../../contracts/names';
import { stackName } from '../../contracts/stacks';
import type { Stage } from '../stages';
import { arn, globalArn, resourceRights } from './resource-rights';

/** What `cdk bootstrap` names its roles and its bucket by, unless it is told otherwise. */
const QUALIFIER = 'hnb659fds';

const bootstrapRole = (role: string): string =>
  globalArn('iam', `role/cdk-${QUALIFIER}-${role}-role-\${AWS::AccountId}-\${AWS::Region}`);

const allow = (
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Record<string, unknown>,
) =>
  new PolicyStatement({
    actions: [...actions],
    resources: [...resources],
    ...(conditions && { conditions }),
  });

const secretArn = ({ stripe }: Stage): string => arn('secretsmanager', `secret:${stripe.secretName}-??????`);

/** To see how everything is that the templates have. */
export const reading = (): PolicyStatement[] => resourceRights.map(({ read, on }) => allow(read, on));

/** To make, update and delete it: for CloudFormation. */
export const changing = (): PolicyStatement[] => resourceRights.map(({ change, on }) => allow(change, on));

/** And what it may do within limits, or needs beside. */
export const changingUnderConditions = (stages: readonly Stage[]): PolicyStatement[] => [
  ...resourceRights.flatMap(({ guarded, on }) =>
    guarded ? [allow(guarded.actions, on, guarded.conditions)] : [],
  ),
  // Functions' code.
  allow(
    ['s3:GetObject'],
    [Fn.sub(`arn:\${AWS::Partition}:s3:::cdk-${QUALIFIER}-assets-\${AWS::AccountId}-\${AWS::Region}/*`)],
  ),
  allow(['ssm:GetParameters'], [arn('ssm', `parameter/cdk-bootstrap/${QUALIFIER}/version`)]),
  // The template of the connection to Stripe names it, and CloudFormation puts it in.
  allow(['secretsmanager:GetSecretValue'], stages.map(secretArn)),
  // A table with a key of ours: DynamoDB uses the key in the name of whoever makes the table.
  allow(
    ['CreateGrant', 'Decrypt', 'Encrypt', 'GenerateDataKey*', 'ReEncrypt*', 'RevokeGrant'].map(
      (action) => `kms:${action}`,
    ),
    ['*'],
    { StringEquals: { 'kms:ViaService': Fn.sub('dynamodb.${AWS::Region}.amazonaws.com') } },
  ),
  // The first connection of an account.
  allow(['iam:CreateServiceLinkedRole'], ['*'], {
    StringEquals: { 'iam:AWSServiceName': 'apidestinations.events.amazonaws.com' },
  }),
];

/** `npm run drift`, together with `reading`. */
export const lookingForDrift = ({ name }: Stage): PolicyStatement[] => [
  allow(
    [
      'cloudformation:DescribeStacks',
      'cloudformation:DetectStackDrift',
      'cloudformation:DescribeStackResourceDrifts',
      'cloudformation:DetectStackResourceDrift',
    ],
    [arn('cloudformation', `stack/${stackName(name, '*')}`)],
  ),
  allow(
    ['cloudformation:BatchDescribeTypeConfigurations', 'cloudformation:DescribeStackDriftDetectionStatus'],
    ['*'],
  ),
];

/** `npm run deploy`: everything else it does as one of the bootstrap's roles. */
export const deploying = (stage: Stage): PolicyStatement[] => [
  allow(['sts:AssumeRole'], ['deploy', 'file-publishing', 'lookup'].map(bootstrapRole)),
  allow(['secretsmanager:DescribeSecret'], [secretArn(stage)]),
  allow(
    ['cloudformation:DescribeChangeSet', 'cloudformation:ListStackResources'],
    [arn('cloudformation', `stack/${stackName(stage.name, '*')}`)],
  ),
  allow(['lambda:GetAccountSettings', 'ses:GetAccount', 'ses:GetEmailIdentity'], ['*']),
];

/** `npm run smoke`. */
export const smoking = ({ name, stripe }: Stage): PolicyStatement[] => {
  const order = (id: string) => `${stackName(name, 'OrderProcessing')}-${id}*`;
  return [
    // CloudFormation names a machine after its logical id alone, so that stages in one account are not told apart.
    allow(['states:StartExecution'], [arn('states', 'stateMachine:OrderProcessing*')], {
      'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': LIVE },
    }),
    allow(
      ['states:DescribeExecution', 'states:DescribeStateMachineForExecution', 'states:GetExecutionHistory'],
      [arn('states', 'execution:OrderProcessing*:*')],
    ),
    // Only where an order may ship.
    ...(stripe.mode === 'test'
      ? [
          allow(['dynamodb:UpdateItem'], [arn('dynamodb', `table/${order('Inventory')}`)]),
          allow(['lambda:InvokeFunction'], [arn('lambda', `function:${order('CancelShipment')}`)]),
        ]
      : []),
  ];
};
