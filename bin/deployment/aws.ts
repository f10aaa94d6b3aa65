// The calls to AWS that `npm run deploy` and `npm run destroy` make.

import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';

/** A person waits: a call gives up after some 20 seconds instead of minutes. */
const patience = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

/** Clients of the account and Region that cdk will deploy to. */
export function awsClients(profile: string | undefined, region: string | undefined) {
  const options = { ...patience, ...(profile && { profile }), ...(region && { region }) };
  return {
    cloudFormation: new CloudFormationClient(options),
    dynamodb: new DynamoDBClient(options),
    lambda: new LambdaClient(options),
    s3: new S3Client(options),
    secrets: new SecretsManagerClient(options),
    ses: new SESv2Client(options),
    sfn: new SFNClient(options),
    sns: new SNSClient(options),
    sts: new STSClient(options),
  };
}

export type Aws = ReturnType<typeof awsClients>;
