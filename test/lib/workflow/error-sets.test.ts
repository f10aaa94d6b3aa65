import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorSets } from '../../../contracts/error-sets';
import { withErrorSets } from '../../../lib/workflow/error-sets';
import { allStatesOf } from '../../../lib/workflow/language/machines';
import { definitionNames, inlinedDefinition } from '../../../tools/world/definitions';

test('a set in a list of errors is replaced by its errors', () => {
  const text =
    '{ "ErrorEquals": ["DynamoDB.TransactionConflictException", "${LambdaThrottled}", "States.Timeout"] }';
  expect(JSON.parse(withErrorSets(text))).toEqual({
    ErrorEquals: [
      'DynamoDB.TransactionConflictException',
      'RateLimited',
      'Lambda.TooManyRequestsException',
      'States.Timeout',
    ],
  });
});

test('every other placeholder stays, also next to or inside text: it is a binding', () => {
  const text = '{ "A": "${Unknown}", "B": "a ${LambdaThrottled}", "C": "{% $number(\'${Limit}\') %}" }';
  expect(withErrorSets(text)).toBe(text);
});

describe.each(Object.entries(errorSets))('%s', (name, errors) => {
  test('is written out in full, each error once, and none that must not be retried', () => {
    expect(JSON.parse(withErrorSets(`["\${${name}}"]`))).toEqual([...new Set(errors)]);
    expect(errors.filter((error) => /^States\./.test(error))).toEqual([]);
  });

  test('has its row in docs/architecture.md', () => {
    const page = readFileSync(join(__dirname, '../../../docs/architecture.md'), 'utf8');
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``));
    if (name === 'DynamoDBSdkPassing') expect(row).toContain('`DynamoDb.`');
    else for (const error of errors) expect(row).toContain(`\`${error}\``);
  });
});

test('the two spellings of DynamoDB name the same errors', () => {
  const bare = (error: string) => error.replace(/^DynamoD[Bb]\./, '');
  expect(errorSets.DynamoDBSdkPassing.map(bare)).toEqual(errorSets.DynamoDBPassing.map(bare));
});

/** What an integration throws for an error that its SDK has no class for: throttling, often. */
const UNMODELLED: Record<string, string> = {
  'dynamodb:': 'DynamoDB.AmazonDynamoDBException',
  'aws-sdk:dynamodb:': 'DynamoDb.DynamoDbException',
  'aws-sdk:sfn:': 'Sfn.SfnException',
  'states:startExecution': 'StepFunctions.AWSStepFunctionsException',
  'lambda:invoke': 'Lambda.AWSLambdaException',
};

const tasks = definitionNames.flatMap((workflow) =>
  allStatesOf(JSON.parse(inlinedDefinition(workflow)))
    .filter(({ state }) => state.Type === 'Task' && state.Resource !== 'arn:aws:states:::http:invoke')
    .map(({ name, state }) => ({ task: `${workflow}: ${name}`, ...(state as unknown as Retried) })),
);

interface Retried {
  Resource: string;
  Retry: { ErrorEquals: string[]; MaxAttempts?: number }[];
}

test.each(tasks)('$task retries errors that the SDK does not model', ({ Resource, Retry }) => {
  const call = Resource.replace('arn:aws:states:::', '');
  const [, error = 'States.ALL'] =
    Object.entries(UNMODELLED).find(([prefix]) => call.startsWith(prefix)) ?? [];
  const retrier = Retry.find(
    ({ ErrorEquals }) => ErrorEquals.includes(error) || ErrorEquals.includes('States.ALL'),
  );
  expect({ error, retried: (retrier?.MaxAttempts ?? 0) > 0 }).toEqual({ error, retried: true });
});
