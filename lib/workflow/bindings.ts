/**
 * A binding declares a value and the permission to use it together, so that the two cannot drift apart. The value
 * replaces `${Name}` in a definition or becomes a function's environment variable; the permission goes to the role of
 * the state machine or function. Grants are single actions on single resources.
 */

import { ArnFormat, Fn, Stack } from 'aws-cdk-lib';
import type { Connection } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StageTable } from '../resources/stage-table';
import type { TaskFunction } from './task-function';
import { explainWildcard } from './wildcards';

export interface Binding {
  readonly value: string;
  /** Adds the permission to a role. Absent when the value needs none. */
  grantTo?(grantee: IGrantable): void;
  /** Permissions whose resource is the state machine itself, whose ARN is passed. */
  onMachine?(machineArn: string): PolicyStatement[];
  /** Of a function: whether it is called by a version or by its alias `live`. */
  readonly calls?: 'version' | 'live';
  /** A function's timeout in seconds. It must be below the TimeoutSeconds of states that call the function. */
  readonly timeoutSeconds?: number;
}

export type Bindings = Readonly<Record<string, Binding>>;

/** A plain value, which needs no permission. */
export const setting = (value: string): Binding => ({ value });

/**
 * A function to call, by the ARN of the version that this deployment publishes: an execution calls the code that it
 * began with. For Tasks that no redrive goes on from (./called-versions).
 */
export const invoke = (fn: TaskFunction): Binding => ({
  value: fn.currentVersion.functionArn,
  calls: 'version',
  timeoutSeconds: fn.timeoutSeconds,
  grantTo: (grantee) => {
    // Every version: executions that run call the one that was published when they began.
    const versions = `${fn.functionArn}:*`;
    allow(grantee, versions, 'lambda:InvokeFunction');
    explainWildcard(
      Stack.of(fn),
      versions,
      'Executions that run call versions which this template no longer names.',
    );
  },
});

/**
 * A function to call, by the ARN of its alias `live`: a redriven execution calls the code of today, in which its bug is
 * fixed. For Tasks that a redrive goes on from (./called-versions).
 */
export const invokeLive = (fn: TaskFunction): Binding => ({
  value: fn.live.functionArn,
  calls: 'live',
  timeoutSeconds: fn.timeoutSeconds,
  grantTo: (grantee) => allow(grantee, fn.live.functionArn, 'lambda:InvokeFunction'),
});

/** A topic to publish to, by its ARN. */
export const publish = (topic: ITopic): Binding => ({
  value: topic.topicArn,
  grantTo: (grantee) => {
    allow(grantee, topic.topicArn, 'sns:Publish');
    allowKeyUse(grantee, topic.masterKey);
  },
});

/** A queue to send to, by its URL. */
export const send = (queue: IQueue): Binding => ({
  value: queue.queueUrl,
  grantTo: (grantee) => {
    allow(grantee, queue.queueArn, 'sqs:SendMessage');
    allowKeyUse(grantee, queue.encryptionMasterKey);
  },
});

type ItemAction = 'GetItem' | 'BatchGetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem';

/**
 * A table, by its name, with the actions on its items. Transactions have no actions of their own: IAM checks those of
 * the items in them.
 */
export const items = (table: StageTable, ...actions: ItemAction[]): Binding => ({
  value: table.tableName,
  grantTo: (grantee) => {
    allow(grantee, table.tableArn, ...actions.map((action) => `dynamodb:${action}`));
    if (!table.ownKey) return;
    // DynamoDB uses a key of ours with the permissions of the role that reads or writes.
    const writing = actions.some((action) => !action.endsWith('GetItem'))
      ? ['kms:Encrypt', 'kms:GenerateDataKey']
      : [];
    allow(grantee, table.ownKey.keyArn, 'kms:Decrypt', ...writing);
  },
});

/** An existing secret, by its name. Its ARN ends in six characters that Secrets Manager chose, hence the wildcard. */
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

