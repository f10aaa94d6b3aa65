/**
 * Order processing: the workflow and the resources that only it uses.
 */
import { CfnOutput } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { metricNamespace } from '../../contracts/stacks';
import { FifoQueue } from '../resources/fifo-queue';
import { NoticeTopic } from '../resources/notice-topic';
import { StageTable } from '../resources/stage-table';
import { invoke, invokeLive, items, publish, secret, send, setting } from '../workflow/bindings';
import { TaskFunction } from '../workflow/task-function';
import { Workflow } from '../workflow/workflow';
import { startAndWait } from '../workflow/workflow-bindings';
import { WorkflowStack, type WorkflowStackProps } from '../workflow/workflow-stack';
import { BulkOrders } from './order-processing/bulk-orders';
import { alarmOnOrders } from './order-processing/order-alarms';
import { PaymentReview } from './order-processing/payment-review';
import { StripeEvents } from './order-processing/stripe-events';

export interface OrderProcessingStackProps extends WorkflowStackProps {
  readonly customers: StageTable;
}

export class OrderProcessingStack extends WorkflowStack {
  readonly payments: StageTable;
  readonly reservations: StageTable;
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { customers, ...props }: OrderProcessingStackProps) {
    super(scope, id, { ...props, description: 'Order processing, payment reviews and imports of orders' });
    const { review } = this.stage;

    const payments = new StageTable(this, 'Payments', { key: 'execution' });
    const inventory = new StageTable(this, 'Inventory', { key: 'sku' });
    const reservations = new StageTable(this, 'Reservations', { key: 'orderId' });

    const key = new Key(this, 'Key', {
      description: `Orders in topics and queues, and their reviews, of stage ${this.stage.name}`,
      enableKeyRotation: true,
      removalPolicy: this.removalPolicy,
    });
    const notices = {
      key,
      runbook: 'order-processing-not-delivered',
      impact: 'Customers do not hear what became of their orders.',
    };
    const orderConfirmation = new NoticeTopic(this, 'OrderConfirmation', notices);
    const paymentFailure = new NoticeTopic(this, 'PaymentFailure', notices);
    const validationFailure = new NoticeTopic(this, 'ValidationFailure', notices);
    const { queue: fulfilment } = new FifoQueue(this, 'Fulfilment', {
      name: 'fulfilment',
      impact: 'Orders that are paid for are not picked, or cancelled ones are.',
      key,
    });

    const stripe = {
      STRIPE_SECRET_NAME: secret(this, this.stage.stripe.secretName),
      STRIPE_ENDPOINT: setting(this.stage.stripe.endpoint),
    };
    const metrics = { METRICS_NAMESPACE: setting(metricNamespace(this.stage.name)) };
    const validateOrder = new TaskFunction(this, 'ValidateOrder', {
      entry: 'order-processing/validate-order',
      timeoutSeconds: 20,
      memoryMB: 256,
      environment: {
        INVENTORY_TABLE: items(inventory, 'BatchGetItem'),
        SETTLEMENT_CURRENCY: setting(this.stage.stripe.settlementCurrency),
      },
    });
    const chargeCard = new TaskFunction(this, 'ChargeCard', {
      entry: 'order-processing/charge-card',
      timeoutSeconds: 40,
      memoryMB: 512,
      environment: {
        PAYMENTS_TABLE: items(payments, 'GetItem', 'UpdateItem'),
        REVIEW_THRESHOLDS: setting(JSON.stringify(review.thresholds)),
        ...stripe,
      },
    });
    const capturePayment = new TaskFunction(this, 'CapturePayment', {
      entry: 'order-processing/capture-payment',
      timeoutSeconds: 40,
      memoryMB: 512,
      environment: {
        PAYMENTS_TABLE: items(payments, 'GetItem'),
        RESERVATIONS_TABLE: items(reservations, 'UpdateItem'),
        ...metrics,
        ...stripe,
      },
    });
    const reversePayment = new TaskFunction(this, 'ReversePayment', {
      entry: 'order-processing/reverse-payment',
      timeoutSeconds: 40,
      memoryMB: 512,
      undoes: true,
      environment: { PAYMENTS_TABLE: items(payments, 'UpdateItem'), ...metrics, ...stripe },
    });
    const createShipment = new TaskFunction(this, 'CreateShipment', {
      entry: 'order-processing/create-shipment',
      timeoutSeconds: 20,
      memoryMB: 256,
      environment: { FULFILMENT_QUEUE_URL: send(fulfilment) },
    });
    const cancelShipment = new TaskFunction(this, 'CancelShipment', {
      entry: 'order-processing/cancel-shipment',
      timeoutSeconds: 20,
      memoryMB: 256,
      undoes: true,
      environment: { FULFILMENT_QUEUE_URL: send(fulfilment) },
    });
    const releaseInventory = new TaskFunction(this, 'ReleaseInventory', {
      entry: 'order-processing/release-inventory',
      timeoutSeconds: 20,
      memoryMB: 256,
      undoes: true,
      environment: {
        INVENTORY_TABLE: items(inventory, 'UpdateItem'),
        RESERVATIONS_TABLE: items(reservations, 'GetItem', 'UpdateItem'),
      },
    });

    const paymentReview = new PaymentReview(this, 'PaymentReview', { customers, key });
    const workflow = new Workflow(this, 'OrderProcessing', {
      definition: 'order-processing',
      impact: 'Customers cannot place orders.',
      outcomes: {
        Shipped: 'NotifyCustomer',
        Rejected: 'NotifyValidationFailure',
        /** Was declined, or could not be charged for a technical reason. */
        NotPaid: 'PaymentFailed',
        /** Stopped by a business outcome: declined, out of stock, not approved. */
        NotPlaced: 'NotifyPaymentFailure',
        /** For any reason, a technical failure too. */
        Undone: 'ReleaseInventory',
        Reviewed: 'ReviewPayment',
        /** Rounds in which another order held the same stock. */
        Contended: 'LetOthersFinish',
      },
      amounts: ['Captured', 'Refunded'],
      overdue: { afterSeconds: 600, severity: 'page', waitsFor: paymentReview.workflow.stateMachine },
      bindings: {
        ValidateOrderArn: invoke(validateOrder),
        ChargeCardArn: invoke(chargeCard),
        InventoryTable: items(inventory, 'UpdateItem'),
        ReservationsTable: items(reservations, 'GetItem', 'UpdateItem'),
        PaymentReviewArn: startAndWait(paymentReview.workflow),
        ReviewTimeoutSeconds: setting(String(review.timeoutSeconds)),
        CreateShipmentArn: invoke(createShipment),
        CapturePaymentArn: invoke(capturePayment),
        CancelShipmentArn: invokeLive(cancelShipment),
        ReleaseInventoryArn: invokeLive(releaseInventory),
        ReversePaymentArn: invokeLive(reversePayment),
        OrderConfirmationTopic: publish(orderConfirmation),
        PaymentFailureTopic: publish(paymentFailure),
        ValidationFailureTopic: publish(validationFailure),
      },
    });

    alarmOnOrders(this, workflow);

    const bulkOrders = new BulkOrders(this, 'BulkOrders', {
      orderProcessing: workflow,
      key,
    });

    const { eventBus } = this.stage.stripe;
    if (eventBus !== undefined) new StripeEvents(this, 'StripeEvents', { eventBus, payments, stripe });
    this.payments = payments;
    this.reservations = reservations;
    this.stateMachine = workflow.stateMachine;

    new CfnOutput(this, 'StateMachineArn', { value: workflow.release.liveArn });
    new CfnOutput(this, 'PaymentReviewStateMachineArn', {
      value: paymentReview.workflow.release.liveArn,
    });
    new CfnOutput(this, 'BulkOrdersStateMachineArn', { value: bulkOrders.workflow.release.liveArn });
    new CfnOutput(this, 'BulkOrdersBucketName', { value: bulkOrders.bucket.bucketName });
    new CfnOutput(this, 'BulkOrdersTopicArn', { value: bulkOrders.topic.topicArn });
    new CfnOutput(this, 'PaymentsTableName', { value: payments.tableName });
    new CfnOutput(this, 'InventoryTableName', { value: inventory.tableName });
    new CfnOutput(this, 'ReservationsTableName', { value: reservations.tableName });
    new CfnOutput(this, 'ReviewsTableName', { value: paymentReview.reviews.tableName });
    new CfnOutput(this, 'FulfilmentQueueUrl', { value: fulfilment.queueUrl });
    new CfnOutput(this, 'OrderConfirmationTopicArn', { value: orderConfirmation.topicArn });
    new CfnOutput(this, 'PaymentFailureTopicArn', { value: paymentFailure.topicArn });
    new CfnOutput(this, 'ValidationFailureTopicArn', { value: validationFailure.topicArn });
    new CfnOutput(this, 'ReviewersPolicyArn', { value: paymentReview.reviewersPolicy.managedPolicyArn });
    new CfnOutput(this, 'ReviewersTopicArn', { value: paymentReview.reviewers.topicArn });
  }
}
