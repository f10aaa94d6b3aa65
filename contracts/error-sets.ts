// Names of errors that pass by themselves, in sets. A definition names a set where it retries
// (lib/workflow/error-sets.ts); the sweep redrives what such an error stopped.

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
