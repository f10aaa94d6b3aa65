// What is left of an execution in the local cloud: what its tables, its buckets and the double of Stripe hold of it now.

import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { Cloud } from '../../bin/cli/cloud';
import { CliError } from '../../bin/cli/errors';
import { type ExecutionId, explainingMissing } from '../../bin/cli/executions';
import { parsed, record } from '../../bin/history/json';
import { executionIdentity } from '../../contracts/identity';
import { type WorkflowName, workflowOf } from '../../contracts/workflows';
import type { ShownRecord } from '../model';
import { filesIn } from './files';
import { recordsOfSignup } from './onboarding';
import { type Owner, recordsOfOrder } from './order';

type Reader = (cloud: Cloud, owner: Owner) => Promise<ShownRecord[]>;

const readers: Record<WorkflowName, Reader> = {
  order: recordsOfOrder,
  onboarding: recordsOfSignup,
  import: (cloud, { name }) =>
    filesIn(cloud, ['OrderProcessing', 'BulkOrdersBucketName'], [`checked/${name}/`, `results/${name}/`]),
  reconcile: (cloud, { identity }) =>
    filesIn(cloud, ['Reconciliation', 'BucketName'], [`reports/${identity}/`]),
};

/** @throws CliError for a real account: there they are other people's data, which not every reader may read */
export async function recordsOf(cloud: Cloud, id: ExecutionId): Promise<ShownRecord[]> {
  if (cloud.stage !== 'local') throw new CliError('Records are shown of the local cloud only.', 2);
  // Not from its history, whose first event may be of a millisecond later than the start by which records know it.
  const { startDate = new Date(0), input } = await explainingMissing(cloud, id, () =>
    cloud.sfn.send(new DescribeExecutionCommand({ executionArn: id.arn })),
  );
  const { name } = id;
  const workflow = workflowOf(name);
  const owner = { name, identity: executionIdentity(name, startDate), input: record(parsed(input)) };
  // A review's records are those of its order's execution.
  if (!workflow || 'execution' in owner.input) return [];
  return readers[workflow](cloud, owner);
}
