/** A dashboard: rows of widgets, which are made when the app is synthesized, after everything that they show. */
import { Aws, Lazy, type Stack } from 'aws-cdk-lib';
import { CfnDashboard, Column, type IWidget, Row } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { StageStack } from '../stage-stack';

/** Dashboards are the account's, and a stage may be in two of its Regions. */
export const pageName = ({ stackName }: Stack): string => `${stackName}-${Aws.REGION}`;

/** @param rows each at most 24 columns wide */
export const createPage = (scope: Construct, id: string, rows: () => readonly IWidget[][]): void => {
  const stack = StageStack.of(scope);
  new CfnDashboard(scope, id, {
    dashboardName: pageName(stack),
    dashboardBody: Lazy.string({
      produce: () => {
        const column = new Column(...rows().map((widgets) => new Row(...widgets)));
        column.position(0, 0);
        return stack.toJsonString({ start: '-PT12H', periodOverride: 'inherit', widgets: column.toJson() });
      },
    }),
  });
};
