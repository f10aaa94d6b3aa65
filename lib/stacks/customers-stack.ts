/**
 * The table of customers, which onboarding writes and other workflows read.
 */
import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { StageTable } from '../resources/stage-table';
import { StageStack, type StageStackProps } from '../stage-stack';

export class CustomersStack extends StageStack {
  readonly customers: StageTable;

  constructor(scope: Construct, id: string, props: StageStackProps) {
    super(scope, id, props);

    this.customers = new StageTable(this, 'Customers', { key: 'customerId' });

    new CfnOutput(this, 'CustomersTableName', { value: this.customers.tableName });
  }
}
