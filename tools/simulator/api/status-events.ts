// Sends "Step Functions Execution Status Change" to the default event bus when an execution has ended.
import type { ExecutionRecord } from './executions';
import { callMiniStackLocal, type MiniStackOptions } from './ministack';
import { describeExecution } from './operations/describe';

/** The event's `detail` as on AWS: dates in milliseconds, null for absent values. */
function statusChange(record: ExecutionRecord) {
  const described = describeExecution(record);
  return {
    executionArn: described.executionArn,
    stateMachineArn: described.stateMachineArn,
    name: described.name,
    status: described.status,
    startDate: described.startDate.getTime(),
    stopDate: described.stopDate?.getTime() ?? null,
    input: described.input,
    output: described.output ?? null,
    inputDetails: described.inputDetails,
    outputDetails: described.outputDetails ?? null,
    error: described.error ?? null,
    cause: described.cause ?? null,
    redriveCount: described.redriveCount,
    redriveDate: described.redriveDate?.getTime() ?? null,
    redriveStatus: described.redriveStatus,
    redriveStatusReason: described.redriveStatusReason ?? null,
    stateMachineVersionArn: described.stateMachineVersionArn ?? null,
    stateMachineAliasArn: described.stateMachineAliasArn ?? null,
  };
}

/** Sends it through the launcher, since PutEvents refuses sources that begin with `aws.`. */
export async function publishStatusChange(
  ministack: MiniStackOptions,
  record: ExecutionRecord,
): Promise<void> {
  await callMiniStackLocal(ministack, 'events', {
    Entries: [
      {
        Source: 'aws.states',
        DetailType: 'Step Functions Execution Status Change',
        Detail: JSON.stringify(statusChange(record)),
        Resources: [record.execution.arn],
      },
    ],
  });
}
