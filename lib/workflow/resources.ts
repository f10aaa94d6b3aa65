/**
 * Which service integrations a Task may name. asl-validator takes any ARN: a topic's, a table's, a misspelt one.
 */
import { isObject, type Json } from './json';

type Pattern = '' | '.sync' | '.sync:2' | '.waitForTaskToken';

/** The optimised integrations that workflows use so far, with the patterns that AWS offers for each. */
const optimised: Readonly<Record<string, readonly Pattern[]>> = {
  'dynamodb:getItem': [''],
  'dynamodb:putItem': [''],
  'dynamodb:updateItem': [''],
  'dynamodb:deleteItem': [''],
  'events:putEvents': ['', '.waitForTaskToken'],
  'http:invoke': [''],
  'lambda:invoke': ['', '.waitForTaskToken'],
  'sns:publish': ['', '.waitForTaskToken'],
  'sqs:sendMessage': ['', '.waitForTaskToken'],
  'states:startExecution': ['', '.sync', '.sync:2', '.waitForTaskToken'],
};

const sdkCall = /^aws-sdk:[a-z0-9]+:[a-z][A-Za-z0-9]*$/;

/** What is wrong with a Task's Resource, if anything. */
export const resourceProblem = (resource: Json | undefined, args: Json | undefined): string | undefined => {
  if (typeof resource !== 'string') return undefined; // asl-validator says so
  const [, integration = '', pattern = ''] =
    /^arn:aws:states:::(.+?)(\.sync|\.sync:2|\.waitForTaskToken)?$/.exec(resource) ?? [];
  if (sdkCall.test(integration)) {
    return pattern === '' || pattern === '.waitForTaskToken' ? undefined : notOffered(integration, pattern);
  }
  const patterns: readonly string[] | undefined = Object.hasOwn(optimised, integration)
    ? optimised[integration]
    : undefined;
  if (!patterns) {
    return (
      `calls ${resource}, which is no service integration. Write arn:aws:states:::<service>:<action> and pass ` +
      'the ARN or name of the resource in Arguments (a new integration goes into lib/workflow/resources.ts).'
    );
  }
  if (!patterns.includes(pattern)) return notOffered(integration, pattern);
  if (integration === 'http:invoke' && !hasConnection(args)) {
    return 'calls an API without a connection. Set Arguments.InvocationConfig.ConnectionArn.';
  }
  return undefined;
};

const notOffered = (integration: string, pattern: string): string =>
  `calls ${integration} with ${pattern}, which AWS does not offer for it.`;

const hasConnection = (args: Json | undefined): boolean =>
  isObject(args) &&
  [args.InvocationConfig, args.Authentication].some(
    (config) => isObject(config) && typeof config.ConnectionArn === 'string',
  );
