// Tells the emulator what Step Functions writes of an execution when it has ended: its metrics, and its machine's log.
// (AWS writes while it runs.)

import { logEvent } from '../log-event';
import type { ExecutionResult } from '../types';
import type { ExecutionRecord } from './executions';
import { callMiniStackLocal, type MiniStackOptions } from './ministack';

/** The metric that counts executions which ended so. */
const counted: Record<ExecutionResult['status'], string> = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

/** For all executions of the machine together, and for those of its version and its alias. */
function dimensionsOf({ machine: { arn, versionArn, aliasArn } }: ExecutionRecord) {
  const qualifier = (of: string | undefined, name: string) =>
    of === undefined ? [] : [{ StateMachineArn: arn, [name]: of.split(':').at(-1) }];
  return [{ StateMachineArn: arn }, ...qualifier(versionArn, 'Version'), ...qualifier(aliasArn, 'Alias')];
}

/** @param from the first event that has not been written: not 0 after a redrive */
export async function publishObserved(
  ministack: MiniStackOptions,
  record: ExecutionRecord,
  from: number,
): Promise<void> {
  const { execution, machine } = record;
  const { status, startDate, stopDate = startDate, redriveCount } = execution;
  if (status === 'RUNNING') return;
  const values = [
    { name: 'ExecutionsStarted', value: 1, at: startDate },
    { name: counted[status], value: 1, at: stopDate },
    { name: 'ExecutionTime', value: stopDate.getTime() - startDate.getTime(), at: stopDate },
  ];
  const { log } = machine;
  await callMiniStackLocal(ministack, 'observed', {
    // AWS counts what happens after a redrive in metrics of its own.
    metrics:
      from > 0
        ? []
        : dimensionsOf(record).flatMap((dimensions) => values.map((each) => ({ ...each, dimensions }))),
    ...(log && {
      logGroup: log.group,
      events: execution.events
        .slice(from)
        .map((event) => logEvent(event, { arn: execution.arn, redriveCount }, log)),
    }),
  });
}
