/**
 * Notifies the alarm topic of each execution that was stopped or timed out. Such an execution has compensated nothing
 * and waits for a person to redrive it. An alarm would not say how many there are, nor which.
 */
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { WorkflowStack } from './workflow-stack';

const endings = [
  { id: 'WhichTimedOut', status: 'TIMED_OUT', runbook: 'timed-out' },
  { id: 'WhichAborted', status: 'ABORTED', runbook: 'aborted' },
];

export const notifyTimedOutAndAborted = (
  scope: Construct,
  machine: StateMachine,
  { workflow, impact }: { readonly workflow: string; readonly impact: string },
): void => {
  const { alarmTopic, stage } = WorkflowStack.of(scope);
  const execution = EventField.fromPath('$.detail.name');
  for (const { id, status, runbook } of endings) {
    new Rule(scope, id, {
      description: `Executions of ${workflow} that are ${status}`,
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: [status], stateMachineArn: [machine.stateMachineArn] },
      },
      targets: [
        new SnsTopic(alarmTopic, {
          // Names only: an event also holds the execution's input and output.
          message: RuleTargetInput.fromText(
            `${stage.name}: the execution ${execution} of ${workflow} is ${status} and undid nothing by itself. ` +
              `Impact: ${impact} Runbook: ${stage.runbookUrl}#${workflow}-${runbook}`,
          ),
        }),
      ],
    });
  }
};
