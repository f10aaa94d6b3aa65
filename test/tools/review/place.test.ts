// Of a whole stage, test/lib/stacks.test.ts shows that only its place is another.
import { ofAnyPlace } from '../../../tools/review/place';

const template = JSON.stringify([
  'arn:aws:states:::lambda:invoke',
  'arn:aws:s3:::bucket',
  'arn:aws:iam::123456789012:root',
  'https://eu-west-1.console.aws.amazon.com',
  'eu-west-10',
  '91234567890123',
]);

test('account, Region and partition are written as references are read', () => {
  expect(JSON.parse(ofAnyPlace(template, 'aws://123456789012/eu-west-1'))).toEqual([
    'arn:aws:states:::lambda:invoke',
    'arn:<Partition>:s3:::bucket',
    'arn:<Partition>:iam::<AccountId>:root',
    'https://<Region>.console.aws.amazon.com',
    'eu-west-10',
    '91234567890123',
  ]);
});

test('a stage of any place has nothing to be written otherwise', () => {
  expect(ofAnyPlace(template, 'aws://unknown-account/unknown-region')).toBe(template);
});
