// Chooses the cloud that a command talks to, and finds the stacks' resources in it.

import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { STSClient } from '@aws-sdk/client-sts';
import { stackName } from '../../contracts/stacks';
import type { StackName } from '../../contracts/workflows';
import type { StageName } from '../../lib/stages';
import { adoptEnvironment, localEnvironment } from '../local-cloud/environment';
import { findRunningCloud } from '../local-cloud/running';
import { CliError } from './errors';

export interface Cloud {
  readonly stage: StageName;
  /** Names the cloud in messages. */
  readonly place: string;
  readonly sfn: SFNClient;
  /** Few commands need these, so each is loaded when it is first used. */
  readonly clients: {
    dynamodb(): Promise<DynamoDBClient>;
    kms(): Promise<KMSClient>;
    lambda(): Promise<LambdaClient>;
    logs(): Promise<CloudWatchLogsClient>;
    s3(): Promise<S3Client>;
    sts(): Promise<STSClient>;
  };
  /** The value of a stack's output. @throws CliError when the stack or the output is not there */
  output(stack: StackName, name: string): Promise<string>;
  /** The log groups of a stack's functions. @throws CliError when the stack is not there */
  functionLogs(stack: StackName): Promise<FunctionLogs[]>;
}

export interface FunctionLogs {
  /** The function's construct id: `ChargeCard`. */
  readonly function: string;
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

function cloudAt(stage: StageName, place: string): Cloud {
  const cloudFormation = new CloudFormationClient(clientTimeouts);
  const stacks = new Map<string, Promise<Map<string, string>>>();
  const outputsOf = (name: string) => {
    const outputs = stacks.get(name) ?? readOutputs(cloudFormation, name, stage);
    stacks.set(name, outputs);
    return outputs;
  };

  return {
    stage,
    place,
    sfn: new SFNClient(clientTimeouts),
    clients: {
      dynamodb: async () => new (await import('@aws-sdk/client-dynamodb')).DynamoDBClient(clientTimeouts),
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
      sts: async () => new (await import('@aws-sdk/client-sts')).STSClient(clientTimeouts),
    },
    output: async (stack, name) => {
      const value = (await outputsOf(stackName(stage, stack))).get(name);
      if (value === undefined) {
        throw new CliError(
          `The stack ${stackName(stage, stack)} has no output ${name}: deploy its present version first.`,
        );
      }
      return value;
    },
    functionLogs: (stack) =>
      explainingAbsence(stackName(stage, stack), stage, () =>
        readFunctionLogs(cloudFormation, stackName(stage, stack)),
      ),
  };
}

/** State machines' log groups have fixed names (`/aws/vendedlogs/…`), functions' are named by CloudFormation. */
async function readFunctionLogs(client: CloudFormationClient, stack: string): Promise<FunctionLogs[]> {
  const groups: FunctionLogs[] = [];
  for await (const { StackResourceSummaries: page = [] } of paginateListStackResources(
    { client },
    { StackName: stack },
  )) {
    for (const { ResourceType: type, LogicalResourceId: id = '', PhysicalResourceId: name } of page) {
      if (type !== 'AWS::Logs::LogGroup' || !name || name.startsWith('/aws/vendedlogs/')) continue;
      groups.push({ function: id.replace(/Logs[0-9A-F]{8}$/, ''), logGroup: name });
    }
  }
  return groups;
}

const readOutputs = (client: CloudFormationClient, stack: string, stage: StageName) =>
  explainingAbsence(stack, stage, async () => {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    return new Map(
      Stacks[0]?.Outputs?.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue] as const),
    );
  });

/** Runs a call about a stack. @throws CliError that says how to deploy the stack when it does not exist */
async function explainingAbsence<T>(stack: string, stage: StageName, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) {
      const deploy = stage === 'local' ? 'npm start' : `npm run deploy -- -c stage=${stage}`;
      throw new CliError(`There is no stack ${stack} here. Deploy it first: ${deploy}`);
    }
    throw error;
  }
}
