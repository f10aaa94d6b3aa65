/**
 * A bucket for files that a workflow reads and writes: private, over TLS only, with versions, and every file expires.
 */
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

export interface FileBucketProps {
  /** After how many days files expire, by the beginning of their names; '' is every file. */
  readonly expiryDays: Readonly<Record<string, number>>;
}

export class FileBucket extends Bucket {
  constructor(scope: Construct, id: string, { expiryDays }: FileBucketProps) {
    super(scope, id, {
      // A reader can name the version that it means, whoever writes the file anew.
      versioned: true,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: Object.entries(expiryDays).map(([prefix, days]) => ({
        ...(prefix && { prefix }),
        expiration: Duration.days(days),
        // Executions run for days and can be redriven for 14 more.
        noncurrentVersionExpiration: Duration.days(30),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      })),
      // In every stage, because a bucket with files cannot be deleted, nor its stack. The files expire.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Only commands and one workflow use it, under roles of their own, which CloudTrail records.',
    });
  }
}
