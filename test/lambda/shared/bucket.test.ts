/** Streams files to and from S3: a file is written as a whole (in one request or in parts) or not at all. */
import { createBucket } from '../../../lambda/shared/bucket';
import { fails, replyLost } from '../../../tools/doubles/faults';
import { createS3Bucket } from '../../../tools/doubles/s3';

const megabytes = (count: number) => 'ä'.repeat(count * 512 * 1024);

function open() {
  const s3 = createS3Bucket('files');
  return { s3, bucket: createBucket({ s3: s3.client, name: 'files' }) };
}

const writeAll = async ({ bucket }: ReturnType<typeof open>, pieces: string[]) => {
  const file = bucket.write('a');
  for (const piece of pieces) await file.write(piece);
  return file.close();
};

test.each([
  ['nothing', [], 0],
  ['little, in one piece', ['a', 'b'], 0],
  ['just below a part', [megabytes(7)], 0],
  ['exactly a part', [megabytes(4), megabytes(4)], 1],
  ['two parts and a rest', [megabytes(6), megabytes(6), megabytes(10), 'end'], 3],
])('%s', async (_what, pieces, parts) => {
  const opened = open();
  const versionId = await writeAll(opened, pieces);
  expect(opened.s3.text('a', versionId) === pieces.join('')).toBe(true);
  expect(opened.s3.calls('uploadPart')).toBe(parts);
  expect(opened.s3.openUploads()).toBe(0);
});

test('a discarded upload leaves no object and no parts', async () => {
  const { s3, bucket } = open();
  const file = bucket.write('a');
  await file.write(megabytes(9));
  expect(s3.openUploads()).toBe(1);
  await file.discard();
  await bucket.write('b').discard();
  expect(s3.openUploads()).toBe(0);
  expect(s3.keys()).toEqual([]);
});

test.each([
  ['a throttled', 'uploadPart', fails('throttled'), 'TemporaryFailure'],
  ['an unheard', 'putObject', replyLost, 'TemporaryFailure'],
  ['a failed', 'createMultipartUpload', fails('unavailable'), 'TemporaryFailure'],
  ['a denied', 'completeMultipartUpload', fails('denied'), 'AccessDenied'],
] as const)('%s %s is reported', async (_how, operation, fault, name) => {
  const opened = open();
  opened.s3.fail({ [`s3:${operation}`]: [fault] });
  const pieces = operation === 'putObject' ? ['a'] : [megabytes(9)];
  await expect(writeAll(opened, pieces)).rejects.toMatchObject({ name });
});

test('reads the newest version, or a given one', async () => {
  const { s3, bucket } = open();
  const { VersionId: first } = s3.put('a', 'one');
  const { VersionId: second } = s3.put('a', 'second');
  expect(await bucket.read('a')).toMatchObject({ versionId: second, size: 6 });
  expect(await bucket.read('a', first)).toMatchObject({ versionId: first, size: 3 });
  await expect(bucket.read('a', 'gone')).rejects.toMatchObject({ name: 'NoSuchVersion' });
  await expect(bucket.read('b')).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('lists all keys of a prefix, page by page', async () => {
  const s3 = createS3Bucket('files', { pageSize: 2 });
  for (const key of ['a/1', 'a/2', 'a/3', 'a/4', 'a/5', 'b/1']) s3.put(key, '');
  const bucket = createBucket({ s3: s3.client, name: 'files' });
  expect(await bucket.list('a/')).toEqual(['a/1', 'a/2', 'a/3', 'a/4', 'a/5']);
  expect(await bucket.list('c/')).toEqual([]);
});
