// The files that an import or a reconciliation has written.

import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Cloud } from '../../bin/cli/cloud';
import type { StackName } from '../../contracts/workflows';
import type { ShownRecord } from '../model';

/** The most files that are shown of each folder. */
const MOST_FILES = 20;

/** @param bucket the stack and its output that has the bucket's name */
export async function filesIn(
  cloud: Cloud,
  [stack, output]: readonly [StackName, string],
  prefixes: readonly string[],
): Promise<ShownRecord[]> {
  const [s3, Bucket] = await Promise.all([cloud.clients.s3(), cloud.output(stack, output)]);
  const found = await Promise.all(
    prefixes.map(async (Prefix) => {
      const { Contents = [], IsTruncated } = await s3.send(
        new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: MOST_FILES }),
      );
      const files = Contents.map(({ Key = '', Size = 0 }) => ({
        title: 'File',
        says: `s3://${Bucket}/${Key}, ${Size} bytes`,
      }));
      return IsTruncated
        ? [...files, { title: 'File', says: `and more in s3://${Bucket}/${Prefix}` }]
        : files;
    }),
  );
  const files = found.flat();
  return files.length > 0 ? files : [{ title: 'File', says: `none in s3://${Bucket}/` }];
}
