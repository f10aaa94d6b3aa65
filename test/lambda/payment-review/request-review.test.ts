/** A request for a review: its record, its message to the reviewers, and its log. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Context } from 'aws-lambda';
import { fails } from '../../../tools/doubles/faults';
import { createOrderWorld, REVIEW_SECONDS, TABLES, TOPICS } from '../../../tools/world/order-world';

const START = Date.parse('2026-11-20T10:00:00Z');
const execution = 'order-A-1001';
const waitingExecution = `arn:aws:states:us-east-1:123456789012:execution:reviews:${execution}-review-0`;
const order = {
  orderId: 'A-1001',
  execution,
  startedAt: '2026-11-20T09:59:00.000Z',
  redrives: 0,
  customerId: 'C-7',
  amount: 120_000,
  currency: 'eur',
};
const customer = { known: true, company: 'Analytical Engines', plan: 'pro', customerSince: '2025-01-01' };

function start() {
  const time = { now: START };
  const world = createOrderWorld({ now: () => new Date(time.now) });
  return {
    ...world,
    time,
    request: (taskToken = 'token-1', retries = 0, overrides: Partial<typeof order> = {}) =>
      world.functions['request-review']({
        taskToken,
        waitingExecution,
        redrives: 0,
        retries,
        order: { ...order, ...overrides },
        customer,
      }),
    record: () => world.dynamodb.get(TABLES.reviews, execution),
    messages: () => world.topics.messages(TOPICS.reviewers),
  };
}

test('the record holds the token and what an answer needs, and expires 30 days after the review', async () => {
  const { request, record } = start();
  await request();
  expect(record()).toEqual({
    execution: { S: execution },
    taskToken: { S: 'token-1' },
    orderId: { S: 'A-1001' },
    amount: { N: '120000' },
    currency: { S: 'eur' },
    reviewers: { N: '1' },
    customer: { S: JSON.stringify(customer) },
    waitingExecution: { S: waitingExecution },
    startedAt: { S: order.startedAt },
    turn: { S: '000000/000000/000000' },
    requestedAt: { S: '2026-11-20T10:00:00.000Z' },
    expiresAt: { S: '2026-11-24T10:00:00.000Z' },
    expiration: { N: String(START / 1000 + REVIEW_SECONDS + 30 * 86_400) },
  });
});

test.each([
  ['below the amount', { amount: 999_999 }, 1],
  ['from the amount on', { amount: 1_000_000 }, 2],
  ['in a currency without such an amount', { currency: 'jpy' }, 2],
])('%s so many people must approve, and the message says so', async (_, overrides, reviewers) => {
  const { request, record, messages } = start();
  await request('token-1', 0, overrides);
  expect(record()).toMatchObject({ reviewers: { N: String(reviewers) } });
  expect(messages()).toEqual([expect.objectContaining({ reviewers })]);
});

test('a later request has a new token; it keeps the answer, which this token has not received', async () => {
  const { request, record, dynamodb, time } = start();
  await request();
  const decided = { decision: { S: 'APPROVED' }, decidedBy: { S: 'ann' } };
  dynamodb.seed(TABLES.reviews, { ...record(), ...decided, delivered: { BOOL: true } });
  time.now += 60_000;
  await request('token-2');
  expect(record()).toMatchObject({ taskToken: { S: 'token-2' }, ...decided });
  expect(record()).not.toHaveProperty('delivered');
});

test('a try that arrives after a later one changes nothing and sends no message', async () => {
  const { request, record, messages, time } = start();
  await request('token-2', 1);
  const before = record();
  time.now += 5_000;
  await request('token-1', 0);
  expect(record()).toEqual(before);
  expect(messages()).toHaveLength(1);
});

test.each([
  ['the tenth try', { retries: 10 }, { retries: 9 }],
  ['a redriven order', { redrives: 1 }, { retries: 8 }],
])('%s comes after what was before it', async (_case, later, earlier) => {
  const { request, record } = start();
  const send = (token: string, { retries = 0, redrives = 0 }: { retries?: number; redrives?: number }) =>
    request(token, retries, { redrives });
  await send('later', later);
  await send('earlier', earlier);
  expect(record()?.taskToken).toEqual({ S: 'later' });
});

test('a notice that is sent twice can be told from two: each life of an order has its own', async () => {
  const { request, messages } = start();
  await request('token-1', 0);
  await request('token-2', 1);
  await request('token-3', 0, { redrives: 1 });
  await request('token-4', 0, { startedAt: '2027-03-01T09:00:00.000Z' });
  expect(messages().map((message) => Object(message).noticeId)).toEqual([
    'order-A-1001.1795168740000/REVIEW_0',
    'order-A-1001.1795168740000/REVIEW_0',
    'order-A-1001.1795168740000/REVIEW_1',
    'order-A-1001.1803891600000/REVIEW_0',
  ]);
});

test('the answer to an earlier execution of the same name does not approve the order', async () => {
  const { request, record, dynamodb } = start();
  await request('token-1', 3);
  const decided = { decision: { S: 'APPROVED' }, decidedBy: { S: 'ann' }, decidedAt: { S: 'then' } };
  dynamodb.seed(TABLES.reviews, { ...record(), ...decided, delivered: { BOOL: true } });
  await request('token-2', 0, { startedAt: '2027-03-01T09:00:00.000Z' });
  expect(record()).toMatchObject({ taskToken: { S: 'token-2' } });
  for (const field of [...Object.keys(decided), 'delivered']) expect(record()).not.toHaveProperty(field);
});

test.each([
  ['the table is throttled', 'dynamodb', 'throttled', 'RateLimited'],
  ['the table is down', 'dynamodb', 'unavailable', 'TemporaryFailure'],
  ['the topic is throttled', 'topics', 'throttled', 'RateLimited'],
  ['the topic is down', 'topics', 'unavailable', 'TemporaryFailure'],
] as const)('when %s, the next try works', async (_case, service, kind, name) => {
  const world = start();
  world[service].fail({ '*:*': [fails(kind)] });
  await expect(world.request()).rejects.toMatchObject({ name });
  await world.request('token-2');
  expect(world.record()?.taskToken).toEqual({ S: 'token-2' });
  expect(world.messages()).toHaveLength(1);
});

describe('the deployed function', () => {
  const taskToken = 'AQCAAAA-secret';
  const lines: string[] = [];

  beforeEach(() => {
    lines.length = 0;
    Object.assign(process.env, {
      POWERTOOLS_DEV: 'true', // Powertools then writes to the console, which the test reads
      AWS_REGION: 'us-east-1',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      REVIEWS_TABLE: TABLES.reviews,
      REVIEWERS_TOPIC_ARN: TOPICS.reviewers,
      REVIEW_TIMEOUT_SECONDS: '3600',
      TWO_REVIEWERS_FROM: 'null',
      STAGE: 'prod',
    });
    for (const level of ['info', 'warn', 'error', 'debug', 'log'] as const) {
      jest.spyOn(console, level).mockImplementation((...words) => void lines.push(words.join(' ')));
    }
  });
  afterEach(() => jest.restoreAllMocks());

  /** Loads the function anew, as a new process does. */
  const invoke = async () => {
    const { handler } = await import('../../../lambda/payment-review/request-review.lambda');
    const context = { awsRequestId: 'request-1', functionName: 'request-review' } as Context;
    const payload = {
      taskToken,
      waitingExecution,
      redrives: 0,
      retries: 0,
      order,
      customer: { known: false } as const,
    };
    return handler(payload, context);
  };

  test('logs order and execution, but never the token: when it succeeds', async () => {
    jest.spyOn(DynamoDBClient.prototype, 'send').mockImplementation(async () => ({}));
    jest.spyOn(SNSClient.prototype, 'send').mockImplementation(async () => ({}));
    await invoke();
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ message: 'Done', orderId: 'A-1001', execution }),
    ]);
    expect(lines.join()).not.toContain(taskToken);
  });

  test('and when it fails, although the SDK’s error contains the request', async () => {
    const error = Object.assign(new Error('Internal error'), {
      name: 'InternalError',
      request: { taskToken },
    });
    jest.spyOn(DynamoDBClient.prototype, 'send').mockImplementation(() => Promise.reject(error));
    await expect(invoke()).rejects.toThrow('Internal error');
    expect(lines.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ message: 'Failed' })]);
    expect(lines.join()).not.toContain(taskToken);
  });
});
