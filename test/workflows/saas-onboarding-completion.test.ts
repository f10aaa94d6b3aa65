// After RecordCustomer nothing is undone: a redrive completes the onboarding, and the e-mail is sent once.

import { fails, killedBefore, replyLost, times, worksButFails } from '../../tools/doubles/faults';
import { EVERYTHING, TABLES } from '../../tools/world/onboarding-world';
import { type Signups, signupInput } from '../../tools/world/signups';
import { label, planOf, retriedBy } from '../support/onboarding-errors';
import { openSignups } from '../support/signups';

const NAME = 'onboarding-U-42';
const ONCE = { email: 1, link: 1 };

afterEach(() => jest.restoreAllMocks());

const STATES = [
  'RecordCustomer',
  'ProtectDatabase',
  'BackUpDatabase',
  'SendWelcomeEmail',
  'LogOnboardingComplete',
];

describe.each(STATES)('%s', (state) => {
  const retried = retriedBy(state);

  test.each(retried.map(({ error, retries }) => [error, retries]))(
    'gets over %s at its first try, and at all but the last of %i',
    async (error, retries) => {
      for (const times of [1, retries]) {
        for (const afterWork of [false, true]) {
          const world = openSignups();
          const { output } = await world.run(signupInput(), {
            faults: planOf([{ state, error, times, afterWork }]),
          });
          expect(output).toMatchObject({ outcome: 'ONBOARDED' });
          expect(world.effectsOf(NAME)).toEqual(EVERYTHING);
        }
      }
    },
  );

  const fatal = [
    ...retried.map(({ error, retries }) => ({ state, error, times: retries + 1 })),
    { state, error: 'States.DataLimitExceeded' },
  ].flatMap((fault) => [fault, { ...fault, afterWork: true }]);

  test.each(fatal.map((fault) => [label(fault), fault]))(
    'fails for good with %s: right there, nothing is undone, a redrive completes it',
    async (_label, fault) => {
      const world = openSignups();
      const stuck = await world.run(signupInput(), { faults: planOf([fault]) });
      expect(stuck).toMatchObject({ status: 'FAILED', error: fault.error });
      expect(stuck.states.at(-1)).toBe(state);
      const { databases, apiKey, stripeCustomers } = world.effectsOf(NAME);
      expect({ databases, apiKey, stripeCustomers }).toEqual({
        databases: 1,
        apiKey: true,
        stripeCustomers: 1,
      });

      const redriven = await world.redrive(stuck);
      expect(redriven.output).toMatchObject({ outcome: 'ONBOARDED' });
      expect(world.effectsOf(NAME)).toEqual(EVERYTHING);
    },
  );
});

