import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  error,
  type FakeMiniStack,
  keyOf,
  MACHINE_ARN,
  ROLE_ARN,
  startFakeMiniStack,
} from '../../../support/fake-ministack';
import { ROOT, runTask } from '../../../support/integration-harness';

let ministack: FakeMiniStack;
beforeEach(async () => {
  ministack = await startFakeMiniStack();
});
afterEach(() => ministack.close());

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:charge';

/** Makes the Lambda function return this payload. */
const functionAnswers = (payload: unknown, functionError?: string) => {
  ministack.answer = () => ({
    headers: {
      'x-amz-executed-version': '$LATEST',
      ...(functionError && { 'x-amz-function-error': functionError }),
    },
    body: JSON.stringify(payload),
  });
};

const refused = (action: string) => `User: x is not authorized to perform: ${action} on resource: y`;

describe('credentials', () => {
  test('every call is signed with the role of the state machine, assumed once under its name', async () => {
    functionAnswers({});
    await runTask(ministack, 'lambda:invoke', { FunctionName: FUNCTION_ARN });
    expect(ministack.requests[0]?.accessKeyId).toBe(keyOf(ROLE_ARN));
    expect(ministack.assumed).toEqual([{ roleArn: ROLE_ARN, sessionName: 'orders', by: ROOT.accessKeyId }]);
  });
});

describe('lambda', () => {
  test('the payload arrives as JSON and comes back parsed', async () => {
    functionAnswers({ paid: true });
    const result = await runTask(ministack, 'lambda:invoke', {
      FunctionName: FUNCTION_ARN,
      Payload: { id: 1 },
    });
    expect(JSON.parse(ministack.requests[0]?.body ?? '')).toEqual({ id: 1 });
    expect(result).toMatchObject({
      Payload: { paid: true },
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      SdkHttpMetadata: { HttpStatusCode: 200 },
    });
  });

  test("a bare function ARN gets the state's input and returns the payload alone", async () => {
    functionAnswers([1, 2]);
    expect(await runTask(ministack, FUNCTION_ARN, { id: 1 })).toEqual([1, 2]);
    expect(ministack.requests[0]?.operation).toBe(
      `POST /2015-03-31/functions/${encodeURIComponent(FUNCTION_ARN)}/invocations`,
    );
  });

  test('an error of the function is named by its type, with the whole payload as cause', async () => {
    const answer = { errorType: 'PaymentDeclined', errorMessage: 'insufficient_funds' };
    functionAnswers(answer, 'Unhandled');
    await expect(runTask(ministack, 'lambda:invoke', { FunctionName: FUNCTION_ARN })).rejects.toMatchObject({
      name: 'PaymentDeclined',
      message: JSON.stringify(answer),
    });
  });

  test.each([
    [429, 'TooManyRequestsException', 'Lambda.TooManyRequestsException'],
    [503, 'ServiceUnavailable', 'Lambda.ServiceException'],
    [404, 'ResourceNotFoundException', 'Lambda.ResourceNotFoundException'],
    [403, 'AccessDeniedException', 'Lambda.AWSLambdaException'],
  ])('an answer %i of the service (%s) is %s', async (status, type, name) => {
    ministack.answer = () => ({
      status,
      headers: { 'x-amzn-errortype': type },
      body: { Message: refused('lambda:InvokeFunction') },
    });
    await expect(runTask(ministack, 'lambda:invoke', { FunctionName: FUNCTION_ARN })).rejects.toMatchObject({
      name,
      message: `${refused('lambda:InvokeFunction')} (Service: AWSLambda; Status Code: ${status}; Error Code: ${type}; Request ID: request-1; Proxy: null)`,
    });
  });

  test('a service that cannot be reached is Lambda.SdkClientException', async () => {
    const elsewhere = { ...ministack, url: 'http://127.0.0.1:1' };
    const run = runTask(elsewhere, 'lambda:invoke', { FunctionName: FUNCTION_ARN });
    await expect(run).rejects.toMatchObject({ name: 'Lambda.SdkClientException' });
  });
});

