/**
 * Notifies the alarm topic when EventBridge switches a connection off, and when it works again. EventBridge does so by
 * itself at the first 401, and every HTTP Task that uses the connection then fails at once, until somebody gives it
 * credentials.
 */

import type { Connection } from 'aws-cdk-lib/aws-events';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { withDeadLetters } from './undelivered';
import { WorkflowStack } from './workflow-stack';

interface Props {
  /** Whose credentials it holds: `Stripe`. */
  readonly service: string;
  /** Who is harmed while it is off, and how, in a sentence. */
  readonly impact: string;
  /** Section of the runbook, as an anchor. */
  readonly runbook: string;
}

export const notifyOfConnection = (
  scope: Construct,
  connection: Connection,
  { service, impact, runbook }: Props,
): void => {
  const { alarmTopic, stage } = WorkflowStack.of(scope);
  const link = `Runbook: ${stage.runbookUrl}#${runbook}`;

  /** @param states as in the event's type, after "Connection" */
  const notify = (id: string, what: string, states: readonly string[], text: string) =>
    new Rule(scope, id, {
      description: `The connection to ${service} ${what}`,
      eventPattern: {
        source: ['aws.events'],
        detailType: states.map((state) => `Connection ${state}`),
        detail: { ConnectionName: [connection.connectionName] },
      },
      targets: [
        withDeadLetters(new SnsTopic(alarmTopic, { message: RuleTargetInput.fromText(`${text} ${link}`) })),
      ],
    });

  notify(
    'ConnectionLost',
    'does not work any more',
    ['Deauthorized', 'Failed Connectivity', 'Deletion Started'],
    `${stage.name}: the connection to ${service} does not work any more (${EventField.detailType}). Impact: ${impact}`,
  );
  notify(
    'ConnectionBack',
    'works',
    ['Authorized'],
    `${stage.name}: the connection to ${service} is authorised. What stopped while it was not can go on now.`,
  );
};
