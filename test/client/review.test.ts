import { answerReview, openReviews, type ReviewDecision, ReviewRefused } from '../../client/review';
import { createDynamoDB } from '../../tools/doubles/dynamodb';
import { replyLost } from '../../tools/doubles/faults';
import { FakeStepFunctions, Fault } from '../support/fake-step-functions';

const NOW = new Date('2026-03-01T10:00:00Z');

const waiting = {
  execution: { S: 'order-A1' },
  orderId: { S: 'A1' },
  taskToken: { S: 'token-1' },
  amount: { N: '250000' },
  currency: { S: 'eur' },
  customer: { S: '{"known":true,"company":"Mugs","plan":"pro","customerSince":"2025-01-02T03:04:05Z"}' },
  requestedAt: { S: '2026-03-01T09:00:00.000Z' },
  expiresAt: { S: '2026-03-05T09:00:00.000Z' },
};

const decided = (decision: ReviewDecision, delivered: boolean) => ({
  ...waiting,
  decision: { S: decision },
  decidedBy: { S: 'bob' },
  decidedAt: { S: '2026-03-01T09:30:00.000Z' },
  ...(delivered && { delivered: { BOOL: true } }),
});

type Record = typeof waiting & Partial<ReturnType<typeof decided>> & { waitingExecution?: { S: string } };

/** A table of reviews, and Step Functions with a task that waits for `token-1`. */
function setUp(...records: Record[]) {
  const dynamodb = createDynamoDB({ reviews: 'execution' });
  dynamodb.seed('reviews', ...records);
  const stepFunctions = new FakeStepFunctions();
  const tokens = new Set(['token-1']);
  const answers: string[] = [];
  stepFunctions.answers.SendTaskSuccess = ({ taskToken = '', output = '' }) => {
    if (!tokens.delete(taskToken)) throw new Fault('TaskTimedOut', 'Task Timed Out');
    answers.push(output);
    return {};
  };
  const settings = {
    reviewsTable: 'reviews',
    dynamodb: dynamodb.client,
    sfn: stepFunctions.client,
    now: () => NOW,
  };
  const answer = (decision: ReviewDecision, by = 'ann') =>
    answerReview('order-A1', { decision, by }, settings);
  const record = () => dynamodb.get('reviews', 'order-A1');
  return { dynamodb, stepFunctions, tokens, answers, settings, answer, record };
}

