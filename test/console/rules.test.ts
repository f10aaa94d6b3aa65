// What the page says of the states of real definitions.

import type { ShownDefinition } from '../../console/model';
import { factsOf, rulesIn } from '../../console/rules';
import { definitionNames, definitionOf } from '../../tools/world/definitions';

const order = rulesIn(definitionOf('order-processing', { ReviewTimeoutSeconds: '7200' }));
const sayings = (state: string, kind: 'retriers' | 'catchers' | 'choices', rules = order) =>
  rules[state]?.[kind].map(({ say, next }) => (next === undefined ? say : `${say} → ${next}`));

test('a retrier says how often it still tries, how far apart, and how long that takes at most', () => {
  expect(sayings('ChargeCard', 'retriers')).toEqual([
    'RateLimited, Lambda.TooManyRequestsException: up to 8 more tries, 2 s apart, doubling up to 30 s, with jitter: 2 min 30 s of pauses at most',
    expect.stringMatching(
      /^TemporaryFailure, .*States.Timeout: up to 5 more tries, 1 s apart, doubling up to 20 s, with jitter: 31 s of pauses at most$/,
    ),
  ]);
  expect(sayings('ReversePayment', 'retriers')).toEqual([
    'States.QueryEvaluationError: no further try',
    'any error (States.ALL): up to 40 more tries, 2 s apart, doubling up to 15 min, with jitter: 8 h 2 min of pauses at most',
  ]);
});

test.each([
  [{}, 'up to 3 more tries, 1 s apart, doubling: 7 s of pauses at most'],
  [{ MaxAttempts: 1, IntervalSeconds: 5 }, 'one more try, after 5 s'],
  [
    { MaxAttempts: 4, IntervalSeconds: 2, BackoffRate: 1 },
    'up to 4 more tries, 2 s apart: 8 s of pauses at most',
  ],
  [
    { BackoffRate: 1.5 },
    'up to 3 more tries, 1 s apart, 1.5 times as long each time: 4.8 s of pauses at most',
  ],
])('what a retrier leaves out is what the language says: %j', (fields, said) => {
  const states = { A: { Type: 'Task', Retry: [{ ErrorEquals: ['X'], ...fields }] } };
  expect(sayings('A', 'retriers', rulesIn(JSON.stringify({ States: states })))).toEqual([`X: ${said}`]);
});

test('catchers and choices say where they lead, with comment and code', () => {
  expect(sayings('CapturePayment', 'catchers')).toEqual([
    'on PaymentDeclined → CancelShipment',
    'on States.DataLimitExceeded → CancelShipment',
    'on any error (States.ALL) → CancelShipment',
  ]);
  expect(order.CapturePayment?.catchers[0]).toMatchObject({
    comment: 'The authorisation is gone.',
    code: expect.stringContaining('"outcome": "PAYMENT_DECLINED"'),
  });
  expect(sayings('CheckReview', 'choices')).toEqual([
    "when $review = 'APPROVED' → CreateShipment",
    'otherwise → ReleaseInventory',
  ]);
  expect(order.CheckReview?.choices[1]?.code).toContain('REVIEW_REJECTED');
});

test('limits, waiting, concurrency, readers and batches are sentences; settings are their values', () => {
  expect(order.ReviewPayment?.facts).toEqual([
    'It waits until what it started has ended.',
    'Each try has at most (7200 + 1500) s.',
  ]);
  expect(order.CancelShipment?.facts).toContain(
    'Nothing is caught: an error that outlasts the retries ends it.',
  );
  const imports = rulesIn(definitionOf('bulk-orders', { BulkOrdersPerSecond: '25' }));
  expect(imports.StartOrders?.facts).toEqual([
    'Runs once for each batch, at most 25 at once.',
    'Each batch is an execution of its own (EXPRESS).',
    'Items are read by s3:getObject as JSONL.',
    'A batch has at most 10 items.',
    expect.stringContaining('% of the items do.'),
    'Results are written by s3:putObject.',
  ]);
  expect(imports.StartBatch?.facts).toEqual(['Runs once for each item, up to 40 at once.']);
  const review = rulesIn(definitionOf('payment-review'));
  expect(review.RequestReview?.facts).toContain(
    'It waits until somebody sends an answer with its task token.',
  );
});

test.each(definitionNames)('no retrier, catcher, choice, comment or expression of %s is left out', (name) => {
  const definition = definitionOf(name);
  const rules = Object.values(rulesIn(definition));
  const count = (pattern: RegExp) => definition.match(pattern)?.length ?? 0;
  const all = (pick: (rules: ShownDefinition['rules'][string]) => readonly unknown[]) =>
    rules.flatMap(pick).length;
  expect({
    retriersAndCatchers: all(({ retriers, catchers }) => [...retriers, ...catchers]),
    choices: all(({ choices }) => choices.filter(({ say }) => say !== 'otherwise')),
    defaults: all(({ choices }) => choices.filter(({ say }) => say === 'otherwise')),
  }).toEqual({
    retriersAndCatchers: count(/"ErrorEquals":/g),
    choices: count(/"Condition":/g),
    defaults: count(/"Default":/g),
  });
  const text = JSON.stringify([factsOf(definition), rules]);
  const comments = [...definition.matchAll(/"Comment": ("(?:[^"\\]|\\.)*")/g)].map(([, comment = '']) =>
    comment.slice(1, -1),
  );
  expect(comments.filter((comment) => !text.includes(comment))).toEqual([]);
  const expressions = [...definition.matchAll(/\{%\s*([^%]*?)\s*%\}/g)].map(([, each = '']) => each);
  const unescaped = text.replaceAll('\\\\', '\\').replaceAll('\\"', '"');
  const missing = expressions.filter((each) => !unescaped.includes(each.slice(0, 40)));
  expect(missing.filter((each) => !each.startsWith('$number('))).toEqual([]);
});
