// No task token gets out of a history, wherever it stands.

import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { timelineOf } from '../../bin/history/timeline';
import { withoutTokens } from '../../bin/history/tokens';

const TOKEN = 'AAAAKgAAAAIAAAAAAAAAAQ4lZ9v/0cL+wDn0bMaWm5c5q8Xv1dG3';

test.each([
  ['a member', { taskToken: TOKEN }],
  ['a member in other letters, deep down', { Payload: [{ TaskToken: TOKEN, task_token: TOKEN }] }],
  ['JSON in a text', { cause: JSON.stringify({ inner: JSON.stringify({ taskToken: TOKEN }) }) }],
  ['words', { message: `no answer for task token, taskToken=${TOKEN}` }],
])('%s', (_, value) => {
  const text = JSON.stringify(withoutTokens(value));
  expect(text).not.toContain(TOKEN.slice(0, 20));
  expect(text).toContain('(masked)');
});

test('what is no token stays as it is', () => {
  const value = {
    orderId: 'A1',
    claimToken: null,
    amounts: [1, 2],
    text: 'tokens are masked',
    none: undefined,
  };
  expect(withoutTokens(value)).toEqual({ ...value, none: undefined });
  expect(withoutTokens(undefined)).toBeUndefined();
});

test('the arguments of a call that waits for an answer', () => {
  const parameters = JSON.stringify({ Payload: { taskToken: TOKEN, orderId: 'A1' } });
  const timestamp = new Date(0);
  const events: HistoryEvent[] = [
    {
      id: 2,
      previousEventId: 0,
      timestamp,
      type: 'TaskStateEntered',
      stateEnteredEventDetails: { name: 'Ask', input: '{}' },
    },
    {
      id: 3,
      previousEventId: 2,
      timestamp,
      type: 'TaskScheduled',
      taskScheduledEventDetails: {
        resourceType: 'lambda',
        resource: 'invoke.waitForTaskToken',
        region: 'us-east-1',
        parameters,
      },
    },
  ];
  const [visit] = timelineOf(events).visits;
  expect(visit).toMatchObject({
    id: 2,
    input: {},
    request: { Payload: { taskToken: '(masked)', orderId: 'A1' } },
  });
});
