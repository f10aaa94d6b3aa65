// Calls a few AWS services. Endpoint and credentials come from the environment only.
const { CloudFormation } = require('@aws-sdk/client-cloudformation');
const { DynamoDB } = require('@aws-sdk/client-dynamodb');
const { Lambda } = require('@aws-sdk/client-lambda');
const { S3 } = require('@aws-sdk/client-s3');
const { SFN } = require('@aws-sdk/client-sfn');
const { STS } = require('@aws-sdk/client-sts');

const once = { maxAttempts: 1 };

void Promise.allSettled([
  new CloudFormation(once).listStacks(),
  new DynamoDB(once).listTables(),
  new Lambda(once).listFunctions(),
  new S3(once).getObject({ Bucket: 'some-bucket', Key: 'some-key' }),
  new SFN(once).listStateMachines(),
  new STS(once).getCallerIdentity(),
]).then(() => process.exit());
