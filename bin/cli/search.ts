// Which executions of a workflow ran in a period.

import { type ExecutionListItem, ListExecutionsCommand, type SFNClient } from '@aws-sdk/client-sfn';

export const statuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;

export type Status = (typeof statuses)[number];

/** An execution runs for up to 5 days (the longest `TimeoutSeconds`), and a redrive may come up to 14 days later. */
const LONGEST_LIFE = 19 * 86_400_000;

const PAGE = 1000;
const MOST_PAGES = 10;

export interface Found {
  /** The newest first, by start. */
  executions: ExecutionListItem[];
  /** False when there are more executions than are read: 10,000 for each workflow and status. */
  isComplete: boolean;
}

/**
 * The executions that were running or ended after `since`. AWS lists them by their start, and one that started long
 * before `since` may have ended after it: so the search goes on as far back as an execution can live.
 */
export async function findExecutions(
  sfn: SFNClient,
  stateMachineArn: string,
  { status, since }: { status: Status | undefined; since: Date },
): Promise<Found> {
  const executions: ExecutionListItem[] = [];
  const oldest = since.getTime() - LONGEST_LIFE;
  let nextToken: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: status, maxResults: PAGE, nextToken }),
    );
    const listed = page.executions ?? [];
    executions.push(...listed.filter(({ stopDate }) => stopDate === undefined || stopDate >= since));
    nextToken = page.nextToken;
    const last = listed.at(-1)?.startDate;
    if (nextToken === undefined || (last && last.getTime() < oldest)) return { executions, isComplete: true };
  }
  return { executions, isComplete: false };
}
