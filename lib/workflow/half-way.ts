/**
 * Notifies the alarm topic of each execution that was stopped, timed out, or failed without being undone. (An alarm is
 * raised for the first only, and says neither how many there are nor which.)
 */
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { MOST_REDRIVES } from '../../lambda/operations/redrivable';
import { withDeadLetters } from './undelivered';
import { WorkflowStack } from './workflow-stack';

/** The beginning of the cause of a Fail state after which all is undone. */
const undone = '{"undone":true';

const notUndone = {
  $or: [
    { cause: [{ 'anything-but': { prefix: undone } }] },
    { cause: [null] },
    { cause: [{ exists: false }] },
  ],
};

interface Props {
  readonly workflow: string;
  readonly impact: string;
  /** Whether the sweep redrives its executions, so that it may give one up. */
  readonly isSwept: boolean;
}

export const notifyHalfWay = (
  scope: Construct,
  machine: StateMachine,
  { workflow, impact, isSwept }: Props,
): void => {
  const { alarmTopic, stage } = WorkflowStack.of(scope);
  const execution = EventField.fromPath('$.detail.name');

  /** @param what is said of the execution */
  const notify = (id: string, status: string, what: string, runbook: string, detail: object = {}) =>
    new Rule(scope, id, {
      description: `Executions of ${workflow} that are ${what}`,
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
              `${stage.name}: the execution ${execution} of ${workflow} is ${what}, neither completed nor undone. ` +
                `Impact: ${impact} Runbook: ${stage.runbookUrl}#${runbook}`,
            ),
          }),
        ),
      ],
    });

  notify('WhichTimedOut', 'TIMED_OUT', 'TIMED_OUT', `${workflow}-timed-out`);
  notify('WhichAborted', 'ABORTED', 'ABORTED', `${workflow}-aborted`);
  notify('WhichFailed', 'FAILED', 'FAILED', `${workflow}-failed`, notUndone);
  if (!isSwept) return;
  // A redrive too many is heard of twice. Were the rule above to leave it out, one without a count would not be heard of.
  notify('WhichGivenUp', 'FAILED', `given up by the sweep after ${MOST_REDRIVES} redrives`, 'sweep-gave-up', {
    ...notUndone,
    redriveCount: [{ numeric: ['>=', MOST_REDRIVES] }],
  });
};
