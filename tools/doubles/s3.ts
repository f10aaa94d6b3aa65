/** S3 buckets in memory, with versions, multipart uploads and objects as streams. */
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import * as sdk from '@aws-sdk/client-s3';
import { type FaultPlan, Faults } from './faults';
import { errorsOf, type Failures, operationOf, underFaults } from './service';

const MINIMUM_PART = 5 * 1024 * 1024;

interface Version {
  id: string;
  body: Buffer;
}

interface Upload {
  key: string;
  parts: Map<number, Buffer>;
}

interface Input {
  Bucket: string;
  Key: string;
  VersionId?: string;
  Body?: Buffer | string;
  UploadId: string;
  PartNumber: number;
  MultipartUpload: { Parts: { PartNumber: number; ETag: string }[] };
  Prefix?: string;
  ContinuationToken?: string;
}

const s3Error = errorsOf(sdk, sdk.S3ServiceException);

const FAILURES: Failures = {
  throttled: () => s3Error('SlowDown', 'Please reduce your request rate.', 503),
  unavailable: () => s3Error('InternalError', 'We encountered an internal error.', 500),
  denied: () => s3Error('AccessDenied', 'Access Denied', 403),
};

/** A versioned bucket. `chunkBytes` is the size of a stream's chunks, `pageSize` the length of a list's pages. */
export function createS3Bucket(
  name: string,
  { chunkBytes = 64 * 1024, pageSize = 1000, faults = new Faults() } = {},
) {
  const files = new Map<string, Version[]>();
  const uploads = new Map<string, Upload>();
  const underPlan = underFaults('s3', faults, FAILURES);
  const calls = new Map<string, number>();
  let ids = 0;

  const put = (key: string, content: Buffer | string): { VersionId: string } => {
    const version = { id: `version-${++ids}`, body: Buffer.from(content) };
    files.set(key, [...(files.get(key) ?? []), version]);
    return { VersionId: version.id };
  };

  const find = (key: string, versionId?: string): Version => {
    const versions = files.get(key) ?? [];
    const found = versionId === undefined ? versions.at(-1) : versions.find(({ id }) => id === versionId);
    if (found) return found;
    throw versionId === undefined
      ? s3Error('NoSuchKey', 'The specified key does not exist.', 404)
      : s3Error('NoSuchVersion', 'The specified version does not exist.', 404);
  };

  const uploadOf = (id: string): Upload => {
    const upload = uploads.get(id);
    if (!upload) throw s3Error('NoSuchUpload', 'The specified upload does not exist.', 404);
    return upload;
  };

  const operations: Record<string, (input: Input) => object> = {
    getObject({ Key, VersionId }) {
      const { id, body } = find(Key, VersionId);
      const breaksOff = faults.take(`s3:body ${Key}`) !== undefined;
      const stream = Readable.from(chunks(body, breaksOff));
      const Body = Object.assign(stream, {
        transformToString: () => text(stream),
        transformToByteArray: async () => new Uint8Array(await buffer(stream)),
      });
      return { Body, ContentLength: body.length, VersionId: id };
    },
    putObject({ Key, Body = '' }) {
      return put(Key, Body);
    },
    createMultipartUpload({ Key }) {
      const UploadId = `upload-${++ids}`;
      uploads.set(UploadId, { key: Key, parts: new Map() });
      return { UploadId };
    },
    uploadPart({ UploadId, PartNumber, Body = '' }) {
      uploadOf(UploadId).parts.set(PartNumber, Buffer.from(Body));
      return { ETag: `etag-${PartNumber}` };
    },
    completeMultipartUpload({ UploadId, MultipartUpload: { Parts } }) {
      const { key, parts } = uploadOf(UploadId);
      const bodies = Parts.map(({ PartNumber, ETag }) => {
        const body = parts.get(PartNumber);
        if (!body || ETag !== `etag-${PartNumber}`)
          throw s3Error('InvalidPart', 'A part could not be found.');
        return body;
      });
      if (bodies.slice(0, -1).some(({ length }) => length < MINIMUM_PART)) {
        throw s3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size.');
      }
      uploads.delete(UploadId);
      return put(key, Buffer.concat(bodies));
    },
    abortMultipartUpload({ UploadId }) {
      uploadOf(UploadId);
      uploads.delete(UploadId);
      return {};
    },
    listObjectsV2({ Prefix = '', ContinuationToken = '' }) {
      const keys = [...files.keys()].filter((key) => key.startsWith(Prefix)).sort();
      const rest = keys.filter((key) => key > ContinuationToken);
      const page = rest.slice(0, pageSize);
      const next = rest.length > pageSize ? { NextContinuationToken: page.at(-1) } : {};
      return { Contents: page.map((Key) => ({ Key })), ...next };
    },
  };

  function* chunks(body: Buffer, breaksOff: boolean) {
    const length = breaksOff ? Math.floor(body.length / 2) : body.length;
    for (let start = 0; start < length; start += chunkBytes) {
      yield body.subarray(start, Math.min(start + chunkBytes, length));
    }
    if (breaksOff) throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
  }

  const call = async (operation: string, input: Input): Promise<object> => {
    if (input.Bucket !== name) throw s3Error('NoSuchBucket', 'The specified bucket does not exist', 404);
    const run = operations[operation];
    if (!run) throw new Error(`No double for S3's ${operation}`);
    calls.set(operation, (calls.get(operation) ?? 0) + 1);
    return underPlan(operation, input.Key ?? '', input, () => run(input));
  };

  return {
    /** Plans faults. Any fault of `s3:body <key>` makes the object's stream fail half-way. */
    fail: (plan: FaultPlan) => faults.add(plan),
    /** For Step Functions. */
    call: (operation: string, input: object) => call(operation, input as Input),
    failure: underPlan.failure,
    has: (operation: string): boolean => operation in operations,
    client: {
      send: (command: { input: Input }) => call(operationOf(command), command.input),
    } as unknown as sdk.S3Client,
    put,
    text: (key: string, versionId?: string): string => find(key, versionId).body.toString(),
    /** The values in a JSON Lines file. */
    jsonLines: (key: string): unknown[] =>
      find(key)
        .body.toString()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    keys: (prefix = ''): string[] => [...files.keys()].filter((key) => key.startsWith(prefix)),
    calls: (operation: string): number => calls.get(operation) ?? 0,
    /** Multipart uploads that were neither completed nor aborted. S3 keeps, and bills, their parts. */
    openUploads: () => uploads.size,
  };
}
