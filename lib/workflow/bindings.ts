/**
 * One declaration for a name and the permission that goes with it: what `${Name}` stands for in a definition, or
 * an environment variable in a function, and what the state machine's or function's role may do there. So the
 * two cannot drift apart. Grants are single actions on single resources.
 */

import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import type { Connection } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { StageTable } from '../resources/stage-table';
import { executionsOf, logicalIdOf } from './executions';

export interface Binding {
  readonly value: string;
  /** Absent where a value needs no permission. */
  grantTo?(grantee: IGrantable): void;
  /** What IAM asks for on the state machine itself, whose ARN is given. */
  onMachine?(machineArn: string): PolicyStatement[];
  /** Of a function: how long it may run, in seconds. Must be below the TimeoutSeconds of states that call it. */
  readonly timeoutSeconds?: number;
}

export type Bindings = Readonly<Record<string, Binding>>;

/** A plain value: grants nothing. */
export const setting = (value: string): Binding => ({ value });

/** A function to call, by its ARN. */
export const invoke = (fn: LambdaFunction): Binding => ({
  value: fn.functionArn,
  ...(fn.timeout && { timeoutSeconds: fn.timeout.toSeconds() }),
  grantTo: (grantee) => allow(grantee, fn.functionArn, 'lambda:InvokeFunction'),
});

/** A topic to publish to, by its ARN. */
export const publish = (topic: Topic): Binding => ({
  value: topic.topicArn,
  grantTo: (grantee) => {
    allow(grantee, topic.topicArn, 'sns:Publish');
    allowKeyUse(grantee, topic.masterKey);
  },
});

/** A queue to send to, by its URL. */
export const send = (queue: Queue): Binding => ({
  value: queue.queueUrl,
  grantTo: (grantee) => {
    allow(grantee, queue.queueArn, 'sqs:SendMessage');
    allowKeyUse(grantee, queue.encryptionMasterKey);
  },
});

type ItemAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem';

/**
 * A table, by its name, and what is done to its items. Transactions have no action of their own: IAM asks for
 * those of the items in them.
 */
export const items = (table: StageTable, ...actions: ItemAction[]): Binding => ({
  value: table.tableName,
  grantTo: (grantee) => {
    allow(grantee, table.tableArn, ...actions.map((action) => `dynamodb:${action}`));
    if (!table.ownKey) return;
    // DynamoDB uses a key of ours on behalf of whoever reads or writes.
    const writing = actions.some((action) => action !== 'GetItem')
      ? ['kms:Encrypt', 'kms:GenerateDataKey']
      : [];
    allow(grantee, table.ownKey.keyArn, 'kms:Decrypt', ...writing);
  },
});

