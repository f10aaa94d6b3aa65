// Which versions are live after a deployment, and the way back.

import type { Stage } from '../../lib/stages';
import { stacksOf } from '../cli/stacks';
import { findMachines } from '../releases/machines';
import { liveOf, readVersions, routing } from '../releases/versions';
import { table } from '../terminal/table';
import { moment } from '../terminal/text';
import type { Aws } from './aws';
import { report, unseen } from './finding';

/** A line for each workflow. Also after a deployment that failed: it says what CloudFormation went back to. */
export async function sayWhatIsLive(
  aws: Pick<Aws, 'cloudFormation' | 'sfn'>,
  { name }: Stage,
): Promise<string> {
  try {
    const rows: string[][] = [];
    for (const machine of await findMachines(stacksOf(aws.cloudFormation, name))) {
      const live = liveOf(await readVersions(aws.sfn, machine.arn));
      const made = live.map(({ madeAt }) => moment(madeAt)).join(', ');
      rows.push([
        machine.name,
        live.length > 0 ? `${routing(live)} is live` : 'nothing is live',
        made && `made ${made}`,
      ]);
    }
    return `${table(rows)}\nTo take one back: npm run workflows -- releases rollback <workflow> --stage ${name}`;
  } catch (error) {
    return report([unseen('releases', 'states:ListStateMachineVersions', error)]);
  }
}
