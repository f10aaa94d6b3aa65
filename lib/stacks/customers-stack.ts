/**
 * Tables that outlive the workflows which write them, or that others read: customers, and the events of onboarding.
 *
 * The table of events has a fixed name and, in prod, protection from deletion: a first deployment that failed could not
 * be repeated while it stands. So it is made last, in a stack that has little else: when it is there, nothing is left
 * to fail.
 */
import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { StageTable } from '../resources/stage-table';
import { StageStack, type StageStackProps } from '../stage-stack';

export class CustomersStack extends StageStack {
  readonly customers: StageTable;
  readonly onboardingEvents: StageTable;

  constructor(scope: Construct, id: string, props: StageStackProps) {
    super(scope, id, { ...props, description: 'Customers, and the events of their onboarding' });

    this.customers = new StageTable(this, 'Customers', { key: 'customerId' });

    this.onboardingEvents = new StageTable(this, 'OnboardingEvents', {
      key: 'userId',
      sortKey: 'event',
      name: this.stage.onboarding.eventsTable,
    });
    this.onboardingEvents.node.addDependency(this.customers);

    new CfnOutput(this, 'CustomersTableName', { value: this.customers.tableName });
    new CfnOutput(this, 'OnboardingEventsTableName', { value: this.onboardingEvents.tableName });
  }
}
