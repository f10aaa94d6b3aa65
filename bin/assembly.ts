/**
 * `npm run assembly` makes the templates and functions of every stage that is on AWS, in `assembly/<stage>`, with no
 * credentials: what a pipeline makes once, and then deploys stage by stage (`npm run deploy -- --app assembly/dev`).
 */
import { join } from 'node:path';
import { stages } from '../lib/stages';
import { cdk, run } from './deployment/run';

const folder = 'assembly';

async function main(): Promise<number> {
  for (const stage of Object.keys(stages).filter((name) => name !== 'local')) {
    console.log(`cdk synth -c stage=${stage}`);
    const status = cdk('synth', '--quiet', '-c', `stage=${stage}`, '--output', join(folder, stage));
    if (status !== 0) return status;
  }
  console.log(
    `Made ${folder}/: deploy a stage of it with npm run deploy -- -c stage=dev --app ${folder}/dev`,
  );
  return 0;
}

run(main);