describe('dynamodb', () => {
  const put = { TableName: 'customers', Item: { id: { S: 'c1' }, Bool: { BOOL: true } } };

  test('the optimised integration takes native attribute values', async () => {
    ministack.answer = () => ({ body: { Attributes: { n: { N: '1' }, ok: { BOOL: true } } } });
    const result = await runTask(ministack, 'dynamodb:putItem', put);
    expect(JSON.parse(ministack.requests[0]?.body ?? '')).toEqual(put);
    expect(result).toMatchObject({ Attributes: { n: { N: '1' }, ok: { BOOL: true } } });
  });

  test('errors in DynamoDB’s model keep their name, others are generic; each integration has its own prefix', async () => {
    ministack.answer = () => error('ConditionalCheckFailedException', 'The conditional request failed');
    await expect(runTask(ministack, 'dynamodb:putItem', put)).rejects.toMatchObject({
      name: 'DynamoDB.ConditionalCheckFailedException',
    });
    await expect(runTask(ministack, 'aws-sdk:dynamodb:putItem', put)).rejects.toMatchObject({
      name: 'DynamoDb.ConditionalCheckFailedException',
      message: 'The conditional request failed (Service: DynamoDb, Status Code: 400, Request ID: request-1)',
    });
    ministack.answer = () => error('AccessDeniedException', refused('dynamodb:PutItem'));
    await expect(runTask(ministack, 'dynamodb:putItem', put)).rejects.toMatchObject({
      name: 'DynamoDB.AmazonDynamoDBException',
      message: expect.stringContaining('dynamodb:PutItem'),
    });
    await expect(runTask(ministack, 'aws-sdk:dynamodb:putItem', put)).rejects.toMatchObject({
      name: 'DynamoDb.DynamoDbException',
      message: expect.stringContaining('dynamodb:PutItem'),
    });
  });

  test('a cancelled transaction lists its reasons in order', async () => {
    ministack.answer = () =>
      error('TransactionCanceledException', 'Transaction cancelled', {
        CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict', Message: 'again' }],
      });
    await expect(
      runTask(ministack, 'aws-sdk:dynamodb:transactWriteItems', { TransactItems: [] }),
    ).rejects.toMatchObject({
      name: 'DynamoDb.TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, TransactionConflict] (Service: DynamoDb, Status Code: 400, Request ID: request-1)',
    });
  });

  test('an SDK integration has the member names of the Java SDK, and does not change attribute names', async () => {
    ministack.answer = () => ({
      body: { Attributes: { Bool: { BOOL: true }, SSEType: { M: { NULL: { NULL: true } } } } },
    });
    const item = { Bool: { Bool: true }, tags: { Ss: ['a'] } };
    const result = await runTask(ministack, 'aws-sdk:dynamodb:putItem', { TableName: 't', Item: item });
    expect(JSON.parse(ministack.requests[0]?.body ?? '').Item).toEqual({
      Bool: { BOOL: true },
      tags: { SS: ['a'] },
    });
    expect(result).toEqual({ Attributes: { Bool: { Bool: true }, SSEType: { M: { NULL: { Nul: true } } } } });
  });

  test('a table is created and described under Step Functions names, its dates as text', async () => {
    ministack.answer = () => ({
      body: { TableDescription: { CreationDateTime: 1_700_000_000, SSEDescription: { SSEType: 'KMS' } } },
    });
    const result = await runTask(ministack, 'aws-sdk:dynamodb:createTable', {
      TableName: 't',
      SseSpecification: { Enabled: true, SseType: 'KMS' },
    });
    expect(JSON.parse(ministack.requests[0]?.body ?? '').SSESpecification).toEqual({
      Enabled: true,
      SSEType: 'KMS',
    });
    expect(result).toEqual({
      TableDescription: { CreationDateTime: '2023-11-14T22:13:20.000Z', SseDescription: { SseType: 'KMS' } },
    });
  });

  test("DynamoDB's own spelling of such a member is refused, as AWS refuses it", async () => {
    const run = runTask(ministack, 'aws-sdk:dynamodb:createTable', { SSESpecification: { Enabled: true } });
    await expect(run).rejects.toMatchObject({
      name: 'States.Runtime',
      message: 'The field "SSESpecification" is not supported by Step Functions',
    });
  });
});

