// Successful and rejected onboarding, with the real functions: what is created, sent and published.

import { apiKeyIdOf } from '../../contracts/claim-token';
import { executionIdentity } from '../../contracts/identity';
import { fails, times } from '../../tools/doubles/faults';
import {
  APP_URL,
  EVERYTHING,
  NOTHING,
  SENDER,
  SIGNUP_ERRORS,
  TABLES,
} from '../../tools/world/onboarding-world';
import { openSignups } from '../support/signups';

const NAME = 'onboarding-U-42';
const IDENTITY = executionIdentity(NAME, new Date('2026-01-01T00:00:00Z'));
const OWNER = `arn:aws:states:us-east-1:123456789012:execution:saas-onboarding:${IDENTITY}`;
const TABLE = `test-tenant-${IDENTITY}`;

afterEach(() => jest.restoreAllMocks());

const linkIn = (text: string) => /https:\/\/\S+/.exec(text)?.[0] ?? '';
const tokenIn = (text: string) => linkIn(text).split('#')[1] ?? '';

describe('a new customer', () => {
  test('gets a database, an API key, a Stripe customer and one e-mail', async () => {
    const world = openSignups();
    const { output } = await world.run();
    expect(output).toEqual({
      userId: 'U-42',
      outcome: 'ONBOARDED',
      databaseId: TABLE,
      apiKeyId: apiKeyIdOf(IDENTITY),
      stripeCustomerId: world.stripe.ledger.customers[0]?.id,
    });
    expect(world.effectsOf(NAME)).toEqual(EVERYTHING);
    expect(world.topics.messages(SIGNUP_ERRORS)).toEqual([]);
  });

  test('costs 16 states, 17 billed transitions where the stage protects databases', async () => {
    const { states, transitions } = await openSignups().run();
    expect(states.sort()).toEqual(
      [
        'ValidateSignup',
        'CreateAccountsInParallel',
        'CreateDatabaseAccount',
        'WaitForDatabase',
        'CheckDatabaseStatus',
        'IsDatabaseReady',
        'DatabaseReady',
        'CreateAPIKey',
        'CreateStripeCustomer',
        'AggregateResults',
        'RecordCustomer',
        'MustDatabaseBeProtected',
        'ProtectDatabase',
        'BackUpDatabase',
        'SendWelcomeEmail',
        'LogOnboardingComplete',
      ].sort(),
    );
    expect(transitions).toBe(17);
  });

  test('is recorded in customers and, with a numeric time, in onboarding_events', async () => {
    const world = openSignups();
    await world.run();
    const ids = {
      databaseId: TABLE,
      apiKeyId: apiKeyIdOf(IDENTITY),
      stripeCustomerId: String(world.stripe.ledger.customers[0]?.id),
    };
    expect(world.dynamodb.items(TABLES.customers)).toEqual([
      {
        customerId: { S: 'U-42' },
        email: { S: 'grace@example.com' },
        company: { S: 'Hopper & Co' },
        plan: { S: 'pro' },
        databaseId: { S: ids.databaseId },
        apiKeyId: { S: ids.apiKeyId },
        stripeCustomerId: { S: ids.stripeCustomerId },
        execution: { S: IDENTITY },
        createdAt: { S: '2026-01-01T00:00:00.000Z' },
      },
    ]);
    const [event] = world.dynamodb.items(TABLES.events);
    expect(event).toEqual({
      userId: { S: 'U-42' },
      event: { S: `onboarding_complete#${IDENTITY}` },
      timestamp: { N: String(world.clock.now().getTime() / 1000) },
      metadata: { S: expect.any(String) },
    });
    expect(JSON.parse(event?.metadata?.S ?? '')).toEqual({ ...ids, company: 'Hopper & Co', plan: 'pro' });
  });

  test('has a database that is encrypted and tagged, and finally protected and backed up', async () => {
    const world = openSignups();
    await world.run();
    expect(world.tenantTables.find(TABLE)).toMatchObject({
      definition: {
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { Enabled: true, SSEType: 'KMS' },
        Tags: [
          { Key: 'tenant', Value: 'U-42' },
          { Key: 'execution', Value: IDENTITY },
        ],
      },
      deletionProtection: true,
      pointInTimeRecovery: true,
    });
  });

  test('has an unprotected database where the stage asks for none', async () => {
    const world = openSignups({
      settings: { TenantDeletionProtection: 'false', TenantPointInTimeRecovery: 'false' },
    });
    const { transitions } = await world.run();
    expect(world.tenantTables.find(TABLE)).toMatchObject({
      deletionProtection: false,
      pointInTimeRecovery: false,
    });
    expect(transitions).toBe(15);
  });

  test('has a database that is only backed up where the stage asks for that', async () => {
    const world = openSignups({ settings: { TenantDeletionProtection: 'false' } });
    await world.run();
    expect(world.tenantTables.find(TABLE)).toMatchObject({
      deletionProtection: false,
      pointInTimeRecovery: true,
    });
  });

  test('is a Stripe customer that says which execution made it, under a key of that execution', async () => {
    const world = openSignups();
    await world.run();
    expect(world.stripe.ledger.customers).toMatchObject([
      {
        email: 'grace@example.com',
        name: 'Hopper & Co',
        metadata: { execution: OWNER, userId: 'U-42', plan: 'pro' },
      },
    ]);
    expect(world.stripe.ledger.requests).toMatchObject([
      { method: 'POST', path: '/v1/customers', idempotencyKey: `${OWNER}-customer` },
    ]);
  });

  test('claims the API key once, with the link from the e-mail', async () => {
    const world = openSignups();
    await world.run();
    const [email] = world.ses.outbox;
    expect(email).toMatchObject({ from: SENDER, to: ['grace@example.com'] });
    expect(linkIn(email?.text ?? '')).toMatch(`${APP_URL}/claim#`);
    expect(email?.html).toContain(linkIn(email?.text ?? ''));
    expect(email?.html).not.toContain('Hopper');

    const token = tokenIn(email?.text ?? '');
    const claimed = await world.claim(token);
    expect(claimed).toEqual({
      userId: 'U-42',
      apiKeyId: apiKeyIdOf(IDENTITY),
      apiKey: expect.stringMatching(/^sfw_[0-9a-f]{24}_[\w-]{43}$/),
    });
    await expect(world.claim(token)).rejects.toMatchObject({ reason: 'ALREADY_CLAIMED' });
  });
});

