/**
 * A DynamoDB table as the stage wants it: encrypted, paid by request, and as hard to lose as the stage says.
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, CfnGlobalTable, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { StageStack } from '../stage-stack';

export interface StageTableProps {
  /** Attribute, a string, that is the whole key or its first part. */
  readonly key: string;
  /** Attribute, a string, that is the second part. @default none */
  readonly sortKey?: string;
  /** Attribute that says when an item expires, in epoch seconds. @default none does */
  readonly timeToLive?: string;
  /** For a table that others know by name. @default generated */
  readonly name?: string;
  /** For what not everybody who may read tables may read. @default AWS's own for DynamoDB */
  readonly encryptionKey?: IKey;
}

export class StageTable extends TableV2 {
  /** The key of ours that seals it, if one does. */
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
      // One that is left over from a first deployment that failed would keep its name from the second.
      removalPolicy:
        name && removalPolicy === RemovalPolicy.RETAIN
          ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
          : removalPolicy,
    });
    this.ownKey = encryptionKey;
    // TableEncryptionV2.customerManagedKey() wants to know the region, which a stack for any account does not.
    if (encryptionKey && this.node.defaultChild instanceof CfnGlobalTable) {
      this.node.defaultChild.addPropertyOverride('Replicas.0.SSESpecification', {
        KMSMasterKeyId: encryptionKey.keyArn,
      });
    }
  }
}
