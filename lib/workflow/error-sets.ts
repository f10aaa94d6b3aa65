/**
 * Named sets of errors. A definition names a set in place of an error, as in
 * `"ErrorEquals": ["${LambdaPassing}", "States.Timeout"]`. Synth writes the names out, so that the template contains
 * each error, and the source stays valid JSON.
 */
export const errorSets = {
  /** Too many calls to a Lambda function or the service behind it. Retriers wait longer than for passing errors. */
  LambdaThrottled: ['RateLimited', 'Lambda.TooManyRequestsException'],
  /** Passing errors of a Lambda function. Ours throw `TemporaryFailure`, Lambda the others. */
  LambdaPassing: [
    'TemporaryFailure',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.Unknown',
    'Runtime.ExitError',
    'Sandbox.Timedout',
  ],
  /** Passing errors of DynamoDB, as the optimised integration (`dynamodb:putItem`) spells them. */
  DynamoDBPassing: [
    'DynamoDB.ProvisionedThroughputExceededException',
    'DynamoDB.RequestLimitExceededException',
    'DynamoDB.ThrottlingException',
    'DynamoDB.InternalServerErrorException',
    'DynamoDB.SdkClientException',
  ],
  /** The same errors, as the SDK integration (`aws-sdk:dynamodb:createTable`) spells them. */
  DynamoDBSdkPassing: [
    'DynamoDb.ProvisionedThroughputExceededException',
    'DynamoDb.RequestLimitExceededException',
    'DynamoDb.ThrottlingException',
    'DynamoDb.InternalServerErrorException',
    'DynamoDb.SdkClientException',
  ],
} as const;

type ErrorSet = keyof typeof errorSets;

const isErrorSet = (name: string): name is ErrorSet => Object.hasOwn(errorSets, name);

/** Writes out the sets in a definition's text. Other placeholders stay as they are. */
export const withErrorSets = (text: string): string =>
  text.replace(/"\$\{(\w+)\}"/g, (whole, name: string) =>
    isErrorSet(name) ? errorSets[name].map((error) => JSON.stringify(error)).join(', ') : whole,
  );
