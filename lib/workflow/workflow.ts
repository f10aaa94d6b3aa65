/**
 * A workflow: its definition from statemachines/, the permissions of its bindings, and what no workflow can be without:
 * tracing, logs and alarms.
 */
import { type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IMetric, MathExpression, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Policy } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Amount } from '../../lambda/order-processing/money-counted';
import { StackDashboard } from '../dashboards/stack-dashboard';
import type { Severity } from './alarms';
import type { Bindings } from './bindings';
import { loadDefinition } from './definition';
import { distributedMapStatements } from './distributed-map';
import { notifyHalfWay } from './half-way';
import type { JsonObject } from './json';
import { OutcomeCounts, type Outcomes } from './outcomes';
import { Release } from './release';
import { Sweep } from './sweep';
import { alarmOnExecutions, alarmOnOverdue } from './workflow-alarms';
import { WorkflowStack } from './workflow-stack';

export interface WorkflowProps {
  /** Name of the file statemachines/<definition>.asl.json, and of the workflow in logs and in the runbook. */
  readonly definition: string;
  /** Who is harmed when executions fail, and how, in a sentence. Part of every alarm. */
  readonly impact: string;
  /** Of executions that failed, timed out or were aborted. @default page */
  readonly severity?: Severity;
  /** A binding for each `${Name}` in the definition. */
  readonly bindings: Bindings;
  /**
   * What is counted of its executions: names of metrics, each with the state whose entering it counts.
   * @default only the ends that nobody would hear of
   */
  readonly outcomes?: Outcomes;
  /** What its functions count by currency. @default nothing */
  readonly amounts?: readonly Amount[];
  /**
   * When a person hears of an execution that still runs, in seconds since its start or redrive, unless it waits for one
   * of another machine. @default never
   */
  readonly overdue?: {
    readonly afterSeconds: number;
    readonly severity: Severity;
    readonly waitsFor?: StateMachine;
  };
  /**
   * Whether its executions that stopped half-way are redriven, first by the sweep (./sweep). Not those that nobody waits
   * for any more.
   * @default true
   */
  readonly isSwept?: boolean;
}

export class Workflow extends Construct {
  readonly stateMachine: StateMachine;
  readonly release: Release;
  private readonly outcomes: OutcomeCounts;

  /** @throws when the definition is wrong or does not match the bindings; the message says what to do. */
  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const { definition, impact, bindings, overdue, severity = 'page', isSwept = true } = props;
    const { outcomes = {}, amounts = [] } = props;
    const { stage, removalPolicy } = WorkflowStack.of(this);

    // With this prefix, log delivery's resource policy, which has a size limit, does not grow with each workflow.
    const logGroupName = `/aws/vendedlogs/states/${stage.name}-${definition}`;
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName,
      retention: stage.logs.retentionDays,
      // A log group with a fixed name that a failed first deployment left over would block the next one.
      removalPolicy:
        removalPolicy === RemovalPolicy.RETAIN ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : removalPolicy,
    });

    const text = loadDefinition(this, definition, bindings, { isRedriven: isSwept });
    // Whoever has a task token can complete the task. So no log has tokens, whatever the stage's setting is.
    const includeExecutionData = stage.logs.executionData && !text.includes('.waitForTaskToken');

    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineType: StateMachineType.STANDARD,
      // Inline, so that snapshots and diffs show changes of the definition.
      definitionBody: DefinitionBody.fromString(text),
      definitionSubstitutions: Object.fromEntries(
        Object.entries(bindings).map(([name, { value }]) => [name, value]),
      ),
      tracingEnabled: true,
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData },
    });
    for (const binding of Object.values(bindings)) binding.grantTo?.(this.stateMachine);
    const onItself = this.grantOnItself(bindings, JSON.parse(text));

    Validations.of(this.stateMachine).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Neither X-Ray nor the log delivery API has resources to narrow its actions to.',
    });
    this.outcomes = new OutcomeCounts(this, 'Outcomes', {
      workflow: definition,
      definition: JSON.parse(text),
      logGroup,
      outcomes,
    });
    alarmOnExecutions(this, {
      workflow: definition,
      impact,
      severity,
      machine: this.stateMachine,
      definition: JSON.parse(text),
      outcomes: this.outcomes,
    });
    notifyHalfWay(this, this.stateMachine, { workflow: definition, impact, isSwept });
    if (isSwept) Sweep.of(this).add(definition, this.stateMachine);
    if (overdue) {
      const metric = Sweep.of(this).watch(definition, this.stateMachine, overdue);
      alarmOnOverdue(this, { workflow: definition, impact, metric, ...overdue });
    }
    this.release = new Release(this, {
      machine: this.stateMachine,
      workflow: definition,
      impact,
      needs: onItself,
    });
    StackDashboard.of(this).add({
      workflow: definition,
      stateMachine: this.stateMachine,
      logGroup,
      logGroupName,
      outcomes: new Map(
        this.outcomes.names.map((name) => [name, this.counted(name, { label: inWords(name) })]),
      ),
      amounts,
      callsHttp: text.includes(':http:invoke'),
    });
  }

  /** How often an outcome was counted in a period, as a sum; of some, nothing where it is none. @throws when it is not counted */
  counted(outcome: string, options?: MetricOptions): IMetric {
    return this.outcomes.metric(outcome, options);
  }

  /**
   * The share of the executions started in a period to which something happens, from 0 to 1.
   * @param what counts them, of outcomes and `started`: `undone - notPaid`
   * @param options.ofAtLeast with fewer executions, the share is 0: it would say nothing
   */
  share(what: string, { ofAtLeast, period }: { ofAtLeast: number; period: Duration }): IMetric {
    const usingMetrics: Record<string, IMetric> = { started: this.stateMachine.metricStarted() };
    const counted = what.replace(/\b(?!started\b)[a-z]\w*/g, (id) => {
      usingMetrics[id] = this.outcomes.metricWithZeros(id.charAt(0).toUpperCase() + id.slice(1));
      return `FILL(${id}, 0)`;
    });
    return new MathExpression({
      expression: `IF(started >= ${ofAtLeast}, (${counted}) / started, 0)`,
      usingMetrics,
      period,
    });
  }

  /** A policy of its own, because the machine depends on the role's default policy, which so cannot name it. */
  private grantOnItself(bindings: Bindings, definition: JsonObject): Policy[] {
    const { stateMachineArn, role } = this.stateMachine;
    const statements = [
      ...Object.values(bindings).flatMap(({ onMachine }) => onMachine?.(stateMachineArn) ?? []),
      ...distributedMapStatements(this.stateMachine, definition),
    ];
    return statements.length > 0 ? [new Policy(this, 'OnItself', { statements, roles: [role] })] : [];
  }
}

/** `NotPaid` is "Not paid". */
const inWords = (name: string): string => name.replaceAll(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
