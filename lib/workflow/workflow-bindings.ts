/**
 * Bindings to other workflows: to start them, and to look up or redrive their executions. Whoever starts one names a
 * version or the alias `live`, never the machine alone, which runs a new definition before it is released. Whatever
 * concerns executions goes by the machine: their ARNs are the same whatever started them.
 */
import { Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { LIVE } from '../../contracts/names';
import { allow, type Binding } from './bindings';
import { executionsElsewhere, executionsOf } from './executions';
import type { Workflow } from './workflow';

/** A workflow whose executions are started and not waited for, by the ARN of its alias `live`. */
export const start = ({ stateMachine, release }: Workflow): Binding => ({
  value: release.liveArn,
  grantTo: (grantee) => allowStart(grantee, startLive(stateMachine)),
});

/**
 * A workflow whose executions are started and waited for (`startExecution.sync:2`), by the ARN of the version that this
 * deployment publishes: parent and child are released as one.
 */
export const startAndWait = ({ stateMachine, release }: Workflow): Binding => ({
  value: release.versionArn,
  grantTo: (grantee) => {
    const rule = 'StepFunctionsGetEventsForStepFunctionsExecutionRule';
    // Any version: parents that run start the one that was published when they began.
    allowStart(grantee, startStatement(stateMachine, 'ForAnyValue:StringLike', '?*'));
    allow(grantee, executionsOf(stateMachine), 'states:DescribeExecution', 'states:StopExecution');
    // Step Functions learns of an execution's end through this rule, which it manages for all machines.
    allow(
      grantee,
      Stack.of(stateMachine).formatArn({ service: 'events', resource: 'rule', resourceName: rule }),
      'events:PutTargets',
      'events:PutRule',
      'events:DescribeRule',
    );
  },
});

/** The executions of a state machine, to describe: their ARN up to the colon before their name. */
export const describe = (machine: StateMachine): Binding => {
  const executions = executionsOf(machine);
  return {
    value: executions.slice(0, -':*'.length),
    grantTo: (grantee) => allow(grantee, executions, 'states:DescribeExecution'),
  };
};

/** Another stack's state machine whose executions are looked up, by its ARN; with `list`, also all of them. */
export const lookUp = (
  stack: Stack,
  machine: StateMachine,
  { list = false }: { readonly list?: boolean } = {},
): Binding => ({
  value: machine.stateMachineArn,
  grantTo: (grantee) => {
    allow(grantee, executionsElsewhere(stack, machine), 'states:DescribeExecution');
    if (list) allow(grantee, machine.stateMachineArn, 'states:ListExecutions');
  },
});

/** A state machine whose failed executions are found and redriven, by its ARN. */
export const redriveFailed = (machine: StateMachine): Binding => ({
  value: machine.stateMachineArn,
  grantTo: (grantee) => {
    allow(grantee, machine.stateMachineArn, 'states:ListExecutions');
    allow(grantee, executionsOf(machine), 'states:DescribeExecution', 'states:RedriveExecution');
  },
});

/** A state machine whose executions are listed, by its ARN. */
export const listExecutions = (machine: StateMachine): Binding => ({
  value: machine.stateMachineArn,
  grantTo: (grantee) => allow(grantee, machine.stateMachineArn, 'states:ListExecutions'),
});

/** The permission to start a machine through its alias `live` only. */
export const startLive = (machine: StateMachine): PolicyStatement =>
  startStatement(machine, 'ForAnyValue:StringEquals', LIVE);

/** IAM compares the machine's own ARN; the qualifier is a condition. */
const startStatement = (machine: StateMachine, operator: string, qualifier: string): PolicyStatement =>
  new PolicyStatement({
    actions: ['states:StartExecution'],
    resources: [machine.stateMachineArn],
    conditions: { [operator]: { 'states:StateMachineQualifier': qualifier } },
  });

const allowStart = ({ grantPrincipal }: IGrantable, statement: PolicyStatement): void => {
  grantPrincipal.addToPrincipalPolicy(statement);
};
