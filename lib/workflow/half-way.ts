/**
 * Notifies the alarm topic of each execution that was stopped, timed out, or failed without being undone. (An alarm is
 * raised for the first only, and says neither how many there are nor which.)
 */
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { withDeadLetters } from './undelivered';
import { WorkflowStack } from './workflow-stack';

/** The beginning of the cause of a Fail state after which all is undone. */
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
        withDeadLetters(
          new SnsTopic(alarmTopic, {
            // Only the name: the event also has the execution's input and output.
            message: RuleTargetInput.fromText(
              `${stage.name}: the execution ${execution} of ${workflow} is ${status}, neither completed nor undone. ` +
                `Impact: ${impact} Runbook: ${stage.runbookUrl}#${workflow}-${runbook}`,
            ),
          }),
        ),
      ],
    });
  }
};
