/**
 * `npm run destroy -- -c stage=dev` deletes a stage and leaves nothing behind: `cdk destroy --all`, then the buckets and
 * the tenants' tables, which no stack deletes. Asks first; `--yes` says so beforehand. Safe to run again.
 */
import { stackName } from '../contracts/stacks';
import type { Stage } from '../lib/stages';
import { type Io, processIo } from './cli/io';
import { lookAtAccount, lookAtStacks } from './deployment/account';
import { optionValues, stageOf } from './deployment/arguments';
import { type Aws, awsClients } from './deployment/aws';
import { report } from './deployment/finding';
import {
  deleteBucket,
  deleteTable,
  findLeftovers,
  type Leftovers,
  runningExecutions,
} from './deployment/leftovers';
import { cdk, run } from './deployment/run';
import { progressTo } from './terminal/progress';

const usage = 'Name the stage: npm run destroy -- -c stage=dev [--profile <name>] [--yes]';

/** What the command does to the world, so that a test can watch it. */
export interface Destroying {
  readonly aws: Aws;
  readonly io: Pick<Io, 'out' | 'err' | 'confirm'>;
  /** Runs `cdk destroy --all` with these arguments; returns its exit code. */
  readonly cdkDestroy: (args: readonly string[]) => number;
  readonly step: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /** The stage's stacks, as deployed. */
  readonly stacksOf: (stage: Stage) => Promise<string[]>;
}

/** @returns the exit code */
export async function destroy(args: readonly string[], doing: Destroying): Promise<number> {
  const { aws, io, cdkDestroy, step, stacksOf } = doing;
  if (!optionValues(args, '-c', '--context').some((pair) => pair.startsWith('stage='))) {
    io.err(usage);
    return 2;
  }
  const stage = stageOf(args);
  if (stage.data.removal === 'RETAIN') {
    io.err(
      `The data of ${stage.name} is kept (data.removal in lib/stages.ts), so this command does not destroy it. ` +
        'What to do instead: docs/runbook.md, "Before a machine is replaced or deleted".',
    );
    return 1;
  }
  const stacks = await stacksOf(stage);
  const findings = [await lookAtAccount(aws, stage)];
  if (findings[0]?.verdict === 'ok') findings.push(...(await lookAtStacks(aws, stage, stacks)));
  const bad = findings.filter(({ verdict }) => verdict === 'refused');
  if (bad.length > 0) {
    io.err(report(bad));
    return 1;
  }

  const [running, leftovers] = await step(`Looked at what ${stage.name} has`, () =>
    Promise.all([runningExecutions(aws, stacks), findLeftovers(aws, stage.name)]),
  );
  io.out(`${findings[0]?.found}\n\n${summary(stage, stacks, running, leftovers)}\n`);
  if (!args.includes('--yes') && !(await io.confirm(`Delete all of it from ${stage.name}?`))) {
    io.err('Nothing was deleted. (Without a terminal to ask at, pass --yes.)');
    return 1;
  }

  const status = cdkDestroy(args.filter((arg) => arg !== '--yes'));
  if (status !== 0) return status;
  for (const bucket of leftovers.buckets)
    await step(`Deleted the bucket ${bucket}`, () => deleteBucket(aws, bucket));
  // An execution that was under way may have made one more meanwhile.
  const { tenantTables } = await findLeftovers(aws, stage.name);
  for (const table of new Set([...leftovers.tenantTables, ...tenantTables]))
    await step(`Deleted the table ${table}`, () => deleteTable(aws, table));
  io.out(
    `${stage.name} is gone. What stays: the secret ${stage.stripe.secretName}, and customers at Stripe, which are yours to delete.`,
  );
  return 0;
}

const summary = (
  { name }: Stage,
  stacks: readonly string[],
  running: number,
  { buckets, tenantTables }: Leftovers,
): string =>
  [
    `The stacks ${stackName(name, '*')}: ${stacks.length}, with all of their data`,
    `Executions that run, which end half-way: ${running}`,
    `Buckets with their files: ${buckets.join(', ') || 'none'}`,
    `Tenants’ tables with their data: ${tenantTables.length}`,
  ].join('\n');

async function main(args: readonly string[]): Promise<number> {
  const [profile] = optionValues(args, '--profile');
  const progress = progressTo(process.stderr);
  return destroy(args, {
    aws: awsClients(profile, undefined),
    io: processIo(),
    step: progress.step,
    stacksOf: async (stage) => (await import('./deployment/stacks')).stackNamesOf(stage),
    cdkDestroy: (passed) => cdk('destroy', '--all', '--force', ...passed),
  });
}

if (require.main === module) run(main);