describe('answering', () => {
  test.each(['APPROVED', 'REJECTED'] as const)(
    '%s is recorded, sent, and marked as delivered',
    async (decision) => {
      const { answer, answers, record } = setUp(waiting);

      expect(await answer(decision)).toMatchObject({
        orderId: 'A1',
        answer: { decision, by: 'ann', at: NOW, delivered: true },
      });
      expect(answers).toEqual([`{"decision":"${decision}"}`]);
      expect(record()).toMatchObject({
        decision: { S: decision },
        decidedBy: { S: 'ann' },
        decidedAt: { S: '2026-03-01T10:00:00.000Z' },
        delivered: { BOOL: true },
      });
    },
  );

  test('the same answer twice is sent once, and is still the first one', async () => {
    const { answer, answers } = setUp(waiting);
    await answer('APPROVED');
    expect(await answer('APPROVED', 'bob')).toMatchObject({ answer: { by: 'ann', delivered: true } });
    expect(answers).toHaveLength(1);
  });

  test('a contradicting answer is refused; the error names the first answer, its author and time', async () => {
    const { answer, answers } = setUp(decided('APPROVED', true));
    await expect(answer('REJECTED')).rejects.toMatchObject({
      reason: 'DECIDED_OTHERWISE',
      message: 'order-A1 was APPROVED by bob at 2026-03-01T09:30:00.000Z, and the first answer counts.',
    });
    expect(answers).toEqual([]);
  });

  test('a contradicting answer does not replace one that was recorded but not delivered', async () => {
    const { answer, answers } = setUp(decided('APPROVED', false));
    await expect(answer('REJECTED')).rejects.toThrow('It has not arrived yet: give that answer once more');
    expect(answers).toEqual([]);
  });

  test('of two contradicting answers at the same moment one counts and the other is refused', async () => {
    const { answer, answers, record } = setUp(waiting);
    const results = await Promise.allSettled([answer('APPROVED', 'ann'), answer('REJECTED', 'bob')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(answers).toEqual([JSON.stringify({ decision: record()?.decision?.S })]);
  });

  test('the same answer again delivers one that was recorded but not delivered', async () => {
    const { stepFunctions, answer, answers, record } = setUp(waiting);
    const send = stepFunctions.answers.SendTaskSuccess;
    stepFunctions.answers.SendTaskSuccess = () => {
      throw new Fault('AccessDeniedException', 'not now');
    };
    await expect(answer('APPROVED')).rejects.toThrow('not now');
    expect(record()).toMatchObject({ decision: { S: 'APPROVED' } });
    expect(record()).not.toHaveProperty('delivered');

    if (send) stepFunctions.answers.SendTaskSuccess = send;
    await answer('APPROVED', 'bob');
    expect(answers).toEqual(['{"decision":"APPROVED"}']);
    expect(record()).toMatchObject({ decidedBy: { S: 'ann' }, delivered: { BOOL: true } });
  });

  test('an answer whose recording lost its reply can be repeated', async () => {
    const { dynamodb, answer, answers } = setUp(waiting);
    dynamodb.fail({ 'dynamodb:updateItem': [replyLost] });
    await expect(answer('APPROVED')).rejects.toThrow();
    await answer('APPROVED');
    expect(answers).toHaveLength(1);
  });

  test('a task that was retried meanwhile is answered with its new token', async () => {
    const { dynamodb, stepFunctions, tokens, answer, answers, record } = setUp(waiting);
    const send = stepFunctions.answers.SendTaskSuccess;
    tokens.delete('token-1');
    stepFunctions.answers.SendTaskSuccess = (input) => {
      dynamodb.seed('reviews', { ...decided('APPROVED', false), taskToken: { S: 'token-2' } });
      tokens.add('token-2');
      return send?.(input) ?? {};
    };
    expect((await answer('APPROVED')).answer?.delivered).toBe(true);
    expect(answers).toHaveLength(1);
    expect(record()).toMatchObject({ taskToken: { S: 'token-2' }, delivered: { BOOL: true } });
  });

  test('a token that was replaced after its answer was delivered does not hide the new one', async () => {
    const { dynamodb, stepFunctions, answer, record } = setUp(waiting);
    const sentTo: string[] = [];
    stepFunctions.answers.SendTaskSuccess = ({ taskToken = '' }) => {
      sentTo.push(taskToken);
      dynamodb.seed('reviews', { ...decided('APPROVED', false), taskToken: { S: 'token-2' } });
      return {};
    };
    await answer('APPROVED');
    expect(sentTo).toEqual(['token-1', 'token-2']);
    expect(record()).toMatchObject({ delivered: { BOOL: true } });
  });

  test('an invalid token while the order still waits: the reviewer is told to answer again', async () => {
    const waitingExecution = 'arn:aws:states:us-east-1:000000000000:execution:Reviews:order-A1-review-0';
    const { stepFunctions, answer } = setUp({ ...waiting, waitingExecution: { S: waitingExecution } });
    stepFunctions.answers.SendTaskSuccess = () => {
      throw new Fault('InvalidToken', 'gone');
    };
    stepFunctions.answers.DescribeExecution = ({ executionArn }) => ({
      executionArn,
      status: executionArn === waitingExecution ? 'RUNNING' : 'FAILED',
    });
    await expect(answer('APPROVED')).rejects.toMatchObject({
      reason: 'NOT_YET',
      message: expect.stringContaining('answer again'),
    });
  });

  test.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])('%s: the review is over', async (error) => {
    const { stepFunctions, answer } = setUp(waiting);
    stepFunctions.answers.SendTaskSuccess = () => {
      throw new Fault(error, 'gone');
    };
    await expect(answer('APPROVED')).rejects.toMatchObject({
      reason: 'OVER',
      message: expect.stringContaining('Nothing waits for the answer to order-A1 any more'),
    });
  });

  test('an answer after the deadline is not recorded', async () => {
    const { answer, record } = setUp({ ...waiting, expiresAt: { S: '2026-03-01T10:00:00.000Z' } });
    await expect(answer('APPROVED')).rejects.toThrow(ReviewRefused);
    expect(record()).not.toHaveProperty('decision');
  });

  test('a review that does not exist', async () => {
    const { answer } = setUp();
    await expect(answer('APPROVED')).rejects.toMatchObject({
      reason: 'UNKNOWN',
      message: 'There is no payment review of order-A1.',
    });
  });
});