describe('messages', () => {
  test('SNS gets a JSON message as its text', async () => {
    ministack.answer = () => ({
      headers: { 'content-type': 'text/xml' },
      body: '<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>',
    });
    const result = await runTask(ministack, 'sns:publish', { TopicArn: 'topic', Message: { orderId: 'o' } });
    expect(new URLSearchParams(ministack.requests[0]?.body).get('Message')).toBe('{"orderId":"o"}');
    expect(result).toMatchObject({ MessageId: 'm-1' });
  });

  test('a topic that refuses is SNS.AuthorizationErrorException', async () => {
    ministack.answer = () => ({
      status: 403,
      headers: { 'content-type': 'text/xml' },
      body: `<ErrorResponse><Error><Code>AuthorizationError</Code><Message>${refused('SNS:Publish')}</Message></Error></ErrorResponse>`,
    });
    await expect(
      runTask(ministack, 'sns:publish', { TopicArn: 'topic', Message: 'm' }),
    ).rejects.toMatchObject({
      name: 'SNS.AuthorizationErrorException',
      message: expect.stringContaining('SNS:Publish'),
    });
  });

  test('SQS is called at the emulator, whatever host the queue URL has', async () => {
    const MD5OfMessageBody = createHash('md5').update('{"orderId":"o"}').digest('hex');
    ministack.answer = () => ({ body: { MessageId: 'm-1', MD5OfMessageBody } });
    const result = await runTask(ministack, 'sqs:sendMessage', {
      QueueUrl: 'http://queue.invalid/000000000000/picks.fifo',
      MessageBody: { orderId: 'o' },
      MessageGroupId: 'o',
    });
    expect(JSON.parse(ministack.requests[0]?.body ?? '')).toMatchObject({ MessageBody: '{"orderId":"o"}' });
    expect(result).toMatchObject({ MessageId: 'm-1' });
  });
});

describe('s3', () => {
  test('an object is read as text', async () => {
    ministack.answer = () => ({ body: '{"line":1}\n{"line":2}\n' });
    const text = await runTask(ministack, 's3:getObject', { Bucket: 'uploads', Key: 'orders.jsonl' });
    expect(text).toBe('{"line":1}\n{"line":2}\n');
    expect(ministack.requests[0]?.operation).toBe('GET /uploads/orders.jsonl');
  });

  test('a gzip object is decompressed, a zstd object is refused', async () => {
    ministack.answer = () => ({ body: gzipSync('p,q\n1,ä\n') });
    const args = { Bucket: 'uploads', Key: 'orders.csv.gz' };
    expect(await runTask(ministack, 's3:getObject', args)).toBe('p,q\n1,ä\n');
    ministack.answer = () => ({ body: Buffer.from('28b52ffd00', 'hex') });
    await expect(runTask(ministack, 's3:getObject', args)).rejects.toThrow('zstd');
  });

  test('objects are listed page by page', async () => {
    ministack.answer = () => ({
      headers: { 'content-type': 'application/xml' },
      body:
        '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>' +
        '<Contents><Key>p/1</Key><Size>2</Size></Contents></ListBucketResult>',
    });
    const page = await runTask(ministack, 's3:listObjectsV2', { Bucket: 'uploads', Prefix: 'p/' });
    expect(page).toMatchObject({
      IsTruncated: true,
      NextContinuationToken: 't',
      Contents: [{ Key: 'p/1', Size: 2 }],
    });
    expect(ministack.requests[0]?.operation).toBe('GET /uploads/');
  });

  test('a missing object is S3.NoSuchKeyException', async () => {
    ministack.answer = () => ({
      status: 404,
      headers: { 'content-type': 'application/xml' },
      body: '<Error><Code>NoSuchKey</Code></Error>',
    });
    const run = runTask(ministack, 's3:getObject', { Bucket: 'uploads', Key: 'gone' });
    await expect(run).rejects.toMatchObject({ name: 'S3.NoSuchKeyException' });
  });
});

