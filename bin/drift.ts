/**
 * `npm run drift -- -c stage=dev` asks CloudFormation whether the stage still has what its templates say, and ends with
 * 1 when it does not. It changes nothing. `--allow-drift` says what drifted, and ends with 0.
 */
import { lookAtAccount } from './deployment/account';
import { optionValues, stageOf } from './deployment/arguments';
import { readAssembly } from './deployment/assembly';
import { awsClients } from './deployment/aws';
import { lookForDrift } from './deployment/drift';
import { report } from './deployment/finding';
import { run } from './deployment/run';
import { progressTo } from './terminal/progress';

async function main(args: readonly string[]): Promise<number> {
  const stage = stageOf(args);
  const [profile] = optionValues(args, '--profile');
  const aws = awsClients(profile, undefined);
  const account = await lookAtAccount(aws, stage);
  if (account.verdict === 'refused') {
    console.error(report([account]));
    return 1;
  }
  const [app] = optionValues(args, '--app', '-a');
  const names =
    app === undefined
      ? (await import('./deployment/stacks')).stackNamesOf(stage)
      : readAssembly(app, stage).map(({ name }) => name);
  const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  const findings = await progressTo(process.stderr).step(`Looked for drift in ${stage.name}`, () =>
    Promise.all(names.map((name) => lookForDrift(aws, name, { sleep }))),
  );
  console.log(`\n${report([account, ...findings])}\n`);
  const refused = findings.some(({ verdict }) => verdict === 'refused');
  if (refused && args.includes('--allow-drift')) console.log('Allowed, by --allow-drift.');
  return refused && !args.includes('--allow-drift') ? 1 : 0;
}

run(main);
