/**
 * The sweep of a stack: a function that on a schedule redrives what stopped half-way for a passing reason, in every
 * workflow of the stack. A stack has one as soon as it has such a workflow.
 */
import { CfnOutput, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { RunbookAlarm } from './alarms';
import { publish, setting } from './bindings';
import { TaskFunction } from './task-function';
import { withDeadLetters } from './undelivered';
import { redriveFailed } from './workflow-bindings';
import { WorkflowStack } from './workflow-stack';

export class Sweep extends Construct {
  private readonly fn: TaskFunction;
  /** ARNs by workflow. */
  private readonly machines: Record<string, string> = {};

  /** The sweep of the stack that contains a construct. */
  static of(construct: Construct): Sweep {
    const stack = WorkflowStack.of(construct);
    const found = stack.node.tryFindChild('Sweep');
    return found instanceof Sweep ? found : new Sweep(stack);
  }

  private constructor(scope: WorkflowStack) {
    super(scope, 'Sweep');
    const { alarmTopic, stage } = scope;
    const machines = Lazy.string({ produce: () => Stack.of(this).toJsonString(this.machines) });

    this.fn = new TaskFunction(this, 'Function', {
      entry: 'operations/sweep',
      timeoutSeconds: 600,
      memoryMB: 256,
      environment: {
        STATE_MACHINES: setting(machines),
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
    new RunbookAlarm(this, 'Failing', {
      cause: 'The sweep keeps failing.',
      impact: 'Executions that stopped half-way stay so until a person redrives them.',
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
}