describe('aws-sdk', () => {
  test.each([
    ['kms:describeKey', { KeyId: 'k' }, 'TrentService.DescribeKey'],
    ['secretsmanager:getSecretValue', { SecretId: 's' }, 'secretsmanager.GetSecretValue'],
    ['sqs:sendMessage', { QueueUrl: 'http://q.invalid/1/q', MessageBody: 'm' }, 'AmazonSQS.SendMessage'],
    ['cloudformation:describeStacks', {}, 'DescribeStacks'],
    ['sns:listTopics', {}, 'ListTopics'],
    ['sesv2:getAccount', {}, 'GET /v2/email/account'],
    ['s3:deleteObject', { Bucket: 'b', Key: 'k' }, 'DELETE /b/k'],
    ['sts:getCallerIdentity', {}, 'GetCallerIdentity'],
    ['iam:listRoles', {}, 'ListRoles'],
  ])('%s goes to its service, as the role', async (action, args, operation) => {
    ministack.answer = () => ({ status: 400, body: '' });
    await runTask(ministack, `aws-sdk:${action}`, args).catch(() => {});
    expect(ministack.requests).toMatchObject([{ operation, accessKeyId: keyOf(ROLE_ARN) }]);
  });

  test('a result has no HTTP metadata; its dates are text', async () => {
    ministack.answer = () => ({ body: { KeyMetadata: { KeyId: 'k', CreationDate: 1_700_000_000 } } });
    expect(await runTask(ministack, 'aws-sdk:kms:describeKey', { KeyId: 'k' })).toEqual({
      KeyMetadata: { KeyId: 'k', CreationDate: '2023-11-14T22:13:20.000Z' },
    });
  });

  test("an object's body and a function's payload are text", async () => {
    ministack.answer = () => ({ body: 'line' });
    const args = { Bucket: 'b', Key: 'k' };
    expect(await runTask(ministack, 'aws-sdk:s3:getObject', args)).toMatchObject({ Body: 'line' });
    functionAnswers({ paid: true });
    expect(await runTask(ministack, 'aws-sdk:lambda:invoke', { FunctionName: 'f' })).toMatchObject({
      Payload: '{"paid":true}',
    });
  });

  test('errors in the service’s model keep their name, others are generic', async () => {
    ministack.answer = () => error('NotFoundException', 'no key');
    await expect(runTask(ministack, 'aws-sdk:kms:describeKey', { KeyId: 'k' })).rejects.toMatchObject({
      name: 'Kms.NotFoundException',
      message: 'no key (Service: Kms, Status Code: 400, Request ID: request-1)',
    });
    ministack.answer = () => error('AccessDeniedException', refused('kms:DescribeKey'));
    await expect(runTask(ministack, 'aws-sdk:kms:describeKey', { KeyId: 'k' })).rejects.toMatchObject({
      name: 'Kms.KmsException',
    });
    ministack.answer = () => error('ResourceNotFoundException', 'no secret');
    await expect(
      runTask(ministack, 'aws-sdk:secretsmanager:getSecretValue', { SecretId: 's' }),
    ).rejects.toMatchObject({ name: 'SecretsManager.ResourceNotFoundException' });
  });
});

describe('events', () => {
  const event = { Source: 's', DetailType: 'd', Detail: { id: 1 } };
  const sender = [MACHINE_ARN, `${MACHINE_ARN.replace('stateMachine', 'execution')}:order-1`];

  test('a Detail is sent as its text, and every event names the execution', async () => {
    ministack.answer = () => ({
      body: { FailedEntryCount: 0, Entries: [{ EventId: 'e-1' }, { EventId: 'e-2' }] },
    });
    const result = await runTask(ministack, 'events:putEvents', {
      Entries: [event, { ...event, Detail: '{"id":2}', Resources: ['r'] }],
    });
    expect(JSON.parse(ministack.requests[0]?.body ?? '')).toEqual({
      Entries: [
        { ...event, Detail: '{"id":1}', Resources: sender },
        { ...event, Detail: '{"id":2}', Resources: ['r', ...sender] },
      ],
    });
    expect(result).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: 'e-1' }, { EventId: 'e-2' }] });
  });

  test('one rejected event is EventBridge.FailedEntry, with the whole response as cause', async () => {
    const body = { FailedEntryCount: 1, Entries: [{ EventId: 'e' }, { ErrorCode: 'MalformedDetail' }] };
    ministack.answer = () => ({ body });
    await expect(runTask(ministack, 'events:putEvents', { Entries: [event] })).rejects.toMatchObject({
      name: 'EventBridge.FailedEntry',
      message: JSON.stringify(body),
    });
  });

  test('each bus needs permission', async () => {
    ministack.denied.add('events:PutEvents');
    const EventBusName = 'arn:aws:events:us-east-1:000000000000:event-bus/shop';
    const run = runTask(ministack, 'events:putEvents', { Entries: [event, { ...event, EventBusName }] });
    await expect(run).rejects.toMatchObject({ name: 'EventBridge.AmazonEventBridgeException' });
    ministack.denied.clear();
    ministack.answer = () => ({ body: { FailedEntryCount: 0 } });
    await runTask(ministack, 'events:putEvents', { Entries: [event, { ...event, EventBusName }] });
    expect(ministack.asked.slice(1).map(({ resource }) => resource)).toEqual([
      'arn:aws:events:us-east-1:000000000000:event-bus/default',
      EventBusName,
    ]);
  });
});

describe('what does not exist', () => {
  test.each([
    'states:::glue:startJobRun',
    'states:::aws-sdk:dynamodb:dropTable',
    'states:::aws-sdk:dynamodb:constructor',
    'states:::aws-sdk:s3:paginateListBuckets',
    'states:::aws-sdk:kms:dropKey',
    'states:::aws-sdk:bedrockruntime:invokeModel',
    'states:us-east-1:000000000000:activity:approve',
  ])('arn:aws:%s fails as States.Runtime and calls nothing', async (resource) => {
    const run = runTask(ministack, `arn:aws:${resource}`, {});
    await expect(run).rejects.toMatchObject({ name: 'States.Runtime' });
    expect(ministack.requests).toEqual([]);
  });
});
