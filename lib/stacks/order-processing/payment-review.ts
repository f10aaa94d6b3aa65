/**
 * Payment review: a workflow that asks a person, and the table of reviews and answers.
 */
import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { StageTable } from '../../resources/stage-table';
import { StageStack } from '../../stage-stack';
import { invoke, items, publish, setting } from '../../workflow/bindings';
import { executionsOf } from '../../workflow/executions';
import { TaskFunction } from '../../workflow/task-function';
import { explainWildcard } from '../../workflow/wildcards';
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
  /** For the roles of the people who answer; nobody else needs to read task tokens. */
  readonly reviewersPolicy: ManagedPolicy;

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
        TWO_REVIEWERS_FROM: setting(JSON.stringify(stage.review.twoReviewersFrom ?? null)),
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
      // Half of the time that a reviewer has is over.
      overdue: { afterSeconds: Math.floor(stage.review.timeoutSeconds / 2), severity: 'ticket' },
      // The order of a failed review has been undone.
      isSwept: false,
    });
    this.reviewersPolicy = this.policyOfReviewers(key);
  }

  /** Exactly what `workflows review list|approve|reject` calls. */
  private policyOfReviewers(key: IKey): ManagedPolicy {
    const stack = Stack.of(this);
    const stackArn = stack.formatArn({
      service: 'cloudformation',
      resource: 'stack',
      resourceName: `${stack.stackName}/*`,
    });
    const allow = (resource: string, ...actions: string[]) =>
      new PolicyStatement({ actions, resources: [resource] });
    explainWildcard(stack, stackArn, 'CloudFormation chooses the last part of a stack’s ARN.');
    return new ManagedPolicy(this, 'ReviewersPolicy', {
      description: `Answers payment reviews of stage ${StageStack.of(this).stage.name}`,
      statements: [
        allow(stackArn, 'cloudformation:DescribeStacks'),
        allow(this.reviews.tableArn, 'dynamodb:Scan', 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
        allow(key.keyArn, 'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'),
        allow(this.workflow.stateMachine.stateMachineArn, 'states:SendTaskSuccess'),
        allow(executionsOf(this.workflow.stateMachine), 'states:DescribeExecution'),
      ],
    });
  }
}
