// Counts the executions that still need a version: those that run on it, and those that may be redriven on it.

import { type ExecutionListItem, ListExecutionsCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { findExecutions, REDRIVE_PERIOD, redrivable } from '../cli/search';

export interface Usage {
  readonly running: number;
  /** Ended otherwise than SUCCEEDED within 14 days: undone or half-way, a redrive of each would go on with it. */
  readonly redrivable: number;
}

export interface MachineUsage {
  /** @param version its ARN */
  of(version: string): Usage;
  /** What runs or may be redriven and is on none of these versions: started past the alias, or on one that is gone. */
  outside(versions: readonly string[]): number;
  /** False when there are more executions than are read. */
  readonly isComplete: boolean;
}

/** Of all versions of a machine at once: one list for each status. @param machine without version or alias */
export async function readUsage(sfn: SFNClient, machine: string, now: Date): Promise<MachineUsage> {
  const running = await findExecutions(sfn, machine, { status: 'RUNNING', since: now });
  const ended = await findRedrivable(sfn, machine, now);
  const on = (executions: readonly ExecutionListItem[], version: string) =>
    executions.filter(({ stateMachineVersionArn }) => stateMachineVersionArn === version).length;
  return {
    of: (version) => ({
      running: on(running.executions, version),
      redrivable: on(ended.executions, version),
    }),
    outside: (versions) =>
      [...running.executions, ...ended.executions].filter(
        ({ stateMachineVersionArn: version }) => version === undefined || !versions.includes(version),
      ).length,
    isComplete: running.isComplete && ended.isComplete,
  };
}

/**
 * Why executions still need this version, as of now; undefined when none does. Asks about this version alone, so that it
 * holds however many executions the machine has.
 *
 * @param unusedSince a version that something was started on since then is kept
 */
export async function stillNeeded(
  sfn: SFNClient,
  version: string,
  unusedSince: Date,
  now: Date,
): Promise<string | undefined> {
  const newest = await newestOn(sfn, version);
  if (!newest) return undefined;
  if (newest.startDate && newest.startDate > unusedSince) return 'used lately';
  if (await newestOn(sfn, version, 'RUNNING')) return 'executions run on it';
  const { executions, isComplete } = await findRedrivable(sfn, version, now);
  if (executions.length > 0) return `${executions.length} may be redriven`;
  return isComplete ? undefined : 'has more executions than can be read';
}

async function newestOn(
  sfn: SFNClient,
  version: string,
  statusFilter?: 'RUNNING',
): Promise<ExecutionListItem | undefined> {
  const { executions = [] } = await sfn.send(
    new ListExecutionsCommand({ stateMachineArn: version, statusFilter, maxResults: 1 }),
  );
  return executions[0];
}

async function findRedrivable(sfn: SFNClient, arn: string, now: Date) {
  const since = new Date(now.getTime() - REDRIVE_PERIOD);
  const found: ExecutionListItem[] = [];
  let isComplete = true;
  for (const status of redrivable) {
    const search = await findExecutions(sfn, arn, { status, since });
    found.push(...search.executions);
    isComplete &&= search.isComplete;
  }
  return { executions: found, isComplete };
}
