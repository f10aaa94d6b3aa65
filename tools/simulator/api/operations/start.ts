// StartExecution, StopExecution, RedriveExecution.
import { randomUUID } from 'node:crypto';
import { requireExecutionArn } from '../arns';
import type { ExecutionRecord } from '../executions';
import { ApiError, optionalText, text } from '../protocol';
import type { Operation, Service } from '../service';

/** Starts the machine, version or alias that the ARN names. The default name is random. Throws as StartExecution. */
export async function startExecution(
  { describeStateMachine, executions }: Pick<Service, 'describeStateMachine' | 'executions'>,
  start: { stateMachineArn: string; name: string | undefined; input: string | undefined },
): Promise<ExecutionRecord> {
  const machine = await describeStateMachine(start.stateMachineArn);
  return executions.start(machine, start.name ?? randomUUID(), start.input ?? '{}');
}

export const StartExecution: Operation = async (request, service) => {
  const { execution } = await startExecution(service, {
    stateMachineArn: text(request, 'stateMachineArn', 256),
    name: optionalText(request, 'name'),
    input: optionalText(request, 'input'),
  });
  return { executionArn: execution.arn, startDate: execution.startDate };
};

/** Has no effect on an execution that has ended, so the call can be repeated. */
export const StopExecution: Operation = (request, { executions }) => {
  const { execution } = executions.find(requireExecutionArn(text(request, 'executionArn', 256)));
  const error = optionalText(request, 'error', 256);
  const cause = optionalText(request, 'cause', 32_768);
  if (execution.status === 'RUNNING') execution.stop(error, cause);
  return { stopDate: execution.stopDate };
};

/** A second call with the same `clientToken` returns the response of the first. */
export const RedriveExecution: Operation = (request, { executions }) => {
  const record = executions.find(requireExecutionArn(text(request, 'executionArn', 256)));
  const { execution } = record;
  const clientToken = optionalText(request, 'clientToken', 64);
  if (clientToken === undefined || clientToken !== record.redriveToken) {
    if (record.mapRunArn !== undefined) throw notRedrivable(execution.arn, 'Redrive its parent execution.');
    if (execution.notRedrivable !== undefined) throw notRedrivable(execution.arn, execution.notRedrivable);
    executions.redrive(record);
    if (clientToken !== undefined) record.redriveToken = clientToken;
  }
  return { redriveDate: execution.redriveDate };
};

const notRedrivable = (arn: string, reason: string) =>
  new ApiError('ExecutionNotRedrivable', `Execution '${arn}' cannot be redriven: ${reason}`);
