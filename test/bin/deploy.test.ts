/** `npm run deploy`: how it reads its arguments, and its advice when a deployment is not possible yet. */
import { adviceFor, optionValues, stageOf } from '../../bin/deploy';
import { stages } from '../../lib/stages';

test.each([
  [['-c', 'stage=prod']],
  [['--context', 'stage=prod']],
  [['--context=stage=prod', '--require-approval', 'never']],
  [['--profile', 'work', '-c', 'other=a=b', '-c', 'stage=prod']],
])('%j means prod', (args) => {
  expect(stageOf(args)).toBe(stages.prod);
});

test('no stage means dev, and an unknown one is refused before anything is called', () => {
  expect(stageOf([])).toBe(stages.dev);
  expect(() => stageOf(['-c', 'stage=live'])).toThrow('There is no stage "live"');
});

test('an option is found in both spellings, and not without its value', () => {
  expect(optionValues(['--profile', 'work'], '--profile')).toEqual(['work']);
  expect(optionValues(['--profile=work'], '--profile')).toEqual(['work']);
  expect(optionValues(['--profile'], '--profile')).toEqual([]);
});

const failure = (name: string, message = 'as AWS says it') => Object.assign(new Error(message), { name });

test.each([
  [
    'the secret is missing',
    failure('ResourceNotFoundException'),
    'aws secretsmanager create-secret --name staging/stripe-secret-key',
  ],
  ['nobody is signed in', failure('CredentialsProviderError'), 'aws sso login'],
  ['the session ran out', failure('ExpiredTokenException'), 'aws sso login'],
  ['it is not allowed', failure('AccessDeniedException'), 'secretsmanager:DescribeSecret'],
  ['no Region is set', failure('Error', 'Region is missing'), 'set AWS_REGION'],
  ['the network is down', failure('Error', 'connect ECONNREFUSED'), 'connect ECONNREFUSED'],
])('advice when %s', (_what, error, advice) => {
  expect(adviceFor(error, stages.staging)).toContain(advice);
});
