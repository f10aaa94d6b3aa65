/**
 * Bulk orders: a bucket for files of orders, and the workflow that starts the orders in a file.
 */
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { StageStack } from '../../stage-stack';
import { describe, files, invoke, publish, setting, start } from '../../workflow/bindings';
import { TaskFunction } from '../../workflow/task-function';
import { Workflow } from '../../workflow/workflow';

export interface BulkOrdersProps {
  /** State machine that each order starts. */
  readonly orderProcessing: StateMachine;
  /** Key of the topic, whose messages may quote orders. */
  readonly key: IKey;
}

export class BulkOrders extends Construct {
  /** People write to `uploads/`, the workflow to `checked/` and `results/`. */
  readonly bucket: Bucket;
  /** Receives a summary of each import. */
  readonly topic: Topic;
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { orderProcessing, key }: BulkOrdersProps) {
    super(scope, id);
    const { bulk, stripe } = StageStack.of(this).stage;

    this.bucket = this.createBucket();
    this.topic = new Topic(this, 'Topic', { masterKey: key, enforceSSL: true });
    const checkFile = new TaskFunction(this, 'CheckFile', {
      entry: 'bulk-orders/check-file',
      timeoutSeconds: 600,
      memoryMB: 1024,
      environment: {
        BULK_ORDERS_BUCKET: files(
          this.bucket,
          {
            'uploads/': ['GetObject', 'GetObjectVersion'],
            'checked/': ['PutObject', 'AbortMultipartUpload'],
          },
          { list: true },
        ),
        SETTLEMENT_CURRENCY: setting(stripe.settlementCurrency),
      },
    });
    const summarise = new TaskFunction(this, 'Summarise', {
      entry: 'bulk-orders/summarise',
      timeoutSeconds: 300,
      memoryMB: 512,
      environment: {
        BULK_ORDERS_BUCKET: files(
          this.bucket,
          { 'checked/': ['GetObject'], 'results/': ['GetObject'] },
          { list: true },
        ),
      },
    });

    const workflow = new Workflow(this, 'Workflow', {
      definition: 'bulk-orders',
      impact: 'Orders of an imported file are not started.',
      bindings: {
        CheckFileArn: invoke(checkFile),
        SummariseArn: invoke(summarise),
        OrderProcessingArn: start(orderProcessing),
        OrderExecutions: describe(orderProcessing),
        BulkOrdersTopic: publish(this.topic),
        BulkOrdersBucket: files(this.bucket, {
          'checked/': ['GetObject', 'GetObjectVersion'],
          'results/': ['GetObject', 'PutObject', 'AbortMultipartUpload', 'ListMultipartUploadParts'],
        }),
        BulkOrdersPerSecond: setting(String(bulk.ordersPerSecond)),
        BulkToleratedFailurePercentage: setting(String(bulk.toleratedFailurePercentage)),
      },
    });
    this.stateMachine = workflow.stateMachine;
  }

  private createBucket(): Bucket {
    const bucket = new Bucket(this, 'Bucket', {
      // An import reads one version of a file, even when another is uploaded meanwhile.
      versioned: true,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [
        {
          // As long as AWS keeps execution names, which keep an order from starting twice.
          expiration: Duration.days(90),
          // An import runs for up to 7 days and can be redriven for 14 more.
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      // In every stage, because a bucket with files cannot be deleted, nor its stack. The files expire.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only the import command and this workflow use it, under roles of their own, which CloudTrail records.',
    });
    return bucket;
  }
}
