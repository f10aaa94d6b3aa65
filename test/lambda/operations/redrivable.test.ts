/** The errors that the sweep takes for passing are those that the definitions retry by name. */
import { isPassing } from '../../../lambda/operations/redrivable';
import { definitionNames, inlinedDefinition } from '../../../tools/world/definitions';

interface State {
  Retry?: { ErrorEquals: string[]; MaxAttempts?: number }[];
  Catch?: { ErrorEquals: string[] }[];
  Branches?: Machine[];
  ItemProcessor?: Machine;
  States?: Record<string, State>;
}
type Machine = Required<Pick<State, 'States'>>;

/** Errors by which an execution can fail at a state that retries them, with the state. */
const retriedIn = ({ States }: Machine): string[][] =>
  Object.entries(States)
    .filter(([, state]) => !state.Catch?.some(({ ErrorEquals }) => ErrorEquals.includes('States.ALL')))
    .flatMap(([name, { Retry = [], Branches = [], ItemProcessor }]) => [
      ...Retry.filter(({ MaxAttempts }) => MaxAttempts !== 0).flatMap(({ ErrorEquals }) =>
        ErrorEquals.map((error) => [name, error]),
      ),
      ...[...Branches, ...(ItemProcessor ? [ItemProcessor] : [])].flatMap(retriedIn),
    ]);

/** What a retrier names in case, and what may be anything: a table that is gone, a permission that is missing. */
const mayBeAnything = ['States.ALL', 'DynamoDB.AmazonDynamoDBException', 'DynamoDb.DynamoDbException'];

test.each(definitionNames)('%s', (name) => {
  const retried = retriedIn(JSON.parse(inlinedDefinition(name)));
  expect(retried.length).toBeGreaterThan(0);
  const unknown = retried.filter(([, error]) => !isPassing(error) && !mayBeAnything.includes(error ?? ''));
  expect(
    unknown.map(([state, error]) => `${state} retries ${error}: add it to lambda/operations/redrivable.ts`),
  ).toEqual([]);
});

test.each([
  ...mayBeAnything,
  ...['ValidationError', 'PaymentDeclined', 'StripeKeyMissing', 'TypeError', 'Error'],
  ...['States.Runtime', 'States.QueryEvaluationError', 'States.DataLimitExceeded', 'States.Permissions'],
  ...['States.Http.StatusCode.400', 'States.Http.StatusCode.401', 'DynamoDb.ResourceNotFoundException'],
  undefined,
])('%s is none of them', (error) => {
  expect(isPassing(error)).toBe(false);
});
