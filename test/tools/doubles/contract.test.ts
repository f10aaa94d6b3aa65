/**
 * The errors of doubles equal the service's: each is compared with the error that the real client makes of the service's
 * HTTP response.
 */
import { doublesAsClients } from '../../../tools/doubles/aws-clients';
import { createDynamoDB } from '../../../tools/doubles/dynamodb';
import type { Failure } from '../../../tools/doubles/faults';
import { createLambda } from '../../../tools/doubles/lambda';
import { createS3Bucket } from '../../../tools/doubles/s3';
import { createSecrets } from '../../../tools/doubles/secrets';
import { createTopics } from '../../../tools/doubles/sns';
import { createFifoQueue } from '../../../tools/doubles/sqs';
import { createTenantTables } from '../../../tools/doubles/tenant-tables';
import { type AwsClients, createAwsClients } from '../../../tools/simulator/integrations/aws';
import {
  type AwsAnswer,
  type FakeMiniStack,
  error as json,
  startFakeMiniStack,
} from '../../support/fake-ministack';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:told';
const QUEUE = 'https://sqs.us-east-1.amazonaws.com/123456789012/work.fifo';

let service: FakeMiniStack;
let clients: AwsClients;

beforeAll(async () => {
  service = await startFakeMiniStack();
  const credentials = {
    accessKeyId: 'a',
    secretAccessKey: 's',
    sessionToken: 't',
    expiration: new Date(8e12),
  };
  const role = {
    arn: 'any',
    credentials: async () => credentials,
    may: async () => ({ allowed: true, reason: '' }),
  };
  clients = createAwsClients({ endpoint: service.url, region: 'us-east-1', role });
});
afterAll(() => service.close());

const doubles = () => ({
  dynamodb: createDynamoDB({ stock: 'sku' }),
  lambda: createLambda({}),
  s3: createS3Bucket('files'),
  secretsmanager: createSecrets({}),
  sns: createTopics([TOPIC]),
  sqs: createFifoQueue(QUEUE),
});

/** The properties that integrations and functions use. */
const shapeOf = (error: unknown) => {
  const { name, message, $fault, $metadata, CancellationReasons, Item } = Object(error);
  return {
    class: Object(error).constructor.name,
    name,
    message,
    $fault,
    status: $metadata?.httpStatusCode,
    hasRequestId: typeof $metadata?.requestId === 'string',
    CancellationReasons,
    Item,
  };
};

type Call = [service: keyof ReturnType<typeof doubles>, operation: string, input: object];

async function errorOf(through: AwsClients, [name, operation, input]: Call) {
  return through.call(name, operation, input, new AbortController().signal).then(
    () => ({ class: 'none' }),
    (error: unknown) => shapeOf(error),
  );
}

async function onTheWire(call: Call, answer: AwsAnswer) {
  service.answer = () => answer;
  return errorOf(clients, call);
}

