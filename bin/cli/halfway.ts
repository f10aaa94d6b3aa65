// Finds executions that stopped half-way, neither completed nor undone: they may still hold money or stock.

import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { machineArn } from '../../contracts/names';
import { type WorkflowName, workflowNames } from '../../contracts/workflows';
import { record } from '../history/json';
import { type Verdict, verdictOf } from '../history/verdict';
import { inBatches } from './batches';
import type { Cloud } from './cloud';
import { readTimeline, stateMachineArn } from './executions';
import { findExecutions, REDRIVE_PERIOD, redrivable } from './search';

export interface HalfWay {
  readonly workflow: WorkflowName;
  readonly name: string;
  readonly arn: string;
  /** The state at which it stopped, or several in parallel branches. */
  readonly states: readonly string[];
  readonly error: string;
  readonly stoppedAt: Date;
  /** The amount of an order, in minor units; absent for other workflows. */
  readonly amount?: { readonly value: number; readonly currency: string };
  /** The end of the time for a redrive; absent when a redrive is not possible. */
  readonly redriveUntil?: Date;
}

/** Concurrent calls of DescribeExecution and GetExecutionHistory, few enough not to be throttled. */
const atOnce = 10;

export interface Search {
  readonly workflow?: WorkflowName | undefined;
  /** Finds only executions that ended since then. */
  readonly since: Date;
  /** Finds only executions that stopped at this state. */
  readonly failedAt?: string | undefined;
}

/** Sorted by end, the oldest first: it has the least time for a redrive. `isComplete` is false if too many were listed. */
export async function findHalfWay(
  cloud: Cloud,
  { workflow, since, failedAt }: Search,
): Promise<{ found: HalfWay[]; isComplete: boolean }> {
  const names = workflow ? [workflow] : workflowNames;
  const found: HalfWay[] = [];
  let isComplete = true;
  for (const name of names) {
    const machine = machineArn(await stateMachineArn(cloud, name));
    for (const status of redrivable) {
      const search = await findExecutions(cloud.sfn, machine, { status, since });
      isComplete &&= search.isComplete;
      const looked = await inBatches(search.executions, atOnce, ({ executionArn = '' }) =>
        readEnded(cloud, name, executionArn),
      );
      found.push(
        ...looked.flatMap(({ execution, verdict }) => (verdict.todo === 'redrive' ? [execution] : [])),
      );
    }
  }
  const wanted = found.filter(({ states }) => failedAt === undefined || states.includes(failedAt));
  return { found: wanted.sort((a, b) => Number(a.stoppedAt) - Number(b.stoppedAt)), isComplete };
}

/** Reads an execution that ended otherwise than SUCCEEDED: it is half-way only if its verdict is to redrive it. */
export async function readEnded(
  cloud: Cloud,
  workflow: WorkflowName,
  arn: string,
): Promise<{ readonly execution: HalfWay; readonly verdict: Verdict }> {
  const described = await cloud.sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
  const name = described.name ?? '';
  const timeline = await readTimeline(cloud, { name, arn });
  const verdict = verdictOf(timeline);
  const stoppedAt = described.stopDate ?? new Date();
  const until = new Date(stoppedAt.getTime() + REDRIVE_PERIOD);
  const execution = {
    workflow,
    name,
    arn,
    states: verdict.at,
    error: described.error ?? described.status ?? '',
    stoppedAt,
    ...amountOf(timeline.input),
    ...(described.redriveStatus === 'NOT_REDRIVABLE' || until < new Date() ? {} : { redriveUntil: until }),
  };
  return { execution, verdict };
}

function amountOf(input: unknown): Pick<HalfWay, 'amount'> {
  const { items, currency } = record(input);
  if (!Array.isArray(items) || typeof currency !== 'string') return {};
  const value = items.reduce((sum, item) => {
    const { quantity, unitPrice } = record(item);
    return sum + Number(quantity) * Number(unitPrice);
  }, 0);
  return Number.isFinite(value) ? { amount: { value, currency } } : {};
}
