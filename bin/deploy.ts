/**
 * `npm run deploy -- -c stage=dev` looks at the account first, then runs `cdk deploy --all` with the arguments that it
 * was given. `--check` only looks.
 *
 * With `--change-sets`, as a pipeline deploys: `--app assembly/dev` (npm run assembly), stack by stack, each change set
 * shown (and added to the file that `--summary` names), then executed. `--allow-loss` also lets it remove or replace
 * what holds data; `--no-triggers` keeps alarms from taking the deployment back.
 */
import { appendFileSync } from 'node:fs';
import type { Stage } from '../lib/stages';
import { lookAtAccount, lookAtStacks } from './deployment/account';
import { optionValues, stageOf, without } from './deployment/arguments';
import { readAssembly } from './deployment/assembly';
import { type Aws, awsClients } from './deployment/aws';
import { deployByChangeSets } from './deployment/change-sets';
import { type Finding, report } from './deployment/finding';
import { sayWhatIsLive } from './deployment/live';
import { cdk, run } from './deployment/run';
import { lookAtCeilings, lookAtSender, lookAtSubscribers } from './deployment/services';
import { lookAtSettings } from './deployment/settings';
import { lookAtStripeKey } from './deployment/stripe-key';
import { progressTo } from './terminal/progress';

/** Everything that is looked at before a deployment. @param stacks their names as deployed */
export async function look(aws: Aws, stage: Stage, stacks: readonly string[]): Promise<Finding[]> {
  const settings = lookAtSettings(stage);
  const account = await lookAtAccount(aws, stage);
  // In another account, the rest would say what is there.
  if (account.verdict === 'refused') return [...settings, account];
  const services = await Promise.all([
    lookAtStacks(aws, stage, stacks),
    lookAtStripeKey(aws, stage),
    lookAtSender(aws, stage),
    lookAtCeilings(aws, stage),
    lookAtSubscribers(aws, stage),
  ]);
  return [...settings, account, ...services.flat()];
}

/** Options that cdk does not know. What is waived may be written for the whole pipeline, so drift's is taken too. */
const ours = {
  flags: ['--check', '--change-sets', '--allow-loss', '--no-triggers', '--allow-drift'],
  values: ['--summary'],
};

async function main(args: readonly string[]): Promise<number> {
  const stage = stageOf(args);
  const [profile] = optionValues(args, '--profile');
  const [app] = optionValues(args, '--app', '-a');
  const byChangeSets = args.includes('--change-sets');
  if (byChangeSets && app === undefined)
    throw new Error('--change-sets needs an assembly: npm run assembly, then --app assembly/<stage>');
  const stacks = app === undefined ? undefined : readAssembly(app, stage);
  const aws = awsClients(profile, undefined);
  const progress = progressTo(process.stderr);
  const findings = await progress.step(`Looked at the account before deploying ${stage.name}`, async () => {
    const names =
      stacks?.map(({ name }) => name) ?? (await import('./deployment/stacks')).stackNamesOf(stage);
    return look(aws, stage, names);
  });
  console.log(`\n${report(findings)}\n`);
  const refused = findings.some(({ verdict }) => verdict === 'refused');
  if (refused) console.error('Nothing was deployed.');
  if (refused || args.includes('--check')) return refused ? 1 : 0;

  const passed = without(args, ours);
  const [summary] = optionValues(args, '--summary');
  const say = (text: string) => {
    console.log(`\n${text}`);
    if (summary) appendFileSync(summary, `${text}\n`);
  };
  const status =
    byChangeSets && stacks
      ? await deployByChangeSets(
          stacks,
          { aws, cdk, say },
          {
            passed,
            allowsLoss: args.includes('--allow-loss'),
            hasTriggers: !args.includes('--no-triggers'),
          },
        )
      : cdk('deploy', '--all', ...passed);
  say(await sayWhatIsLive(aws, stage));
  if (status !== 0) return status;
  // The topics are there only now.
  const silent = await lookAtSubscribers(aws, stage);
  if (silent.length > 0) console.log(`\n${report(silent)}`);
  return 0;
}

if (require.main === module) run(main);