describe('the welcome e-mail', () => {
  const sent = ({ ses }: Signups) => ({
    email: ses.outbox.length,
    link: new Set(ses.outbox.map(({ text }) => /https:\S+/.exec(text)?.[0])).size,
  });

  test.each(['throttled', 'unavailable'] as const)('goes once when SES is %s at first', async (kind) => {
    const world = openSignups();
    world.ses.fail({ 'ses:sendEmail': times(3, fails(kind)) });
    expect((await world.run()).output).toMatchObject({ outcome: 'ONBOARDED' });
    expect(sent(world)).toEqual(ONCE);
  });

  test.each([
    ['kms', 'kms:generateMac', 'unavailable'],
    ['dynamodb', `dynamodb:* ${TABLES.idempotency}`, 'throttled'],
  ] as const)('goes once when %s fails at first: %s is %s', async (service, place, failure) => {
    const world = openSignups();
    world[service].fail({ [place]: times(2, fails(failure)) });
    expect((await world.run()).output).toMatchObject({ outcome: 'ONBOARDED' });
    expect(sent(world)).toEqual(ONCE);
  });

  test('is sent once when the record that bars a second one is written but its reply lost', async () => {
    const world = openSignups();
    world.dynamodb.fail({ [`dynamodb:* ${TABLES.idempotency}`]: [replyLost] });
    expect((await world.run()).output).toMatchObject({ outcome: 'ONBOARDED' });
    expect(sent(world)).toEqual(ONCE);
  });

  test('is recorded for longer than a redrive is possible, without personal data', async () => {
    const world = openSignups();
    await world.run();
    const [record, ...others] = world.dynamodb.items(TABLES.idempotency);
    expect(others).toEqual([]);
    expect(record).toEqual({
      id: { S: expect.stringMatching(/^welcome-email#[\w+/=]+$/) },
      status: { S: 'COMPLETED' },
      expiration: { N: expect.any(String) },
      in_progress_expiration: { N: expect.any(String) },
      data: { M: { messageId: { S: 'message-1' } } },
    });
    const days = (Number(record?.expiration?.N) - world.clock.now().getTime() / 1000) / (24 * 3600);
    expect(days).toBeGreaterThan(29);
  });

  test('that SES refuses for good fails the execution there, without the address in the cause', async () => {
    const world = openSignups();
    world.ses.fail({ 'ses:sendEmail': [fails('denied')] });
    const { error, cause, states } = await world.run();
    expect({ error, at: states.at(-1) }).toEqual({ error: 'MessageRejected', at: 'SendWelcomeEmail' });
    expect(cause).toContain('<recipient>');
    expect(cause).not.toContain('grace@example.com');
  });

  test('is sent once when the reply of SES is lost, however often', async () => {
    const world = openSignups();
    world.ses.fail({ 'ses:sendEmail': replyLost });
    expect((await world.run()).output).toMatchObject({ outcome: 'ONBOARDED' });
    expect(sent(world)).toEqual(ONCE);
  });

  test.each(['throttled', 'unavailable', 'denied', 'conflict'] as const)(
    'goes once when it was sent, and the record of it is %s',
    async (kind) => {
      const world = openSignups();
      let isSent = false;
      const send = world.ses.client.send;
      world.ses.client.send = ((command: never) => {
        isSent = true;
        world.dynamodb.fail({ 'dynamodb:updateItem': fails(kind) });
        return send(command);
      }) as typeof send;
      expect((await world.run()).output).toMatchObject({ outcome: 'ONBOARDED' });
      expect(isSent).toBe(true);
      expect(sent(world)).toEqual(ONCE);
    },
  );

  test('is sent to the address on record, which may have been corrected', async () => {
    const world = openSignups();
    await world.run(signupInput(), {
      faults: {
        RecordCustomer: async (work) => {
          const recorded = await work();
          const [customer] = world.dynamodb.items(TABLES.customers);
          world.dynamodb.seed(TABLES.customers, { ...customer, email: { S: 'right@example.com' } });
          return recorded;
        },
      },
    });
    expect(world.ses.outbox.map(({ to }) => to)).toEqual([['right@example.com']]);
  });

  test('of a function that was killed while sending is sent again only after the function’s timeout', async () => {
    const world = openSignups();
    world.fail({ 'ses:sendEmail': [killedBefore] });
    const { output, execution } = await world.run();
    expect(output).toMatchObject({ outcome: 'ONBOARDED' });
    expect(JSON.stringify(execution.events)).toContain('IdempotencyAlreadyInProgressError');
    expect(sent(world)).toEqual(ONCE);
  });

  test('is not sent again by a redrive 14 days later', async () => {
    const world = openSignups();
    const stuck = await world.run(signupInput(), {
      faults: { SendWelcomeEmail: [worksButFails('Error')] },
    });
    expect(stuck.states.at(-1)).toBe('SendWelcomeEmail');
    expect((await world.redrive(stuck, { after: 14 * 24 * 3600 })).output).toMatchObject({
      outcome: 'ONBOARDED',
    });
    expect(sent(world)).toEqual(ONCE);
  });

  test('that a redrive sends 14 days later has a link that is valid for 30 days from then', async () => {
    const world = openSignups();
    const stuck = await world.run(signupInput(), {
      faults: { SendWelcomeEmail: [fails('Error')] },
    });
    await world.redrive(stuck, { after: 14 * 24 * 3600 });
    expect(sent(world)).toEqual(ONCE);
    const { expiresAt } = world.dynamodb.items(TABLES.apiKeys).find(({ sealed }) => sealed) ?? {};
    const days = (Number(expiresAt?.N) * 1000 - world.clock.now().getTime()) / (24 * 3600_000);
    expect(days).toBeGreaterThan(29.9);
    const token = world.ses.outbox[0]?.text.split('#')[1]?.split(/\s/)[0] ?? '';
    await expect(world.claim(token)).resolves.toMatchObject({ userId: 'U-42' });
  });
});
