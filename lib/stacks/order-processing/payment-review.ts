/**
 * Payment review: a workflow that asks a person, and the table of reviews and answers.
 */
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { StageTable } from '../../resources/stage-table';
import { StageStack } from '../../stage-stack';
import { invoke, items, publish, setting } from '../../workflow/bindings';
import { TaskFunction } from '../../workflow/task-function';
import { Workflow } from '../../workflow/workflow';

export interface PaymentReviewProps {
  /** Table of customers, whose data the reviewer sees. */
  readonly customers: StageTable;
  /** Key of the table and the topic. Our own, because whoever reads a task token can approve the payment. */
  readonly key: IKey;
}

export class PaymentReview extends Construct {
  /** One item per review: the order, the task token, the answer. */
  readonly reviews: StageTable;
  /** Receives a message about each review, with the commands that answer it. */
  readonly reviewers: Topic;
  readonly workflow: Workflow;

  constructor(scope: Construct, id: string, { customers, key }: PaymentReviewProps) {
    super(scope, id);
    const { stage } = StageStack.of(this);
    const timeout = setting(String(stage.review.timeoutSeconds));

    this.reviewers = new Topic(this, 'Reviewers', { masterKey: key, enforceSSL: true });
    this.reviews = new StageTable(this, 'Reviews', {
      key: 'execution',
      timeToLive: 'expiration',
      encryptionKey: key,
    });
    const requestReview = new TaskFunction(this, 'RequestReview', {
      entry: 'payment-review/request-review',
      timeoutSeconds: 19,
      memoryMB: 256,
      environment: {
        REVIEWS_TABLE: items(this.reviews, 'UpdateItem'),
        REVIEWERS_TOPIC_ARN: publish(this.reviewers),
        REVIEW_TIMEOUT_SECONDS: timeout,
        STAGE: setting(stage.name),
      },
    });
    this.workflow = new Workflow(this, 'Workflow', {
      definition: 'payment-review',
      impact: 'Large orders are undone instead of reviewed.',
      bindings: {
        CustomersTable: items(customers, 'GetItem'),
        RequestReviewArn: invoke(requestReview),
        ReviewTimeoutSeconds: timeout,
      },
      // The order of a failed review has been undone.
      isSwept: false,
    });
  }
}
