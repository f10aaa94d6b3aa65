// Surveys a stage's releases: every version of every state machine, who needs it, and which ones nobody does.

import type { SFNClient } from '@aws-sdk/client-sfn';
import { inBatches } from '../cli/batches';
import type { Stacks } from '../cli/stacks';
import { duration } from '../terminal/text';
import { findMachines, type Machine, resourcesOf } from './machines';
import { readUsage, stillNeeded, type Usage } from './usage';
import { readDefinition, readVersions, type Version } from './versions';

/** Which versions are old enough to go, when nothing needs them. */
export interface Rule {
  /** How many of the newest versions of each machine and each function stay, whatever their age. At least 1. */
  readonly keep: number;
  /** Milliseconds since a version was made, and since something was last started on it. */
  readonly unusedFor: number;
  readonly now: Date;
}

const DAY = 86_400_000;

/** An order lasts up to 5 days, and may be redriven for 14 more. What lasts longer keeps its version by itself. */
export const usualRule = { keep: 10, unusedFor: 19 * DAY };

export interface Release extends Version, Usage {
  readonly machine: Machine;
  readonly definition: string;
  readonly description?: string;
  /** Why it stays; absent when `prune` would delete it. */
  readonly kept?: string;
}

export interface Survey {
  readonly machines: readonly Machine[];
  /** By machine, the newest first. */
  readonly releases: readonly Release[];
  /** Executions on none of these versions that run or may be redriven: nobody knows which functions they need. */
  readonly outside: readonly { readonly machine: Machine; readonly executions: number }[];
  /** What the machines run when they are started past the alias. */
  readonly present: readonly string[];
  /** Machines with more executions than are read: their numbers are too small. */
  readonly incomplete: readonly Machine[];
}

/** Concurrent calls, few enough not to be throttled. */
const AT_ONCE = 10;
/** ListExecutions has the smallest quota of all, and others call it too. */
const LISTS_AT_ONCE = 3;

type Reader = Pick<Stacks, 'output' | 'resources'> & { readonly sfn: SFNClient };

/** @param tell called before each step that may take a while */
export async function surveyReleases(
  reader: Reader,
  rule: Rule,
  tell: (text: string) => void,
): Promise<Survey> {
  const { sfn } = reader;
  const machines = await findMachines(reader);
  const deployed = await resourcesOf(reader, 'AWS::StepFunctions::StateMachineVersion');
  const kept = new Map(deployed.map(({ physicalId }) => [physicalId, 'deployed']));
  const releases: Release[] = [];
  const outside: Survey['outside'][number][] = [];
  const incomplete: Machine[] = [];
  for (const machine of machines) {
    tell(`Reading the versions and the executions of ${machine.name} …`);
    const [versions, usage] = await Promise.all([
      readVersions(sfn, machine.arn),
      readUsage(sfn, machine.arn, rule.now),
    ]);
    const found = await inBatches(versions, AT_ONCE, async (version) => ({
      ...version,
      ...usage.of(version.arn),
      ...(await readDefinition(sfn, version.arn)),
      machine,
    }));
    for (const [position, release] of found.entries()) {
      const why = reasonToKeep(release, position, rule);
      if (why !== undefined) kept.set(release.arn, why);
    }
    releases.push(...found);
    const executions = usage.outside(versions.map(({ arn }) => arn));
    if (executions > 0) outside.push({ machine, executions });
    if (!usage.isComplete) incomplete.push(machine);
  }
  keepNamed(releases, kept);

  const rest = releases.filter(({ arn }) => !kept.has(arn));
  if (rest.length > 0) tell(`Looking for executions that need one of ${rest.length} old versions …`);
  const unusedSince = new Date(rule.now.getTime() - rule.unusedFor);
  await inBatches(rest, LISTS_AT_ONCE, async ({ arn }) => {
    const why = await stillNeeded(sfn, arn, unusedSince, rule.now);
    if (why !== undefined) kept.set(arn, why);
  });
  keepNamed(releases, kept);

  const present = await inBatches(machines, AT_ONCE, ({ arn }) => readDefinition(sfn, arn));
  return {
    machines,
    releases: releases.map((release) => {
      const why = kept.get(release.arn);
      return { ...release, ...(why !== undefined && { kept: why }) };
    }),
    outside,
    present: present.map(({ definition }) => definition),
    incomplete,
  };
}

/** What is known without asking further. @param position 0 for the newest version of its machine */
function reasonToKeep(
  { weights, running, redrivable, madeAt }: Release,
  position: number,
  { keep, unusedFor, now }: Rule,
): string | undefined {
  const [alias] = Object.keys(weights);
  if (alias !== undefined) return alias;
  if (running > 0) return running === 1 ? '1 runs on it' : `${running} run on it`;
  if (redrivable > 0) return `${redrivable} may be redriven`;
  if (position < keep) return keep === 1 ? 'the newest' : `of the newest ${keep}`;
  const age = now.getTime() - madeAt.getTime();
  return age < unusedFor ? `made ${duration(age)} ago` : undefined;
}

/** A version that stays starts versions of other machines by their number: they stay as well. */
function keepNamed(releases: readonly Release[], kept: Map<string, string>): void {
  const queue = releases.filter(({ arn }) => kept.has(arn));
  for (const { definition, machine, number } of queue) {
    const names = namedIn(definition);
    for (const release of releases) {
      if (kept.has(release.arn) || !names.has(release.arn)) continue;
      kept.set(release.arn, `${machine.name} ${number} starts it`);
      queue.push(release);
    }
  }
}

/** The ARNs of versions and aliases, of machines and functions, that a definition names. */
export const namedIn = (definition: string): ReadonlySet<string> =>
  new Set(definition.match(/arn:[\w-]+:(states|lambda):[\w-]+:\d+:(stateMachine|function):[\w-]+:[\w-]+/g));
