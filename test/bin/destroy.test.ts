/** `npm run destroy`: what it refuses, what it asks, and that nothing is left behind. */
import { destroy } from '../../bin/destroy';
import { type Answer, deployed, failure, fakeAccount } from '../support/fake-account';

const table = (name: string) => `dev-tenant-${name}`;

/** A dev stage with a bucket of two versions, and the tables of two customers, one of them protected. */
function stage(answers: Record<string, Answer> = {}, agrees = true) {
  const tables = new Set([table('a'), table('b'), 'dev-tenants', 'other']);
  const versions = [
    { Key: 'uploads/1', VersionId: 'v1' },
    { Key: 'uploads/1', VersionId: 'v2' },
  ];
  let isProtected = true;
  const aws = fakeAccount({
    ListStackResources: ({ StackName }: Record<string, unknown>) => ({
      StackResourceSummaries: String(StackName).endsWith('OrderProcessing')
        ? [{ ResourceType: 'AWS::StepFunctions::StateMachine', PhysicalResourceId: 'arn:orders' }]
        : [],
    }),
    ListExecutions: { executions: [{}, {}, {}] },
    ListBuckets: { Buckets: [{ Name: 'imports' }, { Name: 'of-another-project' }, { Name: 'untagged' }] },
    GetBucketTagging: ({ Bucket }: Record<string, unknown>) => {
      if (Bucket === 'untagged') throw failure('NoSuchTagSet');
      return {
        TagSet: [
          { Key: 'app', Value: Bucket === 'imports' ? 'workflows' : 'other' },
          { Key: 'stage', Value: 'dev' },
        ],
      };
    },
    ListTables: () => ({ TableNames: [...tables].sort() }),
    ListObjectVersions: () => ({ Versions: versions.slice(0, 1) }),
    DeleteObjects: () => {
      versions.shift();
      return {};
    },
    DeleteBucket: () => {
      if (versions.length > 0) throw failure('BucketNotEmpty');
    },
    UpdateTable: () => (isProtected = false),
    DeleteTable: ({ TableName }: Record<string, unknown>) => {
      if (TableName === table('b') && isProtected) {
        throw failure(
          'ValidationException',
          'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
        );
      }
      tables.delete(String(TableName));
    },
    DescribeTable: ({ TableName }: Record<string, unknown>) => {
      if (!tables.has(String(TableName))) throw failure('ResourceNotFoundException');
      return {};
    },
    ...answers,
  });
  const printed: string[] = [];
  const cdk: string[][] = [];
  const run = (...args: string[]) =>
    destroy(args, {
      aws,
      io: {
        out: (text) => void printed.push(text),
        err: (text) => void printed.push(text),
        confirm: async () => agrees,
      },
      step: (_, work) => work(),
      stacksOf: async () => ['workflows-dev-Operations', 'workflows-dev-OrderProcessing'],
      cdkDestroy: (passed) => {
        cdk.push([...passed]);
        return 0;
      },
    });
  return { run, aws, cdk, text: () => printed.join('\n') };
}

test('says what goes, asks, deletes the stacks, then what they leave behind', async () => {
  const { run, aws, cdk, text } = stage();
  expect(await run('-c', 'stage=dev')).toBe(0);
  expect(text()).toMatch(
    /111122223333 in eu-west-1[\s\S]*Executions that run, which end half-way: 3\nBuckets with their files: imports\nTenants’ tables with their data: 2/,
  );
  expect(cdk).toEqual([['-c', 'stage=dev']]);
  expect(aws.changes).toEqual([
    'DeleteObjects imports',
    'DeleteObjects imports',
    'DeleteBucket imports',
    `DeleteTable ${table('a')}`,
    `DeleteTable ${table('b')}`,
    `UpdateTable ${table('b')}`,
    `DeleteTable ${table('b')}`,
  ]);
  expect(text()).toContain('dev is gone');
});

test('run again after it was cut short, it deletes what is left', async () => {
  const { run, aws } = stage({
    DescribeStacks: failure('ValidationError', 'Stack with id x does not exist'),
    DeleteTable: failure('ResourceNotFoundException'),
  });
  expect(await run('-c', 'stage=dev', '--yes')).toBe(0);
  expect(aws.changes.at(2)).toBe('DeleteBucket imports');
  expect(aws.changes.slice(3)).toEqual([`DeleteTable ${table('a')}`, `DeleteTable ${table('b')}`]);
});

test.each([
  ['without the person’s yes', ['-c', 'stage=dev'], 1, 'Nothing was deleted'],
  ['without a stage', [], 2, 'npm run destroy -- -c stage=dev'],
  ['prod', ['-c', 'stage=prod', '--yes'], 1, 'The data of prod is kept'],
])('deletes nothing %s', async (_, args, code, message) => {
  const { run, aws, cdk, text } = stage({}, false);
  expect(await run(...args)).toBe(code);
  expect(text()).toContain(message);
  expect([...aws.changes, ...cdk]).toEqual([]);
});

test('deletes nothing of another project', async () => {
  const { run, aws, cdk, text } = stage({
    DescribeStacks: { Stacks: [deployed('workflows-dev-Operations', { Tags: [] })] },
  });
  expect(await run('-c', 'stage=dev', '--yes')).toBe(1);
  expect(text()).toContain('not this project');
  expect([...aws.changes, ...cdk]).toEqual([]);
});

test('where cdk fails, nothing else is deleted', async () => {
  const { aws } = stage();
  const code = await destroy(['-c', 'stage=dev', '--yes'], {
    aws,
    io: { out: () => {}, err: () => {}, confirm: async () => false },
    step: (_, work) => work(),
    stacksOf: async () => [],
    cdkDestroy: () => 7,
  });
  expect(code).toBe(7);
  expect(aws.changes).toEqual([]);
});