/** Tables that a workflow creates itself, by the prefix of their names, with the actions on them. */
export const tablesNamed = (stack: Stack, prefix: string, ...actions: TableAction[]): Binding => ({
  value: prefix,
  grantTo: (grantee) => {
    const arn = stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName: `${prefix}*` });
    allow(grantee, arn, ...actions.map((action) => `dynamodb:${action}`));
    explainWildcard(stack, arn, 'The rest of the name is known at run time only.');
  },
});

type TableAction =
  | 'CreateTable'
  | 'DeleteTable'
  | 'DescribeTable'
  | 'TagResource'
  | 'UpdateContinuousBackups'
  | 'UpdateTable';

/** A KMS key, by its ARN, with the actions on it. */
export const key = (key: IKey, ...actions: ('Encrypt' | 'GenerateMac')[]): Binding => ({
  value: key.keyArn,
  grantTo: (grantee) => allow(grantee, key.keyArn, ...actions.map((action) => `kms:${action}`)),
});

/**
 * An address to send e-mail from. A person verifies its domain with SES once. SES asks for permission on more than the
 * domain when the address is an identity of its own, or the identity has a default configuration set: `npm run deploy`
 * refuses both.
 */
export const sendEmailFrom = (stack: Stack, address: string): Binding => ({
  value: address,
  grantTo: (grantee) => {
    const domain = Fn.select(1, Fn.split('@', address));
    const arn = stack.formatArn({ service: 'ses', resource: 'identity', resourceName: domain });
    allow(grantee, arn, 'ses:SendEmail');
  },
});

/** A connection, which holds an API's credentials for HTTP Tasks, by its ARN. */
export const credentials = (connection: Connection): Binding => ({
  value: connection.connectionArn,
  grantTo: (grantee) => {
    allow(grantee, connection.connectionArn, 'events:RetrieveConnectionCredentials');
    const stack = Stack.of(connection);
    // By the connection's name: EventBridge makes a new secret, with another ARN, for a connection that gets new
    // credentials after it was deauthorised, and no deployment follows that would grant it.
    const secret = stack.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `events!connection/${connection.connectionName}/*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    allow(grantee, secret, 'secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret');
    explainWildcard(stack, secret, 'EventBridge chooses the rest of the name.');
  },
});

type FileAction =
  | 'GetObject'
  | 'GetObjectVersion'
  | 'PutObject'
  | 'AbortMultipartUpload'
  | 'ListMultipartUploadParts';

/**
 * A bucket, by its name, with the actions on the files below each prefix. `list` allows looking names up; without it,
 * S3 reports a missing file as one that may not be read.
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
      const below = bucket.arnForObjects(`${prefix}*`);
      allow(grantee, below, ...actions.map((action) => `s3:${action}`));
      explainWildcard(stack, below, 'The names of files are known at run time only.');
    }
    if (list) allow(grantee, bucket.bucketArn, 's3:ListBucket');
  },
});

interface HttpCalls {
  readonly methods: ('GET' | 'POST' | 'DELETE')[];
  /** The URL's path, with its leading slash. A trailing `*` matches an id known only at run time. */
  readonly path: `/${string}`;
}

/** The origin of an API that HTTP Tasks call, with the endpoints that they may call. */
export const callHttp = (origin: string, ...calls: HttpCalls[]): Binding => ({
  value: origin,
  onMachine: (machineArn) =>
    calls.map(({ methods, path }) => {
      // Only the pattern's end is open, so no other host or path can match it.
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

/** Grants actions on one resource. */
export const allow = (grantee: IGrantable, resourceArn: string, ...actions: string[]): void => {
  Grant.addToPrincipal({ grantee, actions, resourceArns: [resourceArn] }).assertSuccess();
};

/** Sending to an encrypted topic or queue needs its key: GenerateDataKey to encrypt, Decrypt to verify the data key. */
const allowKeyUse = (grantee: IGrantable, key: IKey | undefined): void => {
  if (key) allow(grantee, key.keyArn, 'kms:Decrypt', 'kms:GenerateDataKey');
};
