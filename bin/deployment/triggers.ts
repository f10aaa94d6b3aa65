// Which alarms take a deployment of a stack back (CloudFormation's rollback triggers).
//
// The alarm of a shifting release counts the new version alone. Executions of earlier versions call functions by their
// alias `live` as well, which moves at once: theirs are the failures that these alarms tell.

import { listResources } from '../cli/stacks';
import { stackNamed } from './account';
import type { AssembledStack } from './assembly';
import type { Aws } from './aws';

const TYPE = 'AWS::CloudWatch::Alarm';
/** CloudFormation takes no more. */
const MOST = 5;

/**
 * The options for cdk. An alarm must be there, and stay: the stack would be taken back for one that is not.
 * @param areWanted otherwise those of the deployment before are taken off
 */
export async function rollbackTriggers(
  { cloudFormation }: Pick<Aws, 'cloudFormation'>,
  { name, template }: AssembledStack,
  areWanted: boolean,
): Promise<string[]> {
  const [stack] = await stackNamed({ cloudFormation }, name);
  if (!stack?.StackId || stack.StackStatus === 'REVIEW_IN_PROGRESS') return [];
  const [, partition, , region, account] = stack.StackId.split(':');
  const alarms = (areWanted ? await listResources(cloudFormation, name) : [])
    .filter(
      ({ id, type }) =>
        type === TYPE && template.Resources[id]?.Properties?.MetricName === 'ExecutionsFailed',
    )
    .slice(0, MOST)
    .map(({ physicalId }) => `arn:${partition}:cloudwatch:${region}:${account}:alarm:${physicalId}`);
  return ['--rollback-trigger-alarm-arns', ...(alarms.length > 0 ? alarms : ['none'])];
}
