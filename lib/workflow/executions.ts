/** ARNs of a state machine's executions, for policies. */
import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { explainWildcard } from './wildcards';

/** All executions of a machine; with `label`, the children of its Distributed Map with that label. */
export const executionsOf = (machine: StateMachine, label?: string): string =>
  executionsIn(Stack.of(machine), machine, label === undefined ? '' : `/${label}`);

/** All executions of another stack's machine. */
export const executionsElsewhere = (stack: Stack, machine: StateMachine): string =>
  executionsIn(stack, machine);

/** @param stack whose policies name them */
const executionsIn = (stack: Stack, machine: StateMachine, children = ''): string => {
  const arn = stack.formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${machine.stateMachineName}${children}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  explainWildcard(stack, arn, 'The names of executions are known at run time only.');
  return arn;
};
