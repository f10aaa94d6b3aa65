// The operations that this server implements, and those that it passes on to MiniStack.
import type { Operation, Service } from '../service';
import { SendTaskFailure, SendTaskHeartbeat, SendTaskSuccess } from './callbacks';
import { DescribeExecution, DescribeStateMachineForExecution } from './describe';
import { GetExecutionHistory } from './history';
import { ListExecutions } from './list';
import { DescribeMapRun, ListMapRuns } from './map-runs';
import { RedriveExecution, StartExecution, StopExecution } from './start';

export const operations: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    DescribeExecution,
    DescribeMapRun,
    DescribeStateMachineForExecution,
    GetExecutionHistory,
    ListExecutions,
    ListMapRuns,
    RedriveExecution,
    SendTaskFailure,
    SendTaskHeartbeat,
    SendTaskSuccess,
    StartExecution,
    StopExecution,
  }),
);

/** State machines, their versions, aliases and tags: CloudFormation deploys these to MiniStack. */
export const passedOn: ReadonlySet<string> = new Set([
  'CreateStateMachine',
  'CreateStateMachineAlias',
  'DeleteStateMachine',
  'DeleteStateMachineAlias',
  'DeleteStateMachineVersion',
  'DescribeStateMachine',
  'DescribeStateMachineAlias',
  'ListStateMachineAliases',
  'ListStateMachineVersions',
  'ListStateMachines',
  'ListTagsForResource',
  'PublishStateMachineVersion',
  'TagResource',
  'UntagResource',
  'UpdateStateMachine',
  'UpdateStateMachineAlias',
  'ValidateStateMachineDefinition',
]);

/** Calls an operation from a task instead of over HTTP. Undefined if there is no such operation. */
export const operationOf = (
  name: string,
  service: () => Service,
): ((request: Record<string, unknown>) => Promise<Record<string, unknown>>) | undefined => {
  const operate = operations.get(name);
  return operate && (async (request) => ({ ...Object(await operate(request, service())) }));
};
