// ListExecutions: newest first, of one state machine (or its version or alias) or of one Map Run.
import { parseStateMachineArn } from '../arns';
import { page } from '../paging';
import { ApiError, optionalChoice, optionalText, pageSize, type Request } from '../protocol';
import type { Operation, Service } from '../service';
import { executionItem } from './describe';

const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'] as const;
const REDRIVES = ['REDRIVEN', 'NOT_REDRIVEN'] as const;

export const ListExecutions: Operation = async (request, service) => {
  const status = optionalChoice(request, 'statusFilter', STATUSES);
  const redrive = optionalChoice(request, 'redriveFilter', REDRIVES);
  const { question, records } = await candidates(request, service);
  const wanted = records
    .filter(({ execution }) => status === undefined || execution.status === status)
    .filter(
      ({ execution }) => redrive === undefined || execution.redriveCount > 0 === (redrive === 'REDRIVEN'),
    )
    .toReversed();
  const { page: found, nextToken } = page(wanted, {
    request,
    question: `list ${question} ${status} ${redrive}`,
    size: pageSize(request),
    position: ({ sequence }) => -sequence,
  });
  // The child of a Map Run has the number of its items in a list, and nowhere else.
  return {
    executions: found.map((each) => ({ ...executionItem(each), itemCount: each.itemCount })),
    nextToken,
  };
};

async function candidates(request: Request, { executions, describeStateMachine }: Service) {
  const stateMachineArn = optionalText(request, 'stateMachineArn', 256);
  const mapRunArn = optionalText(request, 'mapRunArn', 2000);
  if ((stateMachineArn === undefined) === (mapRunArn === undefined)) {
    throw new ApiError('ValidationException', 'Specify either a stateMachineArn or a mapRunArn.');
  }
  if (mapRunArn !== undefined) {
    return { question: mapRunArn, records: executions.childrenOf(executions.findMapRun(mapRunArn)) };
  }
  const requested = stateMachineArn ?? '';
  const { arn, qualifier } = parseStateMachineArn(requested);
  await describeStateMachine(requested);
  const records = executions
    .all()
    .filter(({ machine }) => machine.arn === arn)
    .filter(({ machine }) => !qualifier || [machine.versionArn, machine.aliasArn].includes(requested));
  return { question: requested, records };
}
