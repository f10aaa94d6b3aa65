/**
 * Bulk orders: a bucket for files of orders, and the workflow that starts the orders in a file.
 */
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { FileBucket } from '../../resources/file-bucket';
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
}
