import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorSets } from '../../../contracts/error-sets';
import { withErrorSets } from '../../../lib/workflow/error-sets';

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