/** A secret that exists already, by its name. Its ARN ends in six characters that only Secrets Manager knows. */
export const secret = (stack: Stack, name: string): Binding => ({
  value: name,
  grantTo: (grantee) =>
    allow(
      grantee,
      stack.formatArn({
        service: 'secretsmanager',
        resource: 'secret',
        resourceName: `${name}-??????`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
      'secretsmanager:GetSecretValue',
    ),
});

/** Tables that a workflow makes itself: the prefix of their names, and what is done to them. */
export const tablesNamed = (stack: Stack, prefix: string, ...actions: TableAction[]): Binding => ({
  value: prefix,
  grantTo: (grantee) => {
    const arn = stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName: `${prefix}*` });
    allow(grantee, arn, ...actions.map((action) => `dynamodb:${action}`));
    Validations.of(stack).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/${prefix}*]`,
      reason: 'The rest of the name is known at run time only.',
    });
  },
});

type TableAction =
  | 'CreateTable'
  | 'DeleteTable'
  | 'DescribeTable'
  | 'TagResource'
  | 'UpdateContinuousBackups'
  | 'UpdateTable';

/** A key, by its ARN, and what it is used for. */
export const key = (key: IKey, ...actions: ('Encrypt' | 'GenerateMac')[]): Binding => ({
  value: key.keyArn,
  grantTo: (grantee) => allow(grantee, key.keyArn, ...actions.map((action) => `kms:${action}`)),
});

/** An address to send e-mail from. Its domain is an identity that is verified with SES, by hand, once. */
export const sendEmailFrom = (stack: Stack, address: string): Binding => ({
  value: address,
  grantTo: (grantee) => {
    const domain = address.slice(address.indexOf('@') + 1);
    const arn = stack.formatArn({ service: 'ses', resource: 'identity', resourceName: domain });
    allow(grantee, arn, 'ses:SendEmail');
  },
});

/** An API's credentials for HTTP Tasks, by the connection's ARN. */
export const credentials = (connection: Connection): Binding => ({
  value: connection.connectionArn,
  grantTo: (grantee) => {
    allow(grantee, connection.connectionArn, 'events:RetrieveConnectionCredentials');
    allow(
      grantee,
      connection.connectionSecretArn,
      'secretsmanager:GetSecretValue',
      'secretsmanager:DescribeSecret',
    );
  },
});

type FileAction =
  | 'GetObject'
  | 'GetObjectVersion'
  | 'PutObject'
  | 'AbortMultipartUpload'
  | 'ListMultipartUploadParts';

/**
 * A bucket, by its name, and what is done to the files below each prefix; `list` when their names are looked up
 * (which also tells a file that is not there from one that may not be read).
 */
export const files = (
  bucket: Bucket,
  prefixes: Readonly<Record<`${string}/`, readonly FileAction[]>>,
  { list = false }: { readonly list?: boolean } = {},
): Binding => ({
  value: bucket.bucketName,
  grantTo: (grantee) => {
    const stack = Stack.of(bucket);
    for (const [prefix, actions] of Object.entries(prefixes)) {
      allow(grantee, bucket.arnForObjects(`${prefix}*`), ...actions.map((action) => `s3:${action}`));
      Validations.of(stack).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${logicalIdOf(bucket)}.Arn>/${prefix}*]`,
        reason: 'The names of files are known at run time only.',
      });
    }
    if (list) allow(grantee, bucket.bucketArn, 's3:ListBucket');
  },
});

/** A state machine whose executions are started and not waited for, by its ARN. */
export const start = (machine: StateMachine): Binding => ({
  value: machine.stateMachineArn,
  grantTo: (grantee) => allow(grantee, machine.stateMachineArn, 'states:StartExecution'),
});

/** A state machine whose executions are started and waited for (`startExecution.sync:2`), by its ARN. */
export const startAndWait = (machine: StateMachine): Binding => ({
  value: machine.stateMachineArn,
  grantTo: (grantee) => {
    const rule = 'StepFunctionsGetEventsForStepFunctionsExecutionRule';
    allow(grantee, machine.stateMachineArn, 'states:StartExecution');
    allow(grantee, executionsOf(machine), 'states:DescribeExecution', 'states:StopExecution');
    // By it Step Functions hears of an execution's end. It is one for all machines, and AWS's own.
    allow(
      grantee,
      Stack.of(machine).formatArn({ service: 'events', resource: 'rule', resourceName: rule }),
      'events:PutTargets',
      'events:PutRule',
      'events:DescribeRule',
    );
  },
});

interface HttpCalls {
  readonly methods: ('GET' | 'POST' | 'DELETE')[];
  /** Below the origin, from its slash on. A `*` at the end stands for what is known at run time. */
  readonly path: `/${string}`;
}

/** The origin of an API that HTTP Tasks call, and which of its endpoints. */
export const callHttp = (origin: string, ...calls: HttpCalls[]): Binding => ({
  value: origin,
  onMachine: (machineArn) =>
    calls.map(({ methods, path }) => {
      // Of a pattern nothing but the end is open: neither another host nor another path can match it.
      const endpoint = { 'states:HTTPEndpoint': `${origin}${path}` };
      return new PolicyStatement({
        actions: ['states:InvokeHTTPEndpoint'],
        resources: [machineArn],
        conditions: path.endsWith('*')
          ? { StringEquals: { 'states:HTTPMethod': methods }, StringLike: endpoint }
          : { StringEquals: { 'states:HTTPMethod': methods, ...endpoint } },
      });
    }),
});

const allow = (grantee: IGrantable, resourceArn: string, ...actions: string[]): void => {
  Grant.addToPrincipal({ grantee, actions, resourceArns: [resourceArn] }).assertSuccess();
};

/** Who puts a message into an encrypted topic or queue needs the key that seals it (and Decrypt to check it). */
const allowKeyUse = (grantee: IGrantable, key: IKey | undefined): void => {
  if (key) allow(grantee, key.keyArn, 'kms:Decrypt', 'kms:GenerateDataKey');
};
