/** ARNs of a state machine's executions, for policies. */
import { ArnFormat, CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { IConstruct } from 'constructs';

/** All executions of a machine; with `label`, the children of its Distributed Map with that label. */
export const executionsOf = (machine: StateMachine, label?: string): string => {
  const stack = Stack.of(machine);
  const children = label === undefined ? '' : `/${label}`;
  Validations.of(stack).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<${logicalIdOf(machine)}.Name>${children}:*]`,
    reason: 'The names of executions are known at run time only.',
  });
  return stack.formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${machine.stateMachineName}${children}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
};

/** The name by which cdk-nag's findings refer to a resource. */
export const logicalIdOf = (construct: IConstruct): string => {
  // Not every construct says which child is its resource.
  const resource = [construct.node.defaultChild, ...construct.node.children].find(
    (child) => child !== undefined && CfnElement.isCfnElement(child),
  );
  return resource instanceof CfnElement ? Stack.of(construct).getLogicalId(resource) : '';
};
