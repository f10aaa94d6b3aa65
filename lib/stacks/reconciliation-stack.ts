/**
 * Reconciliation: the workflow that compares Stripe with what the other workflows have recorded, and its reports.
 */
import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleGroup,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { Universal } from 'aws-cdk-lib/aws-scheduler-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { FileBucket } from '../resources/file-bucket';
import type { StageTable } from '../resources/stage-table';
import { RunbookAlarm } from '../workflow/alarms';
import { files, invokeLive, items, publish, secret, setting } from '../workflow/bindings';
import { TaskFunction } from '../workflow/task-function';
import { Workflow } from '../workflow/workflow';
import { lookUp, startLive } from '../workflow/workflow-bindings';
import { WorkflowStack, type WorkflowStackProps } from '../workflow/workflow-stack';

const IMPACT = 'Nobody notices money without goods, or goods without money.';

/** What is compared; all of it is only read. */
export interface ReconciliationStackProps extends WorkflowStackProps {
  readonly payments: StageTable;
  readonly reservations: StageTable;
  readonly customers: StageTable;
  readonly orderProcessing: StateMachine;
  readonly onboarding: StateMachine;
}

export class ReconciliationStack extends WorkflowStack {
  constructor(scope: Construct, id: string, props: ReconciliationStackProps) {
    super(scope, id, {
      ...props,
      description: 'Daily comparison of Stripe with orders and customers',
      // One execution a day: the stage's dashboard has room for it.
      hasDashboard: false,
    });
    const { stripe, runbookUrl, reconciliation, name } = this.stage;

    const bucket = new FileBucket(this, 'Bucket', { expiryDays: { 'work/': 30, 'reports/': 400 } });
    const compare = new TaskFunction(this, 'Compare', {
      entry: 'reconciliation/compare',
      timeoutSeconds: 480,
      memoryMB: 1024,
      environment: {
        PAYMENTS_TABLE: items(props.payments, 'GetItem'),
        RESERVATIONS_TABLE: items(props.reservations, 'GetItem'),
        CUSTOMERS_TABLE: items(props.customers, 'GetItem'),
        ORDER_MACHINE_ARN: lookUp(this, props.orderProcessing, { list: true }),
        ONBOARDING_MACHINE_ARN: lookUp(this, props.onboarding),
        STRIPE_SECRET_NAME: secret(this, stripe.secretName),
        STRIPE_ENDPOINT: setting(stripe.endpoint),
        RECONCILIATION_BUCKET: files(bucket, { 'work/': ['GetObject', 'PutObject'] }),
      },
    });
    const writeReport = new TaskFunction(this, 'WriteReport', {
      entry: 'reconciliation/write-report',
      timeoutSeconds: 120,
      memoryMB: 1024,
      environment: {
        RECONCILIATION_BUCKET: files(bucket, { 'work/': ['GetObject'], 'reports/': ['PutObject'] }),
      },
    });
    const workflow = new Workflow(this, 'Reconciliation', {
      definition: 'reconciliation',
      impact: IMPACT,
      severity: 'ticket',
      bindings: {
        CompareArn: invokeLive(compare),
        WriteReportArn: invokeLive(writeReport),
        AlarmTopic: publish(this.alarmTopic),
        Stage: setting(name),
        RunbookUrl: setting(runbookUrl),
      },
    });
    if (reconciliation.schedule) this.startBy(reconciliation.schedule, workflow);

    new CfnOutput(this, 'StateMachineArn', { value: workflow.release.liveArn });
    new CfnOutput(this, 'BucketName', { value: bucket.bucketName });
  }

  /** By the API itself, because Scheduler's own target for state machines leaves the execution's name to chance. */
  private startBy(schedule: string, { stateMachine, release }: Workflow): void {
    const scheduleGroup = new ScheduleGroup(this, 'Schedules', {
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new Schedule(this, 'Daily', {
      scheduleGroup,
      schedule: ScheduleExpression.expression(schedule),
      target: new Universal({
        maxEventAge: Duration.hours(6),
        service: 'sfn',
        action: 'startExecution',
        input: ScheduleTargetInput.fromObject({
          StateMachineArn: release.liveArn,
          Name: `reconcile-${ContextAttribute.executionId}`,
          Input: '{}',
        }),
        policyStatements: [startLive(stateMachine)],
      }),
    });
    new RunbookAlarm(this, 'NotStarted', {
      severity: 'ticket',
      cause: 'EventBridge Scheduler could not start the daily reconciliation.',
      impact: IMPACT,
      runbook: 'reconciliation-not-started',
      metric: scheduleGroup.metricDropped({ period: Duration.minutes(5), statistic: 'Sum' }),
    });
  }
}
