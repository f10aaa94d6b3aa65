/** Reads and writes files as streams, so that memory does not limit their size. */
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { aws, clientConfig } from './aws';
import { TemporaryFailure } from './errors';

/** S3 takes parts of 5 MiB or more, except for the last. Two files are written at once, in 16 MiB of memory. */
const PART_BYTES = 8 * 1024 * 1024;

type S3 = Pick<S3Client, 'send'>;

export interface FileReader {
  versionId: string;
  /** Bytes. */
  size: number;
  /** Iterating throws TemporaryFailure when the connection is lost. */
  chunks: AsyncIterable<Uint8Array>;
}

export interface FileWriter {
  write(text: string): Promise<void>;
  /** Completes the file, which exists from then on. Returns its version. */
  close(): Promise<string>;
  /** Removes the parts that were written. When S3 does not answer, the bucket's lifecycle removes them later. */
  discard(): Promise<void>;
}

export interface Bucket {
  /** @throws S3's errors: NoSuchKey, NoSuchVersion, … */
  read(key: string, versionId?: string): Promise<FileReader>;
  write(key: string): FileWriter;
  /** Returns the keys below a prefix. */
  list(prefix: string): Promise<string[]>;
}

/** Sending a part takes longer than the calls that `clientConfig` is for. */
export const createS3 = () =>
  new S3Client({
    ...clientConfig,
    requestHandler: { ...clientConfig.requestHandler, requestTimeout: 20_000, socketTimeout: 20_000 },
  });

/** Every method throws RateLimited or TemporaryFailure when another try may work. */
export function createBucket({
  s3,
  name,
  partBytes = PART_BYTES,
}: {
  s3: S3;
  name: string;
  /** How much is uploaded at a time. S3 takes no less than 5 MB, but for the last part. */
  partBytes?: number;
}): Bucket {
  return {
    async read(key, versionId) {
      const object = await aws(() =>
        s3.send(new GetObjectCommand({ Bucket: name, Key: key, VersionId: versionId })),
      );
      return {
        versionId: present(object.VersionId),
        size: object.ContentLength ?? 0,
        chunks: chunksOf(object),
      };
    },

    write: (key) => createFileWriter(s3, { Bucket: name, Key: key }, partBytes),

    async list(prefix) {
      const keys: string[] = [];
      let token: string | undefined;
      do {
        const request = new ListObjectsV2Command({ Bucket: name, Prefix: prefix, ContinuationToken: token });
        const page = await aws(() => s3.send(request));
        keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
        token = page.NextContinuationToken;
      } while (token !== undefined);
      return keys;
    },
  };
}

async function* chunksOf({ Body }: GetObjectCommandOutput): AsyncGenerator<Uint8Array> {
  if (!(Body instanceof Readable)) throw new Error('S3 answered without a stream');
  try {
    yield* Body;
  } catch (error) {
    throw new TemporaryFailure(`Reading from S3 stopped: ${error}`, { cause: error });
  }
}

function createFileWriter(s3: S3, file: { Bucket: string; Key: string }, partBytes: number): FileWriter {
  let buffered: string[] = [];
  let bytes = 0;
  let uploadId: string | undefined;
  const parts: CompletedPart[] = [];

  const take = () => {
    const body = Buffer.from(buffered.join(''));
    buffered = [];
    bytes = 0;
    return body;
  };

  const uploadPart = async () => {
    const Body = take();
    await aws(async () => {
      uploadId ??= present((await s3.send(new CreateMultipartUploadCommand(file))).UploadId);
      const PartNumber = parts.length + 1;
      const part = await s3.send(new UploadPartCommand({ ...file, UploadId: uploadId, PartNumber, Body }));
      parts.push({ PartNumber, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 });
    });
  };

  return {
    async write(text) {
      buffered.push(text);
      bytes += Buffer.byteLength(text);
      if (bytes >= partBytes) await uploadPart();
    },

    async close() {
      if (uploadId === undefined) {
        const Body = take();
        const put = await aws(() => s3.send(new PutObjectCommand({ ...file, Body })));
        return present(put.VersionId);
      }
      if (bytes > 0) await uploadPart();
      const UploadId = uploadId;
      const MultipartUpload = { Parts: parts };
      const completed = await aws(() =>
        s3.send(new CompleteMultipartUploadCommand({ ...file, UploadId, MultipartUpload })),
      );
      return present(completed.VersionId);
    },

    async discard() {
      if (uploadId === undefined) return;
      await s3.send(new AbortMultipartUploadCommand({ ...file, UploadId: uploadId })).catch(() => {});
    },
  };
}

/** Narrows a field that S3 always sends for a bucket with versions. */
function present(value: string | undefined): string {
  if (value === undefined)
    throw new Error('S3 left out the version or upload id: the bucket must keep versions');
  return value;
}
