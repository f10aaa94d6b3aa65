/** DynamoDB's errors, as its client throws them. */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { awsError } from './faults';

export function conflict(params: object): Error {
  if (!('TransactItems' in params) || !Array.isArray(params.TransactItems)) {
    return awsError('TransactionConflictException', 'Transaction is ongoing for the item');
  }
  const last = params.TransactItems.length - 1;
  return cancelled(
    params.TransactItems.map((_item, index) => (index === last ? 'TransactionConflict' : 'None')),
  );
}

export function cancelled(codes: string[]): Error {
  return new TransactionCanceledException({
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    CancellationReasons: codes.map((Code) => ({ Code })),
    $metadata: {},
  });
}

export const invalid = (message: string) => awsError('ValidationException', message);
