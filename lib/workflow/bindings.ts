/**
 * One declaration for a name and the permission that goes with it: what `${Name}` stands for in a definition, or
 * an environment variable in a function, and what the state machine's or function's role may do there. So the
 * two cannot drift apart. Grants are single actions on single resources.
 */

import { ArnFormat, type Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

export interface Binding {
  readonly value: string;
  /** Absent where a value needs no permission. */
  grantTo?(grantee: IGrantable): void;
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
    allowSealing(grantee, topic.masterKey);
  },
});

/** A queue to send to, by its URL. */
export const send = (queue: Queue): Binding => ({
  value: queue.queueUrl,
  grantTo: (grantee) => {
    allow(grantee, queue.queueArn, 'sqs:SendMessage');
    allowSealing(grantee, queue.encryptionMasterKey);
  },
});

/**
 * A table, by its name, and what is done to its items. Transactions have no action of their own: IAM asks for
 * those of the items in them.
 */
export const items = (table: TableV2, ...actions: ('GetItem' | 'PutItem' | 'UpdateItem')[]): Binding => ({
  value: table.tableName,
  grantTo: (grantee) => allow(grantee, table.tableArn, ...actions.map((action) => `dynamodb:${action}`)),
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

const allow = (grantee: IGrantable, resourceArn: string, ...actions: string[]): void => {
  Grant.addToPrincipal({ grantee, actions, resourceArns: [resourceArn] }).assertSuccess();
};

/** Who puts a message into an encrypted topic or queue needs the key that seals it (and Decrypt to check it). */
const allowSealing = (grantee: IGrantable, key: IKey | undefined): void => {
  if (key) allow(grantee, key.keyArn, 'kms:Decrypt', 'kms:GenerateDataKey');
};
