// s3:getObject, s3:listObjectsV2 and s3:putObject, as a Distributed Map's ItemReader and ResultWriter use them.
import { gunzipSync } from 'node:zlib';
import { argumentsOf } from './arguments';
import { resultOf } from './aws';
import { type ErrorNaming, failureOf, TaskFailure } from './failure';
import { requirePermission } from './step-functions';
import type { Integration, IntegrationContext } from './types';

const NAMING: ErrorNaming = {
  prefix: 'S3',
  generic: 'AmazonS3Exception',
  service: 'Amazon S3',
  wording: 'optimised',
};

/** Returns the object's text. */
export const s3GetObject: Integration = async (call, context) => {
  await mayStartChildren(context);
  const output = await request('getObject', call.arguments, call.signal, context);
  const body: unknown = Reflect.get(output, 'Body');
  if (typeof body === 'object' && body !== null && 'transformToByteArray' in body) {
    const bytes: unknown =
      typeof body.transformToByteArray === 'function' && (await body.transformToByteArray());
    if (bytes instanceof Uint8Array) return textOf(bytes);
  }
  throw new TaskFailure('S3.SdkClientException', 'The object has no body.');
};

/** Decompresses gzip. AWS also reads zstd, which Node 20 cannot decompress. */
function textOf(bytes: Uint8Array): string {
  const magic = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  if (magic === '28b52ffd') {
    throw new TaskFailure('S3.SdkClientException', 'The local cloud does not unpack zstd.');
  }
  return (magic.startsWith('1f8b') ? gunzipSync(bytes) : Buffer.from(bytes)).toString();
}

/** Returns one page. */
export const s3ListObjects: Integration = async (call, context) => {
  await mayStartChildren(context);
  return resultOf(await request('listObjectsV2', call.arguments, call.signal, context));
};

/** Step Functions starts the Map's child executions as the role. */
const mayStartChildren = (context: IntegrationContext) =>
  requirePermission(context, 'states:StartExecution', context.stateMachineArn);

export const s3PutObject: Integration = async (call, context) =>
  resultOf(await request('putObject', call.arguments, call.signal, context));

async function request(operation: string, args: unknown, signal: AbortSignal, { aws }: IntegrationContext) {
  return aws.call('s3', operation, argumentsOf(args), signal).catch((error: unknown) => {
    throw failureOf(error, NAMING);
  });
}
