/** Which of a definition's calls the local cloud can run. A test compares the list with the simulator's own. */
import type { JsonObject } from './json';
import { allStatesOf } from './language/machines';
import { integrationIn } from './language/resources';

/** Without `.waitForTaskToken`, which works with each of them. `*` stands for any action. */
export const localIntegrations: readonly string[] = [
  'aws-sdk:cloudformation:*',
  'aws-sdk:dynamodb:*',
  'aws-sdk:iam:*',
  'aws-sdk:kms:*',
  'aws-sdk:lambda:*',
  'aws-sdk:s3:*',
  'aws-sdk:secretsmanager:*',
  'aws-sdk:sesv2:*',
  'aws-sdk:sfn:*',
  'aws-sdk:sns:*',
  'aws-sdk:sqs:*',
  'aws-sdk:sts:*',
  'dynamodb:deleteItem',
  'dynamodb:getItem',
  'dynamodb:putItem',
  'dynamodb:updateItem',
  'events:putEvents',
  'http:invoke',
  'lambda:invoke',
  'sns:publish',
  'sqs:sendMessage',
  'states:startExecution',
  'states:startExecution.sync',
  'states:startExecution.sync:2',
];

/** Tasks that the local cloud cannot run. */
export const localProblems = (definition: JsonObject): string[] =>
  allStatesOf(definition).flatMap(({ name, state: { Resource } }) =>
    typeof Resource === 'string' && !runsLocally(Resource)
      ? [
          `${name} calls ${Resource}, which the local cloud cannot run. It runs ${localIntegrations.join(', ')}.`,
        ]
      : [],
  );

const runsLocally = (resource: string): boolean => {
  // A function, or a placeholder that could stand for one.
  if (resource.includes(':lambda:') && resource.includes(':function:')) return true;
  const integration = (integrationIn(resource) ?? '').replace(/\.waitForTaskToken$/, '');
  return [integration, integration.replace(/:[^:]+$/, ':*')].some((key) => localIntegrations.includes(key));
};
