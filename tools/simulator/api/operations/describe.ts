// DescribeExecution and DescribeStateMachineForExecution.
import { toJson } from '../../long-integers';
import { requireExecutionArn } from '../arns';
import type { ExecutionRecord } from '../executions';
import { text } from '../protocol';
import type { Operation } from '../service';

/** An execution's item in ListExecutions. */
export const executionItem = ({ execution, machine, mapRunArn }: ExecutionRecord) => ({
  executionArn: execution.arn,
  stateMachineArn: machine.arn,
  name: execution.name,
  status: execution.status,
  startDate: execution.startDate,
  stopDate: execution.stopDate,
  mapRunArn,
  stateMachineVersionArn: machine.versionArn,
  stateMachineAliasArn: machine.aliasArn,
  redriveCount: execution.redriveCount,
  redriveDate: execution.redriveDate,
});

/** The response of DescribeExecution, from which a parent workflow also takes its child's result. */
export function describeExecution(record: ExecutionRecord) {
  const { execution, inputText, mapRunArn } = record;
  const { result } = execution;
  const succeeded = result?.status === 'SUCCEEDED';
  return {
    ...executionItem(record),
    input: inputText,
    inputDetails: { included: true },
    output: succeeded ? toJson(result.output) : undefined,
    outputDetails: succeeded ? { included: true } : undefined,
    error: result?.error,
    cause: result?.cause,
    ...redriveStatus(execution.notRedrivable, mapRunArn),
  };
}

/** A Map Run's child cannot be redriven itself; redriving its parent does it. */
function redriveStatus(notRedrivable: string | undefined, mapRunArn: string | undefined) {
  if (notRedrivable !== undefined) {
    return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: notRedrivable };
  }
  return { redriveStatus: mapRunArn === undefined ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN' };
}

export const DescribeExecution: Operation = (request, { executions }) =>
  describeExecution(executions.find(requireExecutionArn(text(request, 'executionArn', 256))));

export const DescribeStateMachineForExecution: Operation = (request, { executions }) => {
  const { machine, mapRunArn } = executions.find(requireExecutionArn(text(request, 'executionArn', 256)));
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    definition: machine.definition,
    roleArn: machine.roleArn,
    updateDate: machine.updateDate,
    revisionId: machine.revisionId,
    mapRunArn,
  };
};
