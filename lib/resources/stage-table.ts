/**
 * A DynamoDB table with the stage's settings: encrypted, paid by request, and protected from loss as the stage says.
 */
import { AttributeType, Billing, CfnGlobalTable, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { StageStack } from '../stage-stack';

export interface StageTableProps {
  /** Name of the partition key, a string. */
  readonly key: string;
  /** Name of the sort key, a string. @default none */
  readonly sortKey?: string;
  /** Name of the attribute with an item's expiry, in epoch seconds. @default items do not expire */
  readonly timeToLive?: string;
  /** Fixed name, for a table that programs elsewhere read. @default generated */
  readonly name?: string;
  /** Key for data that not everyone with access to the table may read. @default AWS's key for DynamoDB */
  readonly encryptionKey?: IKey;
}

export class StageTable extends TableV2 {
  /** The table's `encryptionKey`, if it has one. */
  readonly ownKey: IKey | undefined;

  constructor(scope: Construct, id: string, props: StageTableProps) {
    const { key, sortKey, timeToLive, name, encryptionKey } = props;
    const { stage, removalPolicy } = StageStack.of(scope);
    super(scope, id, {
      partitionKey: { name: key, type: AttributeType.STRING },
      ...(sortKey && { sortKey: { name: sortKey, type: AttributeType.STRING } }),
      ...(timeToLive && { timeToLiveAttribute: timeToLive }),
      ...(name && { tableName: name }),
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: stage.data.pointInTimeRecovery },
      deletionProtection: stage.data.deletionProtection,
      removalPolicy,
    });
    this.ownKey = encryptionKey;
    // TableEncryptionV2.customerManagedKey() needs the Region, which a stack for any account does not know.
    if (encryptionKey && this.node.defaultChild instanceof CfnGlobalTable) {
      this.node.defaultChild.addPropertyOverride('Replicas.0.SSESpecification', {
        KMSMasterKeyId: encryptionKey.keyArn,
      });
    }
  }
}
