/**
 * What only Stripe knows later (a refund that failed, a dispute, a cancelled authorisation) comes over its event
 * destination for Amazon EventBridge: https://docs.stripe.com/event-destinations/eventbridge
 */
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { STRIPE_EVENTS } from '../../../lambda/order-processing/stripe-events';
import type { StageTable } from '../../resources/stage-table';
import { type Bindings, items, publish, send, setting } from '../../workflow/bindings';
import { TaskFunction } from '../../workflow/task-function';
import { withDeadLetters } from '../../workflow/undelivered';
import { WorkflowStack } from '../../workflow/workflow-stack';

export interface StripeEventsProps {
  /** Name of the partner event bus. */
  readonly eventBus: string;
  readonly payments: StageTable;
  /** What a function needs to call Stripe. */
  readonly stripe: Bindings;
}

export class StripeEvents extends Construct {
  constructor(scope: Construct, id: string, { eventBus, payments, stripe }: StripeEventsProps) {
    super(scope, id);
    const { alarmTopic, undelivered, stage } = WorkflowStack.of(this);

    const stripeEvent = new TaskFunction(this, 'StripeEvent', {
      entry: 'order-processing/stripe-event',
      timeoutSeconds: 90,
      memoryMB: 256,
      environment: {
        PAYMENTS_TABLE: items(payments, 'GetItem', 'UpdateItem'),
        ALARM_TOPIC_ARN: publish(alarmTopic),
        STAGE: setting(stage.name),
        RUNBOOK_URL: setting(stage.runbookUrl),
        ...stripe,
      },
    });
    // EventBridge counts an event as delivered when Lambda has taken it: what fails after that is Lambda's to keep.
    stripeEvent.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: {
        bind: () => {
          send(undelivered).grantTo?.(stripeEvent);
          return { destination: undelivered.queueArn };
        },
      },
    });
    new CfnOutput(Stack.of(this), 'StripeEventFunctionName', { value: stripeEvent.functionName });
    new Rule(this, 'Rule', {
      description: 'What Stripe reports of payments',
      eventBus: EventBus.fromEventBusName(this, 'Bus', eventBus),
      eventPattern: {
        // A partner event bus has the name of its one source.
        source: [eventBus],
        detailType: [...STRIPE_EVENTS],
        detail: {
          $or: [
            { type: STRIPE_EVENTS.filter((type) => type !== 'refund.updated') },
            { type: ['refund.updated'], data: { object: { status: ['canceled'] } } },
          ],
        },
      },
      targets: [withDeadLetters(new LambdaFunction(stripeEvent))],
    });
  }
}
