/**
 * Tells the alarm topic of each execution that stopped half-way: was stopped, timed out, or failed without being undone.
 * (An alarm says that there are some, but neither how many nor which, and rings only for the first.)
 */
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { WorkflowStack } from './workflow-stack';

/** How a definition's Fail state says that all is undone: its cause begins with this. */
const undone = '{"undone":true';

const endings = [
  { id: 'WhichTimedOut', status: 'TIMED_OUT', runbook: 'timed-out' },
  { id: 'WhichAborted', status: 'ABORTED', runbook: 'aborted' },
  {
    id: 'WhichFailed',
    status: 'FAILED',
    runbook: 'failed',
    detail: {
      $or: [
        { cause: [{ 'anything-but': { prefix: undone } }] },
        { cause: [null] },
        { cause: [{ exists: false }] },
      ],
    },
  },
];

export const notifyHalfWay = (
  scope: Construct,
  machine: StateMachine,
  { workflow, impact }: { readonly workflow: string; readonly impact: string },
): void => {
  const { alarmTopic, stage } = WorkflowStack.of(scope);
  const execution = EventField.fromPath('$.detail.name');
  for (const { id, status, runbook, detail } of endings) {
    new Rule(scope, id, {
      description: `Executions of ${workflow} that are ${status}`,
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: [status], stateMachineArn: [machine.stateMachineArn], ...detail },
      },
      targets: [
        new SnsTopic(alarmTopic, {
          // Names only: an event also holds the execution's input and output.
          message: RuleTargetInput.fromText(
            `${stage.name}: the execution ${execution} of ${workflow} is ${status}, neither completed nor undone. ` +
              `Impact: ${impact} Runbook: ${stage.runbookUrl}#${workflow}-${runbook}`,
          ),
        }),
      ],
    });
  }
};