const query = (code: string, message: string, status: number): AwsAnswer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: `<ErrorResponse><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
});
const xml = (code: string, message: string, status: number): AwsAnswer => ({
  status,
  headers: { 'content-type': 'application/xml', 'x-amz-request-id': 'r' },
  body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
});
const rest = (code: string, message: string, status: number): AwsAnswer => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
  body: { Message: message, message },
});

const GET: Call = ['dynamodb', 'getItem', { TableName: 'stock', Key: { sku: { S: 'MUG' } } }];
const put = { Put: { TableName: 'stock', Item: { sku: { S: 'MUG' } } } };
const TRANSACT: Call = ['dynamodb', 'transactWriteItems', { TransactItems: [put, put] }];
const PUBLISH: Call = ['sns', 'publish', { TopicArn: TOPIC, Message: 'told' }];
const SEND: Call = [
  'sqs',
  'sendMessage',
  { QueueUrl: QUEUE, MessageBody: 'b', MessageGroupId: 'g', MessageDeduplicationId: 'd' },
];
const OBJECT: Call = ['s3', 'getObject', { Bucket: 'files', Key: 'a' }];
const INVOKE: Call = ['lambda', 'invoke', { FunctionName: 'work', Payload: '{}' }];
const SECRET: Call = ['secretsmanager', 'getSecretValue', { SecretId: 'key' }];

const DYNAMODB = 'com.amazonaws.dynamodb.v20120810#';
const conflicted = {
  CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
};
const cancelled =
  'Transaction cancelled, please refer cancellation reasons for specific reasons [None, TransactionConflict]';

describe('each failure', () => {
  test.each<[Failure, Call, AwsAnswer]>([
    ['throttled', GET, json('com.amazon.coral.availability#ThrottlingException', 'Rate exceeded')],
    ['unavailable', GET, json(`${DYNAMODB}InternalServerError`, 'Internal server error', {}, 500)],
    [
      'denied',
      GET,
      json(
        'com.amazon.coral.service#AccessDeniedException',
        'User is not authorized to perform this action on this resource',
      ),
    ],
    ['conflict', GET, json(`${DYNAMODB}TransactionConflictException`, 'Transaction is ongoing for the item')],
    ['conflict', TRANSACT, json(`${DYNAMODB}TransactionCanceledException`, cancelled, conflicted)],
    ['throttled', PUBLISH, query('Throttled', 'Rate exceeded', 429)],
    ['unavailable', PUBLISH, query('InternalError', 'Internal error', 500)],
    ['denied', PUBLISH, query('AuthorizationError', 'Not authorized: SNS:Publish', 403)],
    ['throttled', SEND, json('com.amazonaws.sqs#RequestThrottled', 'Rate exceeded')],
    [
      'unavailable',
      SEND,
      json('com.amazonaws.sqs#InternalError', 'We encountered an internal error', {}, 500),
    ],
    ['throttled', OBJECT, xml('SlowDown', 'Please reduce your request rate.', 503)],
    ['unavailable', OBJECT, xml('InternalError', 'We encountered an internal error.', 500)],
    ['denied', OBJECT, xml('AccessDenied', 'Access Denied', 403)],
    ['throttled', INVOKE, rest('TooManyRequestsException', 'Rate Exceeded.', 429)],
    ['unavailable', INVOKE, rest('ServiceException', 'Internal error', 500)],
    ['denied', INVOKE, rest('AccessDeniedException', 'Not authorized: lambda:InvokeFunction', 403)],
    ['unavailable', SECRET, json('InternalServiceError', 'An error occurred on the server side.', {}, 500)],
    ['denied', SECRET, json('AccessDeniedException', 'Not authorized: secretsmanager:GetSecretValue')],
  ])('%s: %s', async (failure, call, answer) => {
    expect(await errorOf(doublesAsClients(doubles(), failure), call)).toEqual(await onTheWire(call, answer));
  });
});

describe('errors of a request, or of a resource’s state', () => {
  const condition = { ConditionExpression: 'attribute_not_exists(sku)' };
  const item = { sku: { S: 'MUG' }, available: { N: '1' } };

  test.each<[string, Call, AwsAnswer]>([
    [
      'a table that is not there',
      ['dynamodb', 'getItem', { TableName: 'none', Key: { sku: { S: 'MUG' } } }],
      json(`${DYNAMODB}ResourceNotFoundException`, 'Requested resource not found: Table: none not found'),
    ],
    [
      'a condition that is not met',
      ['dynamodb', 'putItem', { ...put.Put, ...condition }],
      json(`${DYNAMODB}ConditionalCheckFailedException`, 'The conditional request failed'),
    ],
    [
      'the same, with the item',
      ['dynamodb', 'putItem', { ...put.Put, ...condition, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }],
      json(`${DYNAMODB}ConditionalCheckFailedException`, 'The conditional request failed', { Item: item }),
    ],
    [
      'a topic that is not there',
      ['sns', 'publish', { TopicArn: 'arn:other', Message: 'told' }],
      query('NotFound', 'Topic does not exist', 404),
    ],
    [
      'an empty message',
      ['sns', 'publish', { TopicArn: TOPIC, Message: '' }],
      query('InvalidParameter', 'Invalid parameter: Empty message', 400),
    ],
    [
      'a queue that is not there',
      ['sqs', 'sendMessage', { ...SEND[2], QueueUrl: 'https://other' }],
      json('com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.'),
    ],
    ['a file that is not there', OBJECT, xml('NoSuchKey', 'The specified key does not exist.', 404)],
    [
      'a bucket that is not there',
      ['s3', 'getObject', { Bucket: 'other', Key: 'a' }],
      xml('NoSuchBucket', 'The specified bucket does not exist', 404),
    ],
    [
      'a function that is not there',
      INVOKE,
      rest('ResourceNotFoundException', 'Function not found: work', 404),
    ],
    [
      'a secret that is not there',
      SECRET,
      json('ResourceNotFoundException', "Secrets Manager can't find the specified secret."),
    ],
  ])('%s', async (_what, call, answer) => {
    const all = doubles();
    const dynamodb = createDynamoDB({ stock: 'sku' });
    dynamodb.seed('stock', item);
    const error = await errorOf(doublesAsClients({ ...all, dynamodb }), call);
    expect(error).toEqual(await onTheWire(call, answer));
  });

  test('a table that is being created', async () => {
    const tenants = createTenantTables(() => new Date(0));
    await tenants.call('createTable', { TableName: 'tenant' });
    const call: Call = ['dynamodb', 'deleteTable', { TableName: 'tenant' }];
    const answer = json(`${DYNAMODB}ResourceInUseException`, 'Table is being created: tenant');
    expect(await errorOf(doublesAsClients({ dynamodb: tenants }), call)).toEqual(
      await onTheWire(call, answer),
    );
  });
});

describe('a message is text', () => {
  const send = (call: Call) => errorOf(doublesAsClients(doubles()), call);

  test('an object is a bug of the caller, and the double throws', async () => {
    const { TopicArn } = { TopicArn: TOPIC };
    expect(await send(['sns', 'publish', { TopicArn, Message: {} }])).toMatchObject({
      message: expect.stringContaining('is text'),
    });
    expect(await send(['sqs', 'sendMessage', { ...SEND[2], MessageBody: {} }])).toMatchObject({
      message: expect.stringContaining('is text'),
    });
  });

  test('an error of the consumer is thrown, and the message stays', async () => {
    const queue = createFifoQueue(QUEUE);
    const body = (group: string) => ({ ...SEND[2], MessageGroupId: group, MessageDeduplicationId: group });
    for (const group of ['a', 'b']) await queue.call('sendMessage', body(group));
    const read: string[] = [];
    const consume = ({ group }: { group: string }) => {
      if (group === 'a') throw new SyntaxError('not JSON');
      read.push(group);
    };
    await expect(queue.deliverTo(consume)).rejects.toThrow('not JSON');
    expect(read).toEqual(['b']);
    expect(queue.messages().map(({ group }) => group)).toEqual(['a']);
  });
});
