// Counts what becomes of executions, and says which versions of the workflows are started.

import type { Cloud } from '../bin/cli/cloud';
import { findExecutions } from '../bin/cli/search';
import { findMachines, type Machine } from '../bin/releases/machines';
import { liveOf, readVersions, routing, type Version } from '../bin/releases/versions';
import { type WorkflowName, workflowNames } from '../contracts/workflows';
import { readEach } from './found';
import type { CountedOutcome, Found, Health, WorkflowOutcomes, WorkflowVersions } from './model';
import type { Outcomes } from './outcomes';
import { isFailed, type Listed, type Searches } from './searches';

const HOUR = 3_600_000;
/** How many hours are counted, with the present one. */
const HOURS = 24;
/** The most executions of a workflow whose outcome is read for one answer; the next answer has the next. */
const READ_PER_ANSWER = 20;

interface Options {
  searches: Searches;
  outcomes: Outcomes;
}

/**
 * Counts executions by when they were started, because ListExecutions is complete in that order: on AWS as on the local
 * cloud, and without CloudWatch's metrics, which know no business outcome of a workflow that does not count it.
 */
export async function countOutcomes(options: Options, now: Date): Promise<Health['outcomes']> {
  const since = new Date((Math.floor(now.getTime() / HOUR) - HOURS + 1) * HOUR);
  const counted = await readEach(workflowNames, (workflow) => countedOf(workflow, since, options));
  return { ...counted, since: since.getTime() };
}

async function countedOf(
  workflow: WorkflowName,
  since: Date,
  { searches, outcomes }: Options,
): Promise<Found<WorkflowOutcomes>> {
  const { executions, hasMore } = await searches.startedSince(workflow, since);
  await outcomes.read(executions, READ_PER_ANSWER);
  const isUnread = (each: Listed) => each.status === 'SUCCEEDED' && !outcomes.isKnown(each);
  const hours = Array.from({ length: HOURS }, () => ({ started: 0, failed: 0 }));
  for (const each of executions) {
    const hour = hours[Math.floor((each.startedAt - since.getTime()) / HOUR)];
    if (!hour) continue;
    hour.started++;
    if (isFailed(each)) hour.failed++;
  }
  return {
    found: [
      {
        workflow,
        started: executions.length,
        outcomes: byFrequency(executions.filter((each) => !isUnread(each)).map(outcomes.of)),
        unread: executions.filter(isUnread).length,
        hours,
      },
    ],
    problems: hasMore
      ? [`${workflow}: more were started than are counted, the newest ${executions.length}.`]
      : [],
  };
}

function byFrequency(all: readonly Omit<CountedOutcome, 'count'>[]): CountedOutcome[] {
  const counted = new Map<string, CountedOutcome>();
  for (const { outcome, failed, undone } of all) {
    const key = `${outcome} ${undone}`;
    const known = counted.get(key);
    if (known) known.count++;
    else counted.set(key, { outcome, failed, ...(undone !== undefined && { undone }), count: 1 });
  }
  return [...counted.values()].sort((a, b) => b.count - a.count);
}

/** Which versions are live and what runs on them, of each state machine that has a version. */
export function versionsReader(cloud: Cloud) {
  let machines: Promise<Machine[]> | undefined;
  const findOnce = (): Promise<Machine[]> => {
    machines ??= findMachines(cloud);
    machines.catch(() => {
      machines = undefined;
    });
    return machines;
  };
  return (now: Date): Promise<Found<WorkflowVersions>> =>
    readEach(['Versions'], async () => {
      const found = new Map((await findOnce()).map((machine) => [machine.name, machine]));
      return readEach([...found.keys()], async (name) => {
        const arn = found.get(name)?.arn ?? '';
        const [versions, running] = await Promise.all([
          readVersions(cloud.sfn, arn),
          findExecutions(cloud.sfn, arn, { status: 'RUNNING', since: now }),
        ]);
        const live = liveOf(versions);
        const since = live[0]?.liveSince?.getTime();
        const on = running.executions.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
        return {
          found: [
            {
              workflow: name,
              live: routing(live),
              ...(since !== undefined && { since }),
              running: runningOn(on, versions),
            },
          ],
          problems: running.isComplete ? [] : [`${name}: more run than are counted.`],
        };
      });
    });
}

/** @param on the version of each that runs; undefined for one that was started past the alias */
function runningOn(on: readonly (string | undefined)[], versions: readonly Version[]): string {
  const count = (arn: string | undefined) => on.filter((each) => each === arn).length;
  const known = versions.map(({ arn, number }) => ({ count: count(arn), on: `version ${number}` }));
  const others = on.length - known.reduce((sum, each) => sum + each.count, 0);
  return [...known, { count: others, on: 'no version' }]
    .filter((each) => each.count > 0)
    .map((each) => `${each.count} on ${each.on}`)
    .join(', ');
}
