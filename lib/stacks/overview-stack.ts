/**
 * The stage's dashboard: the alarms of all stacks, and how every workflow fares, on one page. A stack of its own, because
 * it shows what is in all others. It holds nothing: where it stands in the way of a change of theirs, it can go first.
 */
import { CfnOutput } from 'aws-cdk-lib';
import type { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { AlarmStates } from '../dashboards/alarm-states';
import { alarmsUrl, dashboardUrl, link, logGroupUrl, machineUrl, runbookLink } from '../dashboards/links';
import { alarmsIn, queuesIn } from '../dashboards/observed';
import { createPage, pageName } from '../dashboards/page';
import { StackDashboard } from '../dashboards/stack-dashboard';
import * as widgets from '../dashboards/widgets';
import { StageStack, type StageStackProps } from '../stage-stack';
import { WorkflowStack } from '../workflow/workflow-stack';

export interface OverviewStackProps extends StageStackProps {
  /** Queue of the stage's events that could not be delivered. */
  readonly undelivered: IQueue;
}

export class OverviewStack extends StageStack {
  constructor(
    private readonly app: Construct,
    id: string,
    { undelivered, ...props }: OverviewStackProps,
  ) {
    super(app, id, { ...props, description: 'The dashboard of the stage' });
    createPage(this, 'Dashboard', () => this.rows(undelivered));
    new CfnOutput(this, 'DashboardUrl', { value: dashboardUrl(pageName(this)) });
  }

  private rows(undelivered: IQueue): IWidget[][] {
    const stacks = this.app.node.children.filter((stack) => stack instanceof WorkflowStack);
    const { runbookUrl, name } = this.stage;
    const links = [link('alarms', alarmsUrl()), runbookLink(runbookUrl)];
    return [
      [widgets.text(`# ${name}: ${links.join(' · ')}`)],
      // Those of a release are on its stack's dashboard: this stack need not change when their names do.
      [new AlarmStates(alarmsIn(this.app).filter(({ isOfRelease }) => !isOfRelease))],
      ...stacks.flatMap((stack) => this.rowsOf(stack)),
      [widgets.undelivered(undelivered), ...widgets.account()],
      ...stacks.flatMap(queuesIn).map((queue) => widgets.queue(queue)),
    ];
  }

  private rowsOf(stack: WorkflowStack): IWidget[][] {
    return StackDashboard.of(stack).workflows.flatMap((observed) => {
      const { workflow, stateMachine, logGroupName } = observed;
      const links = [
        ...(stack.hasDashboard ? [link('its dashboard', dashboardUrl(pageName(stack)))] : []),
        link('state machine', machineUrl(stateMachine.stateMachineArn)),
        link('log', logGroupUrl(logGroupName)),
        runbookLink(`${this.stage.runbookUrl}#${workflow}-failed`),
      ];
      return [[widgets.text(`## ${workflow}: ${links.join(' · ')}`)], widgets.executions(observed)];
    });
  }
}
