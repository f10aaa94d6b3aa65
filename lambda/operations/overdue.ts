/**
 * Counts executions that run for longer than theirs should, as a metric: of an execution that hangs, nothing else is heard
 * before its time limit, which is days. Those that wait for a nested execution, such as a review, are not overdue.
 */
import { type ExecutionListItem, ListExecutionsCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { aws } from '../shared/aws';

/** Executions of a state machine that are looked at: 20 pages of 1000, the newest first. */
const MOST_PAGES = 20;

/** The alarm says how many, the log which: so many of a workflow at most. */
const MOST_NAMED = 20;

export interface Watched {
  readonly machine: string;
  /** Since its start, or its last redrive. */
  readonly afterSeconds: number;
  /** State machine for whose executions, named `<its own name>-review-0`, those of this one wait. */
  readonly waitsFor?: string;
}

interface Dependencies {
  readonly sfn: Pick<SFNClient, 'send'>;
  /** By the names of their workflows. */
  readonly watched: Readonly<Record<string, Watched>>;
  readonly now: () => Date;
  /** Of a workflow that has some. */
  readonly report: (workflow: string, count: number, names: readonly string[]) => void;
}

/** How many are overdue, by workflow. */
type Overdue = Record<string, number>;

export const createCountOverdue =
  ({ sfn, watched, now, report }: Dependencies) =>
  async (): Promise<Overdue> => {
    const counts: Overdue = {};
    for (const [workflow, { machine, afterSeconds, waitsFor }] of Object.entries(watched)) {
      const latest = now().getTime() - afterSeconds * 1000;
      const old = (await runningIn(sfn, machine)).filter((execution) => beganAt(execution) <= latest);
      // Asked afterwards, and only if needed: what has begun to wait meanwhile is not overdue either.
      const nested = old.length > 0 && waitsFor ? await runningIn(sfn, waitsFor) : [];
      const waiting = new Set(nested.map(({ name = '' }) => name.replace(/-[a-z]+-\d+$/, '')));
      const names = old.map(({ name = '' }) => name).filter((name) => !waiting.has(name));
      counts[workflow] = names.length;
      if (names.length > 0) report(workflow, names.length, names.slice(-MOST_NAMED));
    }
    return counts;
  };

const beganAt = ({ redriveDate, startDate }: ExecutionListItem): number =>
  (redriveDate ?? startDate)?.getTime() ?? 0;

async function runningIn(
  sfn: Pick<SFNClient, 'send'>,
  stateMachineArn: string,
): Promise<ExecutionListItem[]> {
  const found: ExecutionListItem[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const list = new ListExecutionsCommand({
      stateMachineArn,
      statusFilter: 'RUNNING',
      maxResults: 1000,
      nextToken,
    });
    const listed = await aws(() => sfn.send(list));
    found.push(...(listed.executions ?? []));
    nextToken = listed.nextToken;
    if (nextToken === undefined) break;
  }
  return found;
}
