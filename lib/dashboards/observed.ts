/** What a stack's workflows and resources show on dashboards. */
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct, IConstruct } from 'constructs';
import { FifoQueue } from '../resources/fifo-queue';
import { RunbookAlarm } from '../workflow/alarms';
import { TaskFunction } from '../workflow/task-function';

/** A workflow, as its dashboard sees it. */
export interface Observed {
  /** The workflow's name in logs and in the runbook. */
  readonly workflow: string;
  readonly stateMachine: StateMachine;
  readonly logGroup: LogGroup;
  /** The log group's name in letters, for addresses and for other stacks. */
  readonly logGroupName: string;
  /** Counts of what became of its executions, by the outcome's name. */
  readonly outcomes: ReadonlyMap<string, IMetric>;
  /** What its functions count by currency (lambda/order-processing/money-counted.ts). */
  readonly amounts: readonly string[];
  /** Whether its definition calls an API over HTTP. */
  readonly callsHttp: boolean;
}

type Kind<T> = abstract new (...args: never[]) => T;

/** The constructs of a kind in a stack, in the order in which they were made. */
const all = <T extends IConstruct>(stack: Construct, kind: Kind<T>): T[] =>
  stack.node.findAll().filter((construct): construct is T & IConstruct => construct instanceof kind);

export const alarmsIn = (stack: Construct): RunbookAlarm[] => all(stack, RunbookAlarm);
export const functionsIn = (stack: Construct): TaskFunction[] => all(stack, TaskFunction);
export const queuesIn = (stack: Construct): FifoQueue[] => all(stack, FifoQueue);
export const logGroupsIn = (stack: Construct): LogGroup[] => all(stack, LogGroup);
