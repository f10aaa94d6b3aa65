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
  return executionArnOf(stack, `${machine.stateMachineName}${children}:*`);
};

/** All executions of another stack's machine. */
export const executionsElsewhere = (stack: Stack, machine: StateMachine): string => {
  // Under what name the machine's own is exported is known only when the whole app is there.
  stack.node.addValidation({
    validate: () => {
      const name = stack.resolve(machine.stateMachineName)['Fn::ImportValue'];
      Validations.of(stack).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${name}:*]`,
        reason: 'The names of executions are known at run time only.',
      });
      return [];
    },
  });
  return executionArnOf(stack, `${machine.stateMachineName}:*`);
};

const executionArnOf = (stack: Stack, resourceName: string): string =>
  stack.formatArn({
    service: 'states',
    resource: 'execution',
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** The name by which cdk-nag's findings refer to a resource. */
export const logicalIdOf = (construct: IConstruct): string => {
  // Not every construct says which child is its resource.
  const resource = [construct.node.defaultChild, ...construct.node.children].find(
    (child) => child !== undefined && CfnElement.isCfnElement(child),
  );
  return resource instanceof CfnElement ? Stack.of(construct).getLogicalId(resource) : '';
};