test('no key, token or secret is in the history, the output or the tables', async () => {
  const world = openSignups();
  const { execution, output } = await world.run();
  const stored = JSON.stringify(Object.values(TABLES).map((table) => world.dynamodb.items(table)));
  const seen = JSON.stringify([execution.events, output]) + stored;
  const token = tokenIn(world.ses.outbox[0]?.text ?? '');
  const { apiKey } = await world.claim(token);
  const [, mac = 'no mac'] = token.split('.');
  for (const secret of [apiKey, apiKey.slice('sfw_'.length + 24 + 1), token, mac, world.stripe.secretKey]) {
    expect(secret.length).toBeGreaterThan(10);
    expect(seen).not.toContain(secret);
  }
});

describe('a signup that is refused', () => {
  test('is reported to signup-errors with every problem; nothing is created', async () => {
    const world = openSignups();
    const { status, output } = await world.run({
      userId: 'U-42',
      email: 'x',
      company: '',
      plan: 'gold',
    });
    const rejection = {
      outcome: 'REJECTED',
      userId: 'U-42',
      problems: [
        { path: 'email', message: expect.any(String) },
        { path: 'company', message: 'must not be empty' },
        { path: 'plan', message: 'must be one of free, pro, enterprise' },
      ],
      more: 0,
    };
    expect(status).toBe('SUCCEEDED');
    expect(output).toEqual({ ...rejection, notified: true });
    expect(world.topics.messages(SIGNUP_ERRORS)).toEqual([
      { ...rejection, noticeId: `${IDENTITY}/REJECTED` },
    ]);
    expect(world.effectsOf(NAME)).toEqual(NOTHING);
  });

  test('stays refused when the topic is unavailable', async () => {
    const world = openSignups();
    world.topics.fail({ 'sns:publish': fails('unavailable') });
    const { output } = await world.run({});
    expect(output).toMatchObject({ outcome: 'REJECTED', notified: false });
  });

  test('is told to nobody when what to say cannot be evaluated: that is not tried again', async () => {
    const world = openSignups();
    const { output } = await world.run(
      {},
      { faults: { NotifyInvalidSignup: [fails('States.QueryEvaluationError')] } },
    );
    expect(output).toMatchObject({ outcome: 'REJECTED', notified: false });
    expect(world.topics.messages(SIGNUP_ERRORS)).toEqual([]);
  });

  test('ends as a failure, with nothing to undo, when it cannot be checked', async () => {
    const world = openSignups();
    world.dynamodb.fail({ [`dynamodb:* ${TABLES.customers}`]: fails('unavailable') });
    const { status, error, cause, states } = await world.run();
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'ServiceUnavailable' });
    expect(JSON.parse(cause ?? '')).toMatchObject({ userId: NAME, state: 'ValidateSignup' });
    expect(states).toEqual(['ValidateSignup', 'NotifySignupFailed', 'OnboardingFailed']);
  });

  test('is checked again when the check fails temporarily', async () => {
    const world = openSignups();
    world.dynamodb.fail({ [`dynamodb:* ${TABLES.customers}`]: times(2, fails('unavailable')) });
    expect((await world.run()).output).toMatchObject({ outcome: 'ONBOARDED' });
  });

  test('is checked again after too many checks at a time', async () => {
    const faults = { ValidateSignup: times(8, fails('throttled')) };
    expect((await openSignups().run(undefined, { faults })).outcome).toBe('ONBOARDED');
  });
});

