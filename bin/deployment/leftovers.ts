// What a stage's stacks leave behind when they are deleted: tables that onboarding made, one for each customer, and
// buckets, which CloudFormation does not delete while there is something in them.

import {
  DeleteTableCommand,
  paginateListTables,
  UpdateTableCommand,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  ListObjectVersionsCommand,
  paginateListBuckets,
} from '@aws-sdk/client-s3';
import { paginateListExecutions } from '@aws-sdk/client-sfn';
import { appName, stackName } from '../../contracts/stacks';
import type { StageName } from '../../lib/stages';
import { listResources } from '../cli/stacks';
import { stackNamed } from './account';
import type { Aws } from './aws';
import { failureOf } from './finding';

export interface Leftovers {
  readonly buckets: readonly string[];
  readonly tenantTables: readonly string[];
}

/** The ARNs of a stack's machines. None when there is no such stack. */
async function machinesOf(aws: Pick<Aws, 'cloudFormation'>, stack: string): Promise<string[]> {
  if ((await stackNamed(aws, stack)).length === 0) return [];
  const resources = await listResources(aws.cloudFormation, stack);
  return resources
    .filter(({ type }) => type === 'AWS::StepFunctions::StateMachine')
    .map(({ physicalId }) => physicalId);
}

/** How many executions of the stacks' machines run; deleting a machine ends each of them half-way. */
export async function runningExecutions(aws: Aws, stacks: readonly string[]): Promise<number> {
  let count = 0;
  for (const stack of stacks) {
    for (const stateMachineArn of await machinesOf(aws, stack)) {
      for await (const { executions = [] } of paginateListExecutions(
        { client: aws.sfn },
        { stateMachineArn, statusFilter: 'RUNNING' },
      )) {
        count += executions.length;
      }
    }
  }
  return count;
}

/** Found by their names and tags, so that they are found also when the stacks are gone already. */
export async function findLeftovers(aws: Pick<Aws, 'dynamodb' | 's3'>, stage: StageName): Promise<Leftovers> {
  const [buckets, tenantTables] = await Promise.all([bucketsOf(aws, stage), tenantTablesOf(aws, stage)]);
  return { buckets, tenantTables };
}

/** CloudFormation names a bucket after its stack, and tags it as the stack is tagged. */
async function bucketsOf({ s3 }: Pick<Aws, 's3'>, stage: StageName): Promise<string[]> {
  const found: string[] = [];
  for await (const { Buckets = [] } of paginateListBuckets(
    { client: s3 },
    { Prefix: stackName(stage, '').toLowerCase() },
  )) {
    for (const { Name: Bucket = '' } of Buckets) {
      const tags = await tagsOf(s3, Bucket);
      if (tags.get('app') === appName && tags.get('stage') === stage) found.push(Bucket);
    }
  }
  return found;
}

async function tagsOf(s3: Aws['s3'], bucket: string): Promise<Map<string | undefined, string | undefined>> {
  try {
    const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket: bucket }));
    return new Map(TagSet.map(({ Key, Value }) => [Key, Value]));
  } catch (error) {
    if (failureOf(error).name === 'NoSuchTagSet') return new Map();
    throw error;
  }
}

async function tenantTablesOf({ dynamodb }: Pick<Aws, 'dynamodb'>, stage: StageName): Promise<string[]> {
  const prefix = `${stage}-tenant-`;
  const found: string[] = [];
  for await (const { TableNames = [] } of paginateListTables(
    { client: dynamodb },
    { ExclusiveStartTableName: prefix },
  )) {
    found.push(...TableNames.filter((name) => name.startsWith(prefix)));
    // Names come in order.
    if (TableNames.some((name) => name > `${prefix}\uffff`)) break;
  }
  return found;
}

/** Empties and deletes it; does nothing when it is gone already. */
export async function deleteBucket({ s3 }: Pick<Aws, 's3'>, bucket: string): Promise<void> {
  try {
    for (;;) {
      // Always the first page: what it lists is deleted.
      const { Versions = [], DeleteMarkers = [] } = await s3.send(
        new ListObjectVersionsCommand({ Bucket: bucket }),
      );
      const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
      if (Objects.length === 0) break;
      const { Errors = [] } = await s3.send(
        new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
      );
      const [first] = Errors;
      if (first) throw new Error(`${bucket}: ${first.Key} was not deleted: ${first.Message}`);
    }
    await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (failureOf(error).name !== 'NoSuchBucket') throw error;
  }
}

/** Also one that is protected from deletion; does nothing when it is gone already. */
export async function deleteTable({ dynamodb }: Pick<Aws, 'dynamodb'>, table: string): Promise<void> {
  const remove = () => dynamodb.send(new DeleteTableCommand({ TableName: table }));
  try {
    await remove().catch(async (error) => {
      if (!/deletion protection/i.test(failureOf(error).message)) throw error;
      await dynamodb.send(new UpdateTableCommand({ TableName: table, DeletionProtectionEnabled: false }));
      await remove();
    });
    await waitUntilTableNotExists({ client: dynamodb, maxWaitTime: 120 }, { TableName: table });
  } catch (error) {
    if (failureOf(error).name !== 'ResourceNotFoundException') throw error;
  }
}
