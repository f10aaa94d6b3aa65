// Reads a run of a distributed Map: its counts, its batches, and the orders of one batch.

import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  type ExecutionListItem,
  ListExecutionsCommand,
  type MapRunExecutionCounts,
  type MapRunItemCounts,
} from '@aws-sdk/client-sfn';
import type { Cloud } from '../bin/cli/cloud';
import { failureOf, sentence } from '../bin/history/failure';
import { parsed, record } from '../bin/history/json';
import type { Timeline, Visit } from '../bin/history/timeline';
import { orderRow, unreportedRows } from './import-results';
import type { BatchRow, MapRun, RunCounts, ShownBatch } from './model';

/** Of the whole run: a page of ListExecutions has at most 1000, and the largest import 10,000 batches. */
const MOST_PAGES = 10;

/** ARNs of the runs of all distributed Maps, in order. */
export const mapRunsOf = ({ visits }: Pick<Timeline, 'visits'>): string[] => visits.flatMap(runsOf);

const runsOf = ({ mapRuns = [], branches }: Visit): string[] => [
  ...mapRuns,
  ...branches.flat().flatMap(runsOf),
];

export async function readMapRun(cloud: Cloud, arn: string): Promise<MapRun> {
  const found = await cloud.sfn.send(new DescribeMapRunCommand({ mapRunArn: arn }));
  return {
    arn,
    executionArn: found.executionArn ?? '',
    // `…:mapRun:<state machine>/<label>:<id>`
    state: arn.split(':').at(-2)?.split('/').at(-1) ?? '',
    status: found.status ?? '',
    startedAt: found.startDate?.getTime() ?? 0,
    ...(found.stopDate && { endedAt: found.stopDate.getTime() }),
    batches: countsOf(found.executionCounts),
    orders: countsOf(found.itemCounts),
  };
}

function countsOf(counts: MapRunExecutionCounts | MapRunItemCounts | undefined): RunCounts {
  const { pending = 0, running = 0, succeeded = 0, failed = 0, timedOut = 0, aborted = 0 } = counts ?? {};
  return { pending, running, succeeded, failed: failed + timedOut + aborted };
}

/** The batches of a run that have started, the newest first. */
export async function readBatches(cloud: Cloud, mapRunArn: string): Promise<BatchRow[]> {
  const batches: BatchRow[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await cloud.sfn.send(
      new ListExecutionsCommand({ mapRunArn, maxResults: 1000, nextToken }),
    );
    batches.push(...(answer.executions ?? []).map(batchOf));
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return batches;
}

const batchOf = (item: ExecutionListItem): BatchRow => ({
  arn: item.executionArn ?? '',
  name: item.name ?? '',
  kind: item.status ?? '',
  startedAt: item.startDate?.getTime() ?? 0,
  ...(item.stopDate && { endedAt: item.stopDate.getTime() }),
  ...(item.itemCount !== undefined && { orders: item.itemCount }),
  why: '',
});

/** AWS describes an Express execution when a Map Run has started it; a history it has of none. */
export async function readBatch(cloud: Cloud, arn: string): Promise<ShownBatch> {
  const {
    status = '',
    input,
    output,
    error,
    cause,
  } = await cloud.sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
  const why = error === undefined ? '' : sentence(failureOf({ error, cause }));
  const results = parsed(output);
  if (Array.isArray(results)) return { why, orders: results.map(orderRow) };
  const kind = status === 'RUNNING' ? 'BATCH_RUNNING' : 'BATCH_FAILED';
  return { why, orders: unreportedRows(record(parsed(input)), kind, why) };
}