describe('the database', () => {
  const polls = (states: string[]) => states.filter((state) => state === 'CheckDatabaseStatus').length;

  test.each([
    ['at once', 0, 1],
    ['after 3 polls', 14, 3],
    ['at the last poll', 119, 24],
  ])('may be ready %s', async (_when, creatingSeconds, expected) => {
    const world = openSignups();
    world.tenantTables.settings.creatingSeconds = creatingSeconds;
    const { output, states } = await world.run();
    expect(output).toMatchObject({ outcome: 'ONBOARDED' });
    expect(polls(states)).toBe(expected);
  });

  test('that is ready too late is deleted as soon as it can be', async () => {
    const world = openSignups();
    world.tenantTables.settings.creatingSeconds = 300;
    const { status, error, states } = await world.run();
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'DatabaseNotReady' });
    expect(states.at(-1)).toBe('OnboardingFailed');
    expect(polls(states)).toBe(24);
    expect(world.effectsOf(NAME)).toEqual(NOTHING);
  });

  test('that never leaves CREATING fails the execution at its deletion, and a redrive undoes the rest', async () => {
    const world = openSignups();
    world.tenantTables.settings.creatingSeconds = Number.POSITIVE_INFINITY;
    const stuck = await world.run();
    expect(stuck).toMatchObject({ status: 'FAILED', error: 'DynamoDb.ResourceInUseException' });
    expect(stuck.states.at(-1)).toBe('DeleteDatabase');

    const table = world.tenantTables.find(TABLE);
    if (table) table.readyAt = 0;
    const redriven = await world.redrive(stuck);
    expect(redriven).toMatchObject({ status: 'FAILED', error: 'DatabaseNotReady' });
    expect(redriven.states.at(-1)).toBe('OnboardingFailed');
    expect(world.effectsOf(NAME)).toEqual(NOTHING);
  });
});
