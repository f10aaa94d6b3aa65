/**
 * The dashboard of a stack with workflows, and its saved queries. A stack has both as soon as it has a workflow; what is
 * on them follows from what is in the stack.
 */
import type { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { metricNamespace } from '../../contracts/stacks';
import { WorkflowStack } from '../workflow/workflow-stack';
import { AlarmStates } from './alarm-states';
import { link, logGroupUrl, machineUrl, queriesUrl, runbookLink } from './links';
import { alarmsIn, functionsIn, logGroupsIn, type Observed, queuesIn } from './observed';
import { createPage } from './page';
import { saveQueries } from './queries';
import * as widgets from './widgets';

export class StackDashboard extends Construct {
  private readonly observed: Observed[] = [];

  /** That of the stack that contains a construct. */
  static of(construct: Construct): StackDashboard {
    const stack = WorkflowStack.of(construct);
    const found = stack.node.tryFindChild('Observed');
    return found instanceof StackDashboard ? found : new StackDashboard(stack);
  }

  private constructor(private readonly stack: WorkflowStack) {
    super(stack, 'Observed');
    saveQueries(this, stack.stackName, {
      machines: () => this.workflows.map(({ logGroup }) => logGroup.logGroupName),
      all: () => logGroupsIn(stack).map(({ logGroupName }) => logGroupName),
    });
    if (stack.hasDashboard) createPage(this, 'Dashboard', () => this.rows());
  }

  add(workflow: Observed): void {
    this.observed.push(workflow);
  }

  /** The stack's own workflows first, then those that are parts of something in it. */
  get workflows(): Observed[] {
    const depth = ({ stateMachine }: Observed) => stateMachine.node.scopes.length;
    return this.observed.toSorted((one, other) => depth(one) - depth(other));
  }

  private rows(): IWidget[][] {
    const fns = functionsIn(this.stack);
    const stripe = [
      ...(fns.some(({ callsStripe }) => callsStripe)
        ? [widgets.stripe(fns.filter(({ callsStripe }) => callsStripe))]
        : []),
      ...(this.workflows.some(({ callsHttp }) => callsHttp) ? [widgets.httpTasks()] : []),
    ];
    return [
      [new AlarmStates(alarmsIn(this.stack))],
      [widgets.failedStates(this.workflows)],
      ...this.workflows.flatMap((workflow) => this.rowsOf(workflow)),
      [
        ...queuesIn(this.stack).flatMap((queue) => widgets.queue(queue)),
        ...this.workflows
          .filter(({ amounts }) => amounts.length > 0)
          .map((workflow) => widgets.amounts(workflow, metricNamespace(this.stack.stage.name))),
      ],
      [...widgets.functions(fns), ...stripe],
    ];
  }

  private rowsOf(workflow: Observed): IWidget[][] {
    const { runbookUrl } = this.stack.stage;
    const links = [
      link('state machine', machineUrl(workflow.stateMachine.stateMachineArn)),
      link('log', logGroupUrl(workflow.logGroupName)),
      link(`saved queries, folder ${this.stack.stackName}`, queriesUrl()),
      runbookLink(`${runbookUrl}#${workflow.workflow}-failed`),
    ];
    return [
      [widgets.text(`## ${workflow.workflow}: ${links.join(' · ')}`)],
      [widgets.numbers(workflow)],
      [...widgets.executions(workflow, widgets.QUARTER), widgets.versions(workflow)],
    ];
  }
}
