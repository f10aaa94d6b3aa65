// ListMapRuns and DescribeMapRun: the runs of a Distributed Map.
import { requireExecutionArn } from '../arns';
import { page } from '../paging';
import { pageSize, text } from '../protocol';
import type { Operation } from '../service';

export const ListMapRuns: Operation = (request, { executions }) => {
  const arn = requireExecutionArn(text(request, 'executionArn', 256));
  const { execution, machine } = executions.find(arn);
  const runs = execution.mapRuns.map((run, index) => ({ run, position: index + 1 }));
  const { page: found, nextToken } = page(runs, {
    request,
    question: `map runs ${arn}`,
    size: pageSize(request),
    position: ({ position }) => position,
  });
  const mapRuns = found.map(({ run }) => ({
    executionArn: arn,
    mapRunArn: run.mapRunArn,
    stateMachineArn: machine.arn,
    startDate: run.startDate,
    stopDate: run.stopDate,
  }));
  return { mapRuns, nextToken };
};

export const DescribeMapRun: Operation = (request, { executions }) => {
  const { run, parent } = executions.findMapRun(text(request, 'mapRunArn', 2000));
  return {
    mapRunArn: run.mapRunArn,
    executionArn: parent.execution.arn,
    status: run.status,
    startDate: run.startDate,
    stopDate: run.stopDate,
    maxConcurrency: run.maxConcurrency,
    toleratedFailurePercentage: run.toleratedFailurePercentage,
    toleratedFailureCount: run.toleratedFailureCount,
    itemCounts: run.itemCounts,
    executionCounts: run.executionCounts,
    redriveCount: run.redriveCount,
    redriveDate: run.redriveCount > 0 ? parent.execution.redriveDate : undefined,
  };
};
