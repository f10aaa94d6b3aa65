/** Which executions the sweep may redrive, and when. Of everything else a person decides. */
import { errorSets } from '../../contracts/error-sets';
import { endedAtFailState } from '../../contracts/undone';

/** The sweep redrives an execution that was redriven less often than this, by whomever. */
export const MOST_REDRIVES = 5;

/**
 * Errors that are gone by the time their state is tried again. Not the names that may mean anything
 * (`DynamoDb.DynamoDbException`), nor what only another input, definition or permission mends.
 */
const PASSING: ReadonlySet<string> = new Set([
  ...Object.values(errorSets).flat(),
  'ServiceUnavailable',
  // Whatever the cause: an undo must work in the end, and its function is made to be called again.
  'CompensationFailed',
  'IdempotencyAlreadyInProgressError',
  'States.Timeout',
  'States.Http.Socket',
  'Events.ConnectionResource.AuthInProgress',
  'Events.ConnectionResource.ConcurrentModification',
  'Events.ConnectionResource.InternalError',
  'DynamoDB.TransactionConflictException',
  // A table that is not ready, or one of too many that are made at once.
  'DynamoDb.ContinuousBackupsUnavailableException',
  'DynamoDb.LimitExceededException',
  'DynamoDb.ResourceInUseException',
]);

/** An API's own trouble, or too many calls of it. */
const PASSING_STATUS = /^States\.Http\.StatusCode\.(409|429|5\d\d)$/;

export const isPassing = (error: string | undefined): boolean =>
  error !== undefined && (PASSING.has(error) || PASSING_STATUS.test(error));

/** As DescribeExecution returns it. */
interface Described {
  readonly status?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly redriveStatus?: string | undefined;
}

/** Whether it stopped half-way, for a reason that may be gone. */
export const isRedrivable = ({ status, error, cause, redriveStatus }: Described): boolean =>
  status === 'FAILED' && redriveStatus === 'REDRIVABLE' && !endedAtFailState(cause) && isPassing(error);

/** A day less than the 14 for which AWS redrives, so that what the last redrive leaves can still be looked at. */
const LONGEST = 13 * 86_400_000;

/** As ListExecutions returns it. */
interface Listed {
  readonly stopDate?: Date | undefined;
  readonly redriveCount?: number | undefined;
}

/**
 * Whether it may be its turn at `now`: `afterSeconds` after its end, and twice as long after each redrive, since what
 * did not pass in the meantime takes longer.
 */
export const isDue = (
  { stopDate, redriveCount = 0 }: Listed,
  { now, afterSeconds }: { readonly now: Date; readonly afterSeconds: number },
): boolean => {
  if (stopDate === undefined || redriveCount >= MOST_REDRIVES) return false;
  const stoppedFor = now.getTime() - stopDate.getTime();
  return stoppedFor >= afterSeconds * 1000 * 2 ** redriveCount && stoppedFor < LONGEST;
};
