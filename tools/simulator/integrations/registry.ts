// All service integrations, by Resource.
import { parseJson } from '../long-integers';
import type { TaskCall } from '../types';
import { awsSdk } from './aws-sdk';
import { awsSdkDynamoDb } from './aws-sdk-dynamodb';
import { awsSdkSfn } from './aws-sdk-sfn';
import { deleteItem, getItem, putItem, updateItem } from './dynamodb';
import { putEvents } from './events';
import { notRecognized } from './failure';
import { httpInvoke } from './http';
import { invokeFunction, lambdaInvoke } from './lambda';
import { s3GetObject, s3ListObjects, s3PutObject } from './s3';
import { snsPublish } from './sns';
import { sqsSendMessage } from './sqs';
import { startExecution, startExecutionSync } from './step-functions';
import type { IntegrationContext, Integrations } from './types';

export const builtInIntegrations: Integrations = {
  'aws-sdk:cloudformation:*': awsSdk('cloudformation'),
  'aws-sdk:dynamodb:*': awsSdkDynamoDb,
  'aws-sdk:iam:*': awsSdk('iam'),
  'aws-sdk:kms:*': awsSdk('kms'),
  'aws-sdk:lambda:*': awsSdk('lambda'),
  'aws-sdk:s3:*': awsSdk('s3'),
  'aws-sdk:secretsmanager:*': awsSdk('secretsmanager'),
  'aws-sdk:sesv2:*': awsSdk('sesv2'),
  'aws-sdk:sfn:*': awsSdkSfn,
  'aws-sdk:sns:*': awsSdk('sns'),
  'aws-sdk:sqs:*': awsSdk('sqs'),
  'aws-sdk:sts:*': awsSdk('sts'),
  'dynamodb:deleteItem': deleteItem,
  'dynamodb:getItem': getItem,
  'dynamodb:putItem': putItem,
  'dynamodb:updateItem': updateItem,
  'events:putEvents': putEvents,
  'http:invoke': httpInvoke,
  'lambda:function': invokeFunction,
  'lambda:invoke': lambdaInvoke,
  's3:getObject': s3GetObject,
  's3:listObjectsV2': s3ListObjects,
  's3:putObject': s3PutObject,
  'sns:publish': snsPublish,
  'sqs:sendMessage': sqsSendMessage,
  'states:startExecution': startExecution,
  'states:startExecution.sync': startExecutionSync((text) => text),
  'states:startExecution.sync:2': startExecutionSync(parseJson),
};

const CALLBACK = '.waitForTaskToken';

/** Runs the integration that a task's Resource names. An unknown one fails the task, uncatchably. */
export async function answerTask(
  integrations: Integrations,
  call: TaskCall,
  context: IntegrationContext,
): Promise<unknown> {
  const key = keyOf(call.resource);
  const run = integrations[key] ?? integrations[key.replace(/:[^:]+$/, ':*')];
  if (!run) throw notRecognized(call.resource);
  const { taskToken } = call;
  if (taskToken === undefined) return run(call, context);
  return context.answerByToken(call, taskToken, async () => {
    const answer = await run(call, context);
    if (!call.resource.endsWith(CALLBACK)) return answer;
    call.submitted(answer);
    return new Promise(() => {});
  });
}

function keyOf(resource: string): string {
  if (/^arn:[^:]+:lambda:/.test(resource)) return 'lambda:function';
  const name = resource.replace(/^arn:[^:]+:states:[^:]*:[^:]*:/, '');
  return name.endsWith(CALLBACK) ? name.slice(0, -CALLBACK.length) : name;
}