describe('a payment that two people must approve', () => {
  const large = { ...waiting, reviewers: { N: '2' } };

  test('is approved by the second, and not by the first', async () => {
    const { answer, answers, record } = setUp(large);
    const first = await answer('APPROVED');
    expect(first).toMatchObject({ firstApproval: { by: 'ann', at: NOW } });
    expect(first).not.toHaveProperty('answer');
    expect(answers).toEqual([]);
    expect(await answer('APPROVED', 'bob')).toMatchObject({ answer: { by: 'bob', delivered: true } });
    expect(answers).toEqual(['{"decision":"APPROVED"}']);
    expect(record()).toMatchObject({ firstApprovedBy: { S: 'ann' }, decidedBy: { S: 'bob' } });
  });

  test('is not approved by one person twice', async () => {
    const { answer, answers } = setUp(large);
    await answer('APPROVED');
    expect(await answer('APPROVED')).not.toHaveProperty('answer');
    expect(answers).toEqual([]);
  });

  test.each([1, 2])('is approved when the two answer at the same moment (%#)', async (winner) => {
    const { dynamodb, answer, answers } = setUp(large);
    const other = {
      ...large,
      firstApprovedBy: { S: winner === 1 ? 'bob' : 'ann' },
      firstApprovedAt: { S: '' },
    };
    // After ann has read the record, and before she writes it.
    dynamodb.fail({
      'dynamodb:updateItem': [
        async (work) => {
          dynamodb.seed('reviews', other);
          return work();
        },
      ],
    });
    const review = await answer('APPROVED');
    expect(review.answer?.by).toBe(winner === 1 ? 'ann' : undefined);
    expect(answers).toHaveLength(winner === 1 ? 1 : 0);
  });

  test('is rejected by one person, also after an approval', async () => {
    const { answer, answers } = setUp(large);
    await answer('APPROVED');
    await answer('REJECTED', 'bob');
    expect(answers).toEqual(['{"decision":"REJECTED"}']);
  });
});

describe('the list', () => {
  test('has reviews without a delivered answer, the oldest first, without tokens', async () => {
    const of = (execution: string, record: Record) => ({ ...record, execution: { S: execution } });
    const { settings } = setUp(
      of('order-new', waiting),
      of('order-old', { ...waiting, requestedAt: { S: '2026-02-28T09:00:00.000Z' } }),
      of('order-stuck', decided('REJECTED', false)),
      of('order-done', decided('APPROVED', true)),
      of('order-late', { ...waiting, expiresAt: { S: '2026-03-01T09:59:59.000Z' } }),
    );
    const reviews = await openReviews(settings);
    expect(reviews.map(({ execution }) => execution)).toEqual(['order-old', 'order-new', 'order-stuck']);
    expect(reviews[1]).toEqual({
      execution: 'order-new',
      orderId: 'A1',
      amount: 250000,
      currency: 'eur',
      customer: { known: true, company: 'Mugs', plan: 'pro', customerSince: '2025-01-02T03:04:05Z' },
      requestedAt: new Date('2026-03-01T09:00:00Z'),
      expiresAt: new Date('2026-03-05T09:00:00Z'),
      reviewers: 1,
    });
    expect(JSON.stringify(reviews)).not.toContain('token');
  });

  test('may be empty', async () => {
    expect(await openReviews(setUp().settings)).toEqual([]);
  });
});
