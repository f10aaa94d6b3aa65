/** DynamoDB's errors, as its client throws them. */
import * as sdk from '@aws-sdk/client-dynamodb';
import { errorsOf, type Failures } from './service';

export const dynamodbError = errorsOf(sdk, sdk.DynamoDBServiceException);

export const FAILURES: Failures = {
  conflict,
  throttled: () => dynamodbError('ThrottlingException', 'Rate exceeded'),
  unavailable: () => dynamodbError('InternalServerError', 'Internal server error', 500),
  denied: () =>
    dynamodbError('AccessDeniedException', 'User is not authorized to perform this action on this resource'),
};

function conflict(params: object): Error {
  if (!('TransactItems' in params) || !Array.isArray(params.TransactItems)) {
    return dynamodbError('TransactionConflictException', 'Transaction is ongoing for the item');
  }
  const last = params.TransactItems.length - 1;
  return cancelled(
    params.TransactItems.map((_item, index) => (index === last ? 'TransactionConflict' : 'None')),
  );
}

export const cancelled = (codes: string[]): Error =>
  dynamodbError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    400,
    { CancellationReasons: codes.map((Code) => ({ Code })) },
  );

export const invalid = (message: string) => dynamodbError('ValidationException', message);
