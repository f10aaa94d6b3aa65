/**
 * The sweep of a stack: a function that on a schedule redrives what stopped half-way for a passing reason, and more often
 * counts what runs for too long, in every workflow of the stack. A stack has one as soon as it has such a workflow.
 */
import { CfnOutput, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { metricNamespace } from '../../contracts/stacks';
import type { Watched } from '../../lambda/operations/overdue';
import { StageStack } from '../stage-stack';
import { RunbookAlarm } from './alarms';
import { publish, setting } from './bindings';
import { TaskFunction } from './task-function';
import { withDeadLetters } from './undelivered';
import { listExecutions, redriveFailed } from './workflow-bindings';
import { WorkflowStack } from './workflow-stack';

export class Sweep extends Construct {
  private readonly fn: TaskFunction;
  /** ARNs by workflow. */
  private readonly machines: Record<string, string> = {};
  private readonly watched: Record<string, Watched> = {};

  /** The sweep of the stack that contains a construct. */
  static of(construct: Construct): Sweep {
    const stack = WorkflowStack.of(construct);
    const found = stack.node.tryFindChild('Sweep');
    return found instanceof Sweep ? found : new Sweep(stack);
  }

  private constructor(scope: WorkflowStack) {
    super(scope, 'Sweep');
    const { alarmTopic, stage } = scope;
    const json = (produce: () => unknown) =>
      setting(Lazy.string({ produce: () => Stack.of(this).toJsonString(produce()) }));

    this.fn = new TaskFunction(this, 'Function', {
      entry: 'operations/sweep',
      timeoutSeconds: 600,
      memoryMB: 256,
      environment: {
        STATE_MACHINES: json(() => this.machines),
        WATCHED: json(() => this.watched),
        METRICS_NAMESPACE: setting(metricNamespace(stage.name)),
        ALARM_TOPIC_ARN: publish(alarmTopic),
        AFTER_SECONDS: setting(String(stage.sweep.afterSeconds)),
        STAGE: setting(stage.name),
        RUNBOOK: setting(`${stage.runbookUrl}#the-sweep`),
      },
    });
    new Rule(this, 'Schedule', {
      description: 'Redrives executions that stopped half-way',
      schedule: Schedule.rate(Duration.minutes(stage.sweep.everyMinutes)),
      enabled: stage.sweep.isScheduled,
      targets: [withDeadLetters(new LambdaFunction(this.fn))],
    });
    new Rule(this, 'Watch', {
      description: 'Counts executions that run for too long',
      schedule: Schedule.rate(Duration.minutes(2)),
      enabled: stage.sweep.isScheduled,
      targets: [
        withDeadLetters(
          new LambdaFunction(this.fn, { event: RuleTargetInput.fromObject({ task: 'count-overdue' }) }),
        ),
      ],
    });
    new RunbookAlarm(this, 'Failing', {
      severity: 'ticket',
      cause: 'The sweep keeps failing.',
      impact:
        'Executions that stopped half-way stay so until a person redrives them, and nobody hears of any that hang.',
      runbook: 'sweep-failing',
      metric: this.fn.metricErrors({ period: Duration.hours(2), statistic: 'Sum' }),
      // Lambda calls it three times before it gives up: two sweeps in a row have failed.
      threshold: 4,
    });
    new CfnOutput(scope, 'SweepFunctionName', { value: this.fn.functionName });
  }

  /** @param workflow its name in messages */
  add(workflow: string, machine: StateMachine): void {
    const { value, grantTo } = redriveFailed(machine);
    this.machines[workflow] = value;
    grantTo?.(this.fn);
  }

  /** Counts the executions that are overdue. @returns how many there are, in each minute in which there are some */
  watch(
    workflow: string,
    machine: StateMachine,
    { afterSeconds, waitsFor }: { readonly afterSeconds: number; readonly waitsFor?: StateMachine },
  ): IMetric {
    const list = (listed: StateMachine): string => {
      const { value, grantTo } = listExecutions(listed);
      grantTo?.(this.fn);
      return value;
    };
    this.watched[workflow] = {
      machine: list(machine),
      afterSeconds,
      ...(waitsFor && { waitsFor: list(waitsFor) }),
    };
    return new Metric({
      namespace: metricNamespace(StageStack.of(this).stage.name),
      metricName: `${workflow}/Overdue`,
      statistic: 'Maximum',
      period: Duration.minutes(1),
    });
  }
}
