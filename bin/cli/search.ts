// Finds the executions of a workflow that ran in a period.

import { type ExecutionListItem, ListExecutionsCommand, type SFNClient } from '@aws-sdk/client-sfn';

export const statuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;

export type Status = (typeof statuses)[number];

/** How an execution ends that AWS can redrive. */
export const redrivable = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;

/** AWS redrives for 14 days after an execution has ended. Milliseconds. */
export const REDRIVE_PERIOD = 14 * 86_400_000;

/** Milliseconds from the first start to the last end: 10 days (the longest `TimeoutSeconds`), and 14 until a redrive. */
export const LONGEST_LIFE = 10 * 86_400_000 + REDRIVE_PERIOD;

const PAGE = 1000;
const MOST_PAGES = 10;

export interface Found {
  /** Sorted by start, the newest first. */
  executions: ExecutionListItem[];
  /** False if there are more executions than are read: 10,000 for each workflow and status. */
  isComplete: boolean;
}

/**
 * The executions that were running at `since` or started later. AWS lists executions by start, so the search also
 * reads those that started before `since`, as far back as one of them could still have been running.
 *
 * @param arn of a state machine itself for all of its executions, or of a version for those on it
 */
export async function findExecutions(
  sfn: SFNClient,
  arn: string,
  { status, since }: { status: Status | undefined; since: Date },
): Promise<Found> {
  const executions: ExecutionListItem[] = [];
  const oldest = since.getTime() - LONGEST_LIFE;
  const search = { stateMachineArn: arn, statusFilter: status };
  let nextToken: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await sfn.send(new ListExecutionsCommand({ ...search, maxResults: PAGE, nextToken }));
    const listed = page.executions ?? [];
    executions.push(...listed.filter(({ stopDate }) => stopDate === undefined || stopDate >= since));
    nextToken = page.nextToken;
    const last = listed.at(-1)?.startDate;
    if (nextToken === undefined || (last && last.getTime() < oldest)) return { executions, isComplete: true };
  }
  return { executions, isComplete: false };
}
