/** The real functions of imports. */
import type { S3Client } from '@aws-sdk/client-s3';
import { createCheckFile } from '../../../lambda/bulk-orders/check-file.lambda';
import { createSummarise } from '../../../lambda/bulk-orders/summarise.lambda';
import type { OrderRules } from '../../../lambda/order-processing/order';
import { createBucket } from '../../../lambda/shared/bucket';

/** What the functions are given. */
interface Services {
  s3: S3Client;
  bucketName: string;
  rules: OrderRules;
}

export function functions({ s3, bucketName, rules }: Services) {
  const bucket = createBucket({ s3, name: bucketName });
  return {
    'check-file': createCheckFile({ bucket, bucketName, rules }),
    summarise: createSummarise({ bucket, bucketName }),
  };
}
