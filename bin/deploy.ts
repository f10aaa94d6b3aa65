/**
 * `npm run deploy -- -c stage=dev` looks at the account first, then runs `cdk deploy --all` with the arguments that it
 * was given. `--check` only looks.
 */
import type { Stage } from '../lib/stages';
import { lookAtAccount, lookAtStacks } from './deployment/account';
import { optionValues, stageOf } from './deployment/arguments';
import { type Aws, awsClients } from './deployment/aws';
import { type Finding, report } from './deployment/finding';
import { sayWhatIsLive } from './deployment/live';
import { cdk, run } from './deployment/run';
import { lookAtCeilings, lookAtSender, lookAtStripeKey, lookAtSubscribers } from './deployment/services';
import { lookAtSettings } from './deployment/settings';
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

async function main(args: readonly string[]): Promise<number> {
  const stage = stageOf(args);
  const [profile] = optionValues(args, '--profile');
  const aws = awsClients(profile, undefined);
  const progress = progressTo(process.stderr);
  const findings = await progress.step(`Looked at the account before deploying ${stage.name}`, async () =>
    look(aws, stage, (await import('./deployment/stacks')).stackNamesOf(stage)),
  );
  console.log(`\n${report(findings)}\n`);
  const refused = findings.some(({ verdict }) => verdict === 'refused');
  if (refused) console.error('Nothing was deployed.');
  if (refused || args.includes('--check')) return refused ? 1 : 0;

  const status = cdk('deploy', '--all', ...args);
  console.log(`\n${await sayWhatIsLive(aws, stage)}`);
  if (status !== 0) return status;
  // The topics are there only now.
  const silent = await lookAtSubscribers(aws, stage);
  if (silent.length > 0) console.log(`\n${report(silent)}`);
  return 0;
}

if (require.main === module) run(main);
