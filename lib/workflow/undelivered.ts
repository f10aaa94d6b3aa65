/**
 * What EventBridge cannot deliver waits in the stage's queue. CDK's own property `deadLetterQueue` would name each rule
 * in the queue's policy: Operations would then depend on the stacks that depend on it.
 */
import type { IRuleTarget } from 'aws-cdk-lib/aws-events';
import { WorkflowStack } from './workflow-stack';

/** Returns the target of a rule in a WorkflowStack, with that queue. */
export const withDeadLetters = (target: IRuleTarget): IRuleTarget => ({
  bind: (rule, id) => ({
    ...target.bind(rule, id),
    deadLetterConfig: { arn: WorkflowStack.of(rule).undelivered.queueArn },
  }),
});
