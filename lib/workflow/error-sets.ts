/**
 * Errors that retriers name together. A definition names a set where the language wants errors, as in
 * `"ErrorEquals": ["${LambdaPassing}", "States.Timeout"]`; synth writes the names out, so that the template has each
 * of them, and the source stays valid JSON.
 */
export const errorSets = {
  /** A Lambda function, or the service behind it, asks for patience: it needs more time than what merely passes. */
  LambdaThrottled: ['RateLimited', 'Lambda.TooManyRequestsException'],
  /** What passes at a Lambda function. `TemporaryFailure` is thrown by our own, the rest by Lambda. */
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
  /** What passes at DynamoDB, as the optimised integration (`dynamodb:putItem`) spells it. */
  DynamoDBPassing: [
    'DynamoDB.ProvisionedThroughputExceededException',
    'DynamoDB.RequestLimitExceededException',
    'DynamoDB.ThrottlingException',
    'DynamoDB.InternalServerErrorException',
    'DynamoDB.SdkClientException',
  ],
  /** The same, as the SDK integration (`aws-sdk:dynamodb:createTable`) spells it. */
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

/** A definition's text with the names of each set written out; other placeholders stay as they are. */
export const withErrorSets = (text: string): string =>
  text.replace(/"\$\{(\w+)\}"/g, (whole, name: string) =>
    isErrorSet(name) ? errorSets[name].map((error) => JSON.stringify(error)).join(', ') : whole,
  );
