/**
 * A DynamoDB table as the stage wants it: encrypted, paid by request, and as hard to lose as the stage says.
 */
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { StageStack } from '../stage-stack';

export interface StageTableProps {
  /** Attribute, a string, that is the whole key. */
  readonly key: string;
}

export class StageTable extends TableV2 {
  constructor(scope: Construct, id: string, { key }: StageTableProps) {
    const { stage, removalPolicy } = StageStack.of(scope);
    super(scope, id, {
      partitionKey: { name: key, type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: stage.data.pointInTimeRecovery },
      deletionProtection: stage.data.deletionProtection,
      removalPolicy,
    });
  }
}
