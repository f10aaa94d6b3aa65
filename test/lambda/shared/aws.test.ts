import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import { fromAws } from '../../../lambda/shared/aws';
import { errorsOf } from '../../../tools/doubles/service';

const awsError = errorsOf(dynamodb, dynamodb.DynamoDBServiceException);
const snsError = errorsOf(sns, sns.SNSServiceException);
const sqsError = errorsOf(sqs, sqs.SQSServiceException);

test.each([
  ['ThrottlingException', awsError('ThrottlingException', 'Rate exceeded'), 'RateLimited'],
  ['SQS throttling', sqsError('RequestThrottled', 'Rate exceeded'), 'RateLimited'],
  ['throttling of a queue’s key', sqsError('KmsThrottled', 'Rate exceeded'), 'RateLimited'],
  ['throttling of a topic’s key', snsError('KMSThrottlingException', 'Rate exceeded'), 'RateLimited'],
  ['a limit without a name that we know', awsError('UnknownError', 'Rate exceeded', 429), 'RateLimited'],
  ['a server fault', awsError('InternalServerError', 'Oops', 500), 'TemporaryFailure'],
  ['another writer', awsError('TransactionConflictException', 'Ongoing'), 'TemporaryFailure'],
  [
    'an answer that did not come',
    Object.assign(new Error('…'), { name: 'TimeoutError' }),
    'TemporaryFailure',
  ],
  ['a lost connection', Object.assign(new Error('read'), { code: 'ECONNRESET' }), 'TemporaryFailure'],
  [
    'a name that does not resolve',
    Object.assign(new Error('dns'), { code: 'EAI_AGAIN' }),
    'TemporaryFailure',
  ],
  ['a missing permission', awsError('AccessDeniedException', 'No'), 'AccessDeniedException'],
  [
    'a condition that is not met',
    awsError('ConditionalCheckFailedException', 'No'),
    'ConditionalCheckFailedException',
  ],
  ['a mistake of ours', new TypeError('x is undefined'), 'TypeError'],
])('%s', (_case, error, name) => {
  expect(fromAws(error)).toMatchObject({ name, message: expect.stringContaining(error.message) });
});
