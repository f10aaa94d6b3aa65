/**
 * Bulk orders: a bucket for files of orders, and the workflow that starts the orders in a file.
 */
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { FileBucket } from '../../resources/file-bucket';
import { StageStack } from '../../stage-stack';
import { files, invokeLive, publish, setting } from '../../workflow/bindings';
import { TaskFunction } from '../../workflow/task-function';
import { Workflow } from '../../workflow/workflow';
import { describe, start } from '../../workflow/workflow-bindings';

export interface BulkOrdersProps {
  /** The workflow that each order starts. */
  readonly orderProcessing: Workflow;
  /** Key of the topic, whose messages may quote orders. */
  readonly key: IKey;
}

export class BulkOrders extends Construct {
  /** People write to `uploads/`, the workflow to `checked/` and `results/`. */
  readonly bucket: Bucket;
  /** Receives a summary of each import. */
  readonly topic: Topic;
  readonly workflow: Workflow;

  constructor(scope: Construct, id: string, { orderProcessing, key }: BulkOrdersProps) {
    super(scope, id);
    const { bulk, stripe } = StageStack.of(this).stage;

    // As long as AWS keeps execution names, which keep an order from starting twice.
    this.bucket = new FileBucket(this, 'Bucket', { expiryDays: { '': 90 } });
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

    this.workflow = new Workflow(this, 'Workflow', {
      definition: 'bulk-orders',
      impact: 'Orders of an imported file are not started.',
      bindings: {
        CheckFileArn: invokeLive(checkFile),
        SummariseArn: invokeLive(summarise),
        OrderProcessingArn: start(orderProcessing),
        OrderExecutions: describe(orderProcessing.stateMachine),
        BulkOrdersTopic: publish(this.topic),
        BulkOrdersBucket: files(this.bucket, {
          'checked/': ['GetObject', 'GetObjectVersion'],
          'results/': ['GetObject', 'PutObject', 'AbortMultipartUpload', 'ListMultipartUploadParts'],
        }),
        BulkOrdersPerSecond: setting(String(bulk.ordersPerSecond)),
        BulkToleratedFailurePercentage: setting(String(bulk.toleratedFailurePercentage)),
      },
    });
  }
}
