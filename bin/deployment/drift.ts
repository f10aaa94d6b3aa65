// What a stage has that its templates do not say, because somebody changed it by hand.

import {
  DescribeStackDriftDetectionStatusCommand,
  DetectStackDriftCommand,
  paginateDescribeStackResourceDrifts,
  type StackResourceDrift,
} from '@aws-sdk/client-cloudformation';
import { plain } from '../terminal/text';
import { stackNamed } from './account';
import type { Aws } from './aws';
import { type Finding, failureOf, unseen } from './finding';

const POLL_MILLISECONDS = 2000;
/** A large stack takes a minute or two. */
const PATIENCE_MILLISECONDS = 10 * 60_000;

/** How long something is waited for. Tests have a clock of their own. */
export interface Pause {
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** One finding for each stack; a stack that is not there, or is being deployed, has not drifted. */
export async function lookForDrift(
  { cloudFormation }: Pick<Aws, 'cloudFormation'>,
  name: string,
  { sleep }: Pause,
): Promise<Finding> {
  const check = name;
  try {
    const [stack] = await stackNamed({ cloudFormation }, name);
    if (!stack) return { check, verdict: 'ok', found: 'is not there yet' };
    if (stack.StackStatus?.endsWith('_IN_PROGRESS'))
      return { check, verdict: 'ok', found: `${stack.StackStatus}: not looked at` };

    const { StackDriftDetectionId } = await cloudFormation.send(
      new DetectStackDriftCommand({ StackName: name }),
    );
    const ask = () =>
      cloudFormation.send(new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }));
    let detection = await ask();
    for (let waited = 0; detection.DetectionStatus === 'DETECTION_IN_PROGRESS'; waited += POLL_MILLISECONDS) {
      if (waited >= PATIENCE_MILLISECONDS) throw new Error('CloudFormation still looks after ten minutes');
      await sleep(POLL_MILLISECONDS);
      detection = await ask();
    }

    const resources: StackResourceDrift[] = [];
    for await (const { StackResourceDrifts = [] } of paginateDescribeStackResourceDrifts(
      { client: cloudFormation },
      { StackName: name },
    )) {
      resources.push(...StackResourceDrifts);
    }
    return judge(name, resources, detection.DetectionStatusReason);
  } catch (error) {
    // A look that failed says nothing of the stack, and whoever deploys on it would take it for none.
    return { ...unseen(check, 'cloudformation:DetectStackDrift', failureOf(error)), verdict: 'refused' };
  }
}

function judge(check: string, resources: readonly StackResourceDrift[], reason = ''): Finding {
  const having = (...statuses: string[]) =>
    resources.filter(({ StackResourceDriftStatus = '' }) => statuses.includes(StackResourceDriftStatus));
  const drifted = having('MODIFIED', 'DELETED');
  if (drifted.length > 0) {
    return {
      check,
      verdict: 'refused',
      found: drifted.map(describe).join('; '),
      remedy:
        'make the template say so and deploy it, or take the change back; to have CloudFormation take it back: ' +
        'npm run deploy -- … --revert-drift; to deploy on top of it: --allow-drift',
    };
  }
  const unknown = having('UNKNOWN');
  if (unknown.length > 0) {
    return {
      check,
      verdict: 'warning',
      found: `could not see ${unknown.map(({ LogicalResourceId }) => LogicalResourceId).join(', ')}: ${plain(reason || (unknown[0]?.DriftStatusReason ?? ''))}`,
      remedy: 'allow the calls that it names to whoever looks (lib/pipeline/resource-rights.ts)',
    };
  }
  return { check, verdict: 'ok', found: `${having('IN_SYNC').length} resources are as their template says` };
}

/** `OrderFailed (AWS::SNS::Topic): /DisplayName is "x", not "y"`. */
function describe(drift: StackResourceDrift): string {
  const {
    LogicalResourceId = '',
    ResourceType = '',
    StackResourceDriftStatus,
    PropertyDifferences = [],
  } = drift;
  const what =
    StackResourceDriftStatus === 'DELETED'
      ? 'is deleted'
      : PropertyDifferences.map(
          ({ PropertyPath, ExpectedValue, ActualValue }) =>
            `${PropertyPath} is ${short(ActualValue)}, not ${short(ExpectedValue)}`,
        ).join(', ');
  return plain(`${LogicalResourceId} (${ResourceType}): ${what}`);
}

const short = (value = 'nothing'): string => (value.length > 80 ? `${value.slice(0, 80)}…` : value);
