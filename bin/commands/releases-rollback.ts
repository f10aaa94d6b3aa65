import { UpdateStateMachineAliasCommand } from '@aws-sdk/client-sfn';
import { Argument, type Command } from 'commander';
import { LIVE } from '../../contracts/names';
import { stackName } from '../../contracts/stacks';
import { type WorkflowName, workflowNames } from '../../contracts/workflows';
import type { Cloud } from '../cli/cloud';
import type { Context } from '../cli/context';
import { CliError } from '../cli/errors';
import { wholeNumber } from '../cli/options';
import { findExecutions } from '../cli/search';
import { findMachines, type Machine, machineNamed } from '../releases/machines';
import { findMissing } from '../releases/missing';
import { liveOf, readDefinition, readVersions, routing, type Version } from '../releases/versions';

interface Options {
  to?: number;
  yes?: true;
}

export function addRollback(releases: Command, context: Context): void {
  releases
    .command('rollback')
    .description('start on the version before, from now on. What runs goes on as it began')
    .addArgument(
      new Argument('[workflow]', 'which one; without it, says where each would go back to').choices(
        workflowNames,
      ),
    )
    .option(
      '--to <version>',
      'another version than the one before; also a later one',
      wholeNumber(1, 1_000_000),
    )
    .option('--yes', 'do not ask')
    .action(async (workflow: WorkflowName | undefined, options: Options) => {
      const cloud = await context.cloud();
      const machines = await findMachines(cloud);
      if (workflow === undefined) await sayChoices(context, cloud, machines);
      else await rollBack(context, cloud, machineNamed(machines, workflow), options);
    });
}

async function sayChoices(
  { io, command }: Context,
  cloud: Cloud,
  machines: readonly Machine[],
): Promise<void> {
  for (const workflow of workflowNames) {
    const versions = await readVersions(cloud.sfn, machineNamed(machines, workflow).arn);
    const before = versionBefore(versions);
    io.out(
      `${workflow}: ${routing(liveOf(versions))} is live, ${before ? `${before.number} was before it` : 'none was before it'}`,
    );
  }
  throw new CliError(`Name the workflow: ${command('releases rollback <workflow>')}`, 2);
}

async function rollBack(context: Context, cloud: Cloud, machine: Machine, options: Options): Promise<void> {
  const { io, command } = context;
  const { name } = machine;
  const versions = await readVersions(cloud.sfn, machine.arn);
  const live = liveOf(versions);
  const again = (version: number | undefined) =>
    command(`releases rollback ${name} --to ${version ?? '<version>'}`);
  const [first] = live;
  if (!first) throw new CliError(`${name} has no alias ${LIVE} that names a version: deploy it first.`);
  const before = versionBefore(versions);
  if (options.to === undefined && live.length === 1 && first !== versions[0]) {
    io.out(
      `${name} is rolled back already: version ${first.number} is live, and not ${versions[0]?.number}, the newest.`,
    );
    io.err(`Further back: ${again(before?.number)}`);
    return;
  }
  const target = options.to === undefined ? before : versions.find(({ number }) => number === options.to);
  if (!target) {
    throw new CliError(
      options.to === undefined
        ? `Version ${first.number} of ${name} is the oldest that is there: there is nothing to go back to.`
        : `${name} has no version ${options.to}. It has ${versions.map(({ number }) => number).join(', ')}.`,
    );
  }
  if (live.length === 1 && first === target) {
    io.out(`Version ${target.number} of ${name} is live already.`);
    return;
  }
  await refuseIncomplete(cloud, name, target);
  await sayWhatItMeans(context, cloud, machine, live, target);
  if (!options.yes && !(await io.confirm(`Start ${name} on version ${target.number} from now on?`)))
    throw new CliError(`${routing(live)} of ${name} stays live. Without a terminal to ask, say --yes.`);

  await cloud.sfn.send(
    new UpdateStateMachineAliasCommand({
      stateMachineAliasArn: `${machine.arn}:${LIVE}`,
      routingConfiguration: [{ stateMachineVersionArn: target.arn, weight: 100 }],
    }),
  );
  io.out(`Version ${target.number} of ${name} is live, instead of ${routing(live)}.`);
  io.err(
    'For some seconds, starts may still get the other. It stays so until a deployment makes a new version; ' +
      `deploying the same again makes none.\nTo put it back: ${again(Math.max(...live.map(({ number }) => number)))}`,
  );
}

/** During a shift, the one that is shifted from; else the newest of those older than the live one. */
function versionBefore(versions: readonly Version[]): Version | undefined {
  const live = liveOf(versions);
  const oldest = Math.min(...live.map(({ number }) => number));
  return versions.find(({ number }) => (live.length > 1 ? number === oldest : number < oldest));
}

/** @throws CliError when something that the version calls is gone: each execution would fail on it */
async function refuseIncomplete(cloud: Cloud, name: string, { arn, number }: Version): Promise<void> {
  const { definition } = await readDefinition(cloud.sfn, arn);
  const missing = await findMissing(cloud.sfn, await cloud.clients.functions(), definition);
  if (missing.length === 0) return;
  throw new CliError(
    `Version ${number} of ${name} cannot run any more: it calls what is gone, ${missing.join(', ')}. ` +
      'Choose a later one, or deploy the old sources anew.',
  );
}

async function sayWhatItMeans(
  { io }: Context,
  cloud: Cloud,
  { name, stack }: Machine,
  live: readonly Version[],
  target: Version,
): Promise<void> {
  for (const { arn, number } of live.filter((version) => version !== target)) {
    const { executions, isComplete } = await findExecutions(cloud.sfn, arn, {
      status: 'RUNNING',
      since: new Date(),
    });
    const count = `${executions.length}${isComplete ? '' : ' or more'}`;
    io.err(`Running on version ${number} of ${name}, and going on with it: ${count}.`);
  }
  io.err(
    `The functions' alias ${LIVE} stays on the newest code, on purpose: what is redriven calls it, also of old versions. ` +
      'If that code is what is wrong: docs/runbook.md, "A release went wrong".',
  );
  const status = await cloud.status(stack);
  if (status.endsWith('_IN_PROGRESS') || live.length > 1) {
    io.err(
      `The stack ${stackName(cloud.stage, stack)} is ${status}. If CloudFormation shifts ${name} now, this change makes the ` +
        'shift fail, and CloudFormation takes the whole stack back to the release before.',
    );
  }
}
