/** Which stage a command line means. */
import { isCurrency } from '../../lambda/order-processing/currencies';
import { stageFromContext, stages } from '../../lib/stages';
import { allStatesOf, machinesIn } from '../../lib/workflow/language/machines';
import { inlinedDefinition } from '../../tools/world/definitions';

const stageFor = (context: Record<string, unknown>) => stageFromContext((key) => context[key]);

test.each(['local', 'dev', 'staging', 'prod'] as const)('-c stage=%s', (stage) => {
  expect(stageFor({ stage })).toBe(stages[stage]);
  expect(stages[stage].name).toBe(stage);
  expect(stages[stage].stripe).toEqual({
    endpoint: 'https://api.stripe.com',
    secretName: `${stage}/stripe-secret-key`,
    mode: stage === 'prod' ? 'live' : 'test',
    settlementCurrency: 'usd',
  });
});

test('the default is dev', () => {
  expect(stageFor({})).toBe(stages.dev);
});

test.each(['production', '', 'constructor'])('"%s" is no stage, and the message says which are', (stage) => {
  expect(() => stageFor({ stage })).toThrow(
    `There is no stage "${stage}". Pass one of them: -c stage=local|dev|staging|prod`,
  );
});

test('only the local stage may call another Stripe', () => {
  const stripeEndpoint = 'http://127.0.0.1:4567';
  expect(stageFor({ stage: 'local', stripeEndpoint }).stripe).toEqual({
    endpoint: stripeEndpoint,
    secretName: 'local/stripe-secret-key',
    mode: 'test',
    settlementCurrency: 'usd',
  });
  expect(() => stageFor({ stage: 'prod', stripeEndpoint })).toThrow(
    '-c stripeEndpoint= is for the stage local only; prod always calls https://api.stripe.com.',
  );
});

test('a review ends well before the authorisation that it is about', () => {
  for (const { review } of Object.values(stages)) {
    expect(review.timeoutSeconds).toBeLessThanOrEqual(4 * 86_400);
    expect(Object.keys(review.thresholds).every(isCurrency)).toBe(true);
  }
});

test.each([stages.dev, stages.staging, stages.prod])(
  'in $name a signup is undone when no call that made something can be under way',
  ({ onboarding }) => {
    const { States } = JSON.parse(inlinedDefinition('saas-onboarding'));
    const calls = machinesIn(States.CreateAccountsInParallel)
      .flatMap(allStatesOf)
      .map(({ state }) => Number(state.TimeoutSeconds ?? 0));
    expect(Math.max(...calls)).toBeGreaterThanOrEqual(60);
    expect(onboarding.lateCallSeconds).toBeGreaterThan(Math.max(...calls));
  },
);

test('only prod keeps its stacks’ data; only local and dev log personal data', () => {
  const having = (wanted: (stage: (typeof stages)['dev']) => boolean) =>
    Object.values(stages)
      .filter(wanted)
      .map(({ name }) => name);
  expect(having(({ data }) => data.removal === 'RETAIN' && data.deletionProtection)).toEqual(['prod']);
  expect(having(({ logs }) => logs.executionData)).toEqual(['local', 'dev']);
});

test.each(Object.values(stages))('imports in $name stay below what Stripe takes in a second', ({ bulk }) => {
  expect(bulk.ordersPerSecond).toBeGreaterThanOrEqual(4);
  expect(bulk.ordersPerSecond).toBeLessThan(25);
  expect(Number.isInteger(bulk.ordersPerSecond)).toBe(true);
  expect(bulk.toleratedFailurePercentage).toBeGreaterThanOrEqual(0);
  expect(bulk.toleratedFailurePercentage).toBeLessThan(100);
});
