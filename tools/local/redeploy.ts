// Brings a change of the sources into the local cloud that runs: the same synth and deployment as at its start, for
// the stacks that differ.

import type { Progress } from '../../bin/terminal/progress';
import { changesBetween, type StackChange } from './changes';
import type { LocalCloud } from './cloud';
import { deploy, isSynthesized, readTemplates, synthesize } from './deployment';

/**
 * Leaves out the CDK's own rules for CloudFormation, which take half of a synth: the start went through them, and so
 * do the tests and every deployment to AWS. cdk-nag's and ours are kept.
 */
const withoutRules = { CDK_VALIDATION: 'false' };

/**
 * @returns deploys what has changed since the last deployment that succeeded, and says what that was. It throws a
 * Problem when the sources do not synthesize or the emulator refuses them; the cloud stays up, and it can be called again.
 */
export function redeployer({
  environment,
  endpoints,
}: LocalCloud): (progress: Progress) => Promise<StackChange[]> {
  let deployed = readTemplates();
  return async (progress) => {
    if (!isSynthesized(endpoints.stripe)) {
      await progress.step('Made the templates and functions (cdk synth)', () =>
        synthesize({ ...environment, ...withoutRules }, endpoints.stripe),
      );
    }
    const templates = readTemplates();
    const changes = changesBetween(deployed, templates);
    if (changes.length > 0) {
      await progress.step('Deployed (cdk deploy)', () =>
        deploy(
          environment,
          changes.map(({ stack }) => stack),
        ),
      );
    }
    deployed = templates;
    return changes;
  };
}
