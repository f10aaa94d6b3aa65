// Chooses the cloud that a command talks to, and finds the stacks' resources in it.

import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { STSClient } from '@aws-sdk/client-sts';
import type { StackName } from '../../contracts/workflows';
import type { StageName } from '../../lib/stages';
import { adoptEnvironment, localEnvironment } from '../local-cloud/environment';
import { findRunningCloud } from '../local-cloud/running';
import { CliError } from './errors';
import { type StackResource, type Stacks, stacksOf } from './stacks';

export interface Cloud extends Stacks {
  readonly stage: StageName;
  /** Names the cloud in messages. */
  readonly place: string;
  readonly sfn: SFNClient;
  /** Few commands need these, so each is loaded when it is first used. */
  readonly clients: {
    dynamodb(): Promise<DynamoDBClient>;
    events(): Promise<EventBridgeClient>;
    kms(): Promise<KMSClient>;
    /** For all of Lambda but calling a function. */
    functions(): Promise<LambdaClient>;
    /** For calling functions. */
    lambda(): Promise<LambdaClient>;
    logs(): Promise<CloudWatchLogsClient>;
    s3(): Promise<S3Client>;
    secrets(): Promise<SecretsManagerClient>;
    sts(): Promise<STSClient>;
  };
  /** The log groups of a stack's functions. @throws CliError when the stack is not there */
  functionLogs(stack: StackName): Promise<FunctionLogs[]>;
}

export interface FunctionLogs {
  /** The function's construct id: `ChargeCard`. */
  readonly function: string;
  /** As deployed; absent when the stack has the log group only. */
  readonly name?: string;
  readonly logGroup: string;
}

/** A person waits, so a call has at most 5 tries, each of 2 s to connect and 10 s to answer. */
const clientTimeouts = {
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

/**
 * Connects to the local cloud when one runs here and no other stage is asked for, else to AWS as the environment says.
 *
 * @throws CliError when the stage is `local` and no local cloud runs
 */
export async function connect(stage: StageName | undefined): Promise<Cloud> {
  const running = stage === undefined || stage === 'local' ? await findRunningCloud() : undefined;
  if (running) {
    // From here on this process cannot reach a real account, whatever the user's configuration says.
    adoptEnvironment(localEnvironment(running.endpoints, process.env));
    return cloudAt('local', `the local cloud at ${running.endpoints.aws}`);
  }
  if (stage === 'local')
    throw new CliError('No local cloud is running. Start it in another terminal: npm start');
  return cloudAt(stage ?? 'dev', `stage ${stage ?? 'dev'} on AWS`);
}

/** The stage, wherever the environment leads. @param place names it in messages */
export function cloudAt(stage: StageName, place: string): Cloud {
  const stacks = stacksOf(new CloudFormationClient(clientTimeouts), stage);
  return {
    ...stacks,
    stage,
    place,
    sfn: new SFNClient(clientTimeouts),
    clients: {
      dynamodb: async () => new (await import('@aws-sdk/client-dynamodb')).DynamoDBClient(clientTimeouts),
      events: async () => new (await import('@aws-sdk/client-eventbridge')).EventBridgeClient(clientTimeouts),
      functions: async () => new (await import('@aws-sdk/client-lambda')).LambdaClient(clientTimeouts),
      kms: async () => new (await import('@aws-sdk/client-kms')).KMSClient(clientTimeouts),
      // One try, as long as the longest function runs: no function may be called twice at once.
      lambda: async () =>
        new (await import('@aws-sdk/client-lambda')).LambdaClient({
          maxAttempts: 1,
          requestHandler: { connectionTimeout: 2_000, requestTimeout: 80_000, throwOnRequestTimeout: true },
        }),
      logs: async () =>
        new (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogsClient(clientTimeouts),
      // The local cloud gives buckets no host names of their own.
      s3: async () =>
        new (await import('@aws-sdk/client-s3')).S3Client({
          ...clientTimeouts,
          forcePathStyle: stage === 'local',
        }),
      secrets: async () =>
        new (await import('@aws-sdk/client-secrets-manager')).SecretsManagerClient(clientTimeouts),
      sts: async () => new (await import('@aws-sdk/client-sts')).STSClient(clientTimeouts),
    },
    functionLogs: async (stack) => logsIn(await stacks.resources(stack)),
  };
}

/** State machines' log groups have fixed names (`/aws/vendedlogs/…`), functions' are named by CloudFormation. */
function logsIn(resources: readonly StackResource[]): FunctionLogs[] {
  const of = (type: string) => resources.filter((each) => each.type === type);
  const names = new Map(
    of('AWS::Lambda::Function').map(({ id, physicalId }) => [constructOf(id), physicalId] as const),
  );
  return of('AWS::Logs::LogGroup')
    .filter(({ physicalId }) => !physicalId.startsWith('/aws/vendedlogs/'))
    .map(({ id, physicalId: logGroup }) => {
      const construct = constructOf(id).replace(/Logs$/, '');
      const name = names.get(construct);
      return { function: construct, logGroup, ...(name !== undefined && { name }) };
    });
}

/** `ChargeCard` of `ChargeCard3ED9622A`. */
const constructOf = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');
