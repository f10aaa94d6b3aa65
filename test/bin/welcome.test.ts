/** The welcome e-mail again, and a customer's address corrected: over the real function, table and execution. */
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { type Fault, fails, late, replyLost, twice } from '../../tools/doubles/faults';
import { TABLES } from '../../tools/world/onboarding-world';
import { type Signups, signupInput } from '../../tools/world/signups';
import type { Run } from '../../tools/world/world';
import { cliWorld, workflows } from '../support/cli';
import type { FakeStepFunctions } from '../support/fake-step-functions';
import { openSignups } from '../support/signups';

afterEach(() => jest.restoreAllMocks());

const DAY = 86_400;

/** A command line in the world of a signup. */
async function open(faults: Parameters<Signups['run']>[1] = {}) {
  const signups = openSignups();
  const run = await signups.run(signupInput(), faults);
  const cli = cliWorld({
    confirms: true,
    stepFunctions: { client: signups.stepFunctions.client } as FakeStepFunctions,
    clients: {
      dynamodb: async () => signups.dynamodb.client,
      lambda: async () => signups.lambda.client,
    },
  });
  Object.assign(cli.outputs, {
    'SaasOnboarding/StateMachineArn': signups.arnOf('saas-onboarding'),
    'SaasOnboarding/WelcomeEmailFunctionName': 'send-welcome-email',
    'Customers/CustomersTableName': TABLES.customers,
  });
  const sentTo = () => signups.ses.outbox.map(({ to }) => to.join());
  const address = () => signups.dynamodb.get(TABLES.customers, 'U-42')?.email?.S;
  return {
    signups,
    run,
    cli,
    sentTo,
    address,
    welcome: (words: string) => workflows(cli, `welcome ${words}`),
  };
}

const linkIn = ({ ses }: Signups) => /https:\S+#(\S+)/.exec(ses.outbox.at(-1)?.text ?? '')?.[1] ?? '';
const stopped = { faults: { SendWelcomeEmail: fails('MessageRejected') } };
const finish = (signups: Signups, run: Run) => signups.redrive(run);

test('sends the e-mail once more, each time that it is asked, with the same link, which works', async () => {
  const { signups, sentTo, welcome } = await open();
  const { exitCode, out } = await welcome('U-42');
  expect(out).toBe('The welcome e-mail of U-42 went to grace@example.com (message message-2).\n');
  expect(exitCode).toBe(0);
  await welcome('U-42');
  expect(sentTo()).toEqual(Array(3).fill('grace@example.com'));
  expect(new Set(signups.ses.outbox.map(({ text }) => text)).size).toBe(1);
  expect(await signups.claim(linkIn(signups))).toMatchObject({ userId: 'U-42' });
});

test('--email corrects the address first, sends there, and says what is left to do at Stripe', async () => {
  const { signups, sentTo, address, welcome } = await open();
  const { exitCode, out, err } = await welcome('U-42 --email hopper@example.org');
  expect(exitCode).toBe(0);
  expect(out).toMatch(/The address of U-42 is hopper@example.org\.\n.* went to hopper@example.org/);
  expect(err).toMatch(/At Stripe it is the old one still: change it in the dashboard, customer cus_\w+\./);
  expect(address()).toBe('hopper@example.org');
  expect(sentTo()).toEqual(['grace@example.com', 'hopper@example.org']);
  expect(await signups.claim(linkIn(signups))).toMatchObject({ userId: 'U-42' });
});

test('with the address that is on record it changes nothing, and sends', async () => {
  const { signups, sentTo, welcome } = await open();
  signups.fail({ 'dynamodb:updateItem customers': fails('denied') });
  const { out } = await welcome('U-42 --email grace@example.com');
  expect(out).not.toContain('The address');
  expect(sentTo()).toHaveLength(2);
});

describe('nothing is changed or sent', () => {
  test.each([
    ['hopper', 'must be an e-mail address'],
    ['x<hopper@example.org>', 'must be an e-mail address'],
    ['hopper@mailinator.com', 'must not be a disposable address'],
  ])('for %s, which a signup may not have either', async (email, message) => {
    const { sentTo, address, welcome } = await open();
    expect(await welcome(`U-42 --email ${email}`)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining(message),
    });
    expect({ sentTo: sentTo(), address: address() }).toEqual({
      sentTo: ['grace@example.com'],
      address: 'grace@example.com',
    });
  });

  test('when the person says no', async () => {
    const { cli, sentTo, address, welcome } = await open();
    cli.confirms = false;
    const { exitCode, err } = await welcome('U-42 --email hopper@example.org');
    expect(err).toContain('Nothing was changed or sent.');
    expect(exitCode).toBe(1);
    expect({ sentTo: sentTo(), address: address() }).toEqual({
      sentTo: ['grace@example.com'],
      address: 'grace@example.com',
    });
    expect(await welcome('U-42 --yes')).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ['U-43', 1, 'U-43 is no customer in'],
    ['U_42', 2, 'userId must be 1 to 60 letters'],
  ])('for %s', async (userId, exitCode, message) => {
    const { sentTo, welcome } = await open();
    expect(await welcome(userId)).toMatchObject({ exitCode, err: expect.stringContaining(message) });
    expect(sentTo()).toHaveLength(1);
  });

  test('when the record has changed since it was shown', async () => {
    const { signups, sentTo, address, welcome } = await open();
    const changed: Fault = async (work) => {
      signups.dynamodb.seed(TABLES.customers, {
        ...signups.dynamodb.get(TABLES.customers, 'U-42'),
        email: { S: 'other@example.com' },
      });
      return work();
    };
    signups.fail({ 'dynamodb:updateItem customers': [changed] });
    const { exitCode, err } = await welcome('U-42 --email hopper@example.org');
    expect(err).toContain('has changed meanwhile: nothing was changed or sent');
    expect({ exitCode, address: address() }).toEqual({ exitCode: 1, address: 'other@example.com' });
    expect(sentTo()).toHaveLength(1);
  });
});

test('a correction that is delivered twice is one', async () => {
  const { signups, sentTo, address, welcome } = await open();
  signups.fail({ 'dynamodb:updateItem customers': [twice()] });
  expect(await welcome('U-42 --email hopper@example.org')).toMatchObject({ exitCode: 0 });
  expect(address()).toBe('hopper@example.org');
  expect(sentTo()).toHaveLength(2);
});

test('a correction whose answer is lost can be repeated', async () => {
  const { signups, sentTo, address, welcome } = await open();
  signups.fail({ 'dynamodb:updateItem customers': [replyLost] });
  expect(await welcome('U-42 --email hopper@example.org')).toMatchObject({ exitCode: 1 });
  expect({ sent: sentTo().length, address: address() }).toEqual({ sent: 1, address: 'hopper@example.org' });
  expect(await welcome('U-42 --email hopper@example.org')).toMatchObject({ exitCode: 0 });
  expect(sentTo()).toEqual(['grace@example.com', 'hopper@example.org']);
});

describe('a signup that stopped at SendWelcomeEmail, because SES refuses its address', () => {
  test('goes on after a correction and a redrive: one e-mail, to the right address', async () => {
    const { signups, run, sentTo, welcome } = await open({
      faults: { SendWelcomeEmail: [fails('MessageRejected')] },
    });
    expect(run).toMatchObject({ status: 'FAILED', endedAt: 'SendWelcomeEmail' });
    const { exitCode, err } = await welcome('U-42 --email hopper@example.org');
    expect(err).toContain('npm run workflows -- redrive onboarding-U-42');
    expect({ exitCode, sentTo: sentTo() }).toEqual({ exitCode: 0, sentTo: [] });
    expect(await finish(signups, run)).toMatchObject({ outcome: 'ONBOARDED' });
    expect(sentTo()).toEqual(['hopper@example.org']);
    expect(await signups.claim(linkIn(signups))).toMatchObject({ userId: 'U-42' });
  });

  test('is not sent the e-mail beside its redrive', async () => {
    const { sentTo, welcome } = await open(stopped);
    const { exitCode, err } = await welcome('U-42');
    expect(err).toContain('U-42 was sent nothing. onboarding-U-42 stopped half-way. Finish it');
    expect({ exitCode, sentTo: sentTo() }).toEqual({ exitCode: 1, sentTo: [] });
  });

  test('is sent it when it can no longer be redriven', async () => {
    const { signups, sentTo, welcome } = await open(stopped);
    await signups.clock.advance(13 * DAY);
    expect((await welcome('U-42')).err).toContain('stopped half-way');
    await signups.clock.advance(2 * DAY);
    expect(await welcome('U-42 --email hopper@example.org')).toMatchObject({ exitCode: 0 });
    expect(sentTo()).toEqual(['hopper@example.org']);
  });

  test('is sent it when nothing is known of its execution any more', async () => {
    const { cli, signups, sentTo, welcome } = await open(stopped);
    cli.outputs['SaasOnboarding/StateMachineArn'] = signups.arnOf('another-machine');
    await welcome('U-42');
    expect(sentTo()).toEqual(['grace@example.com']);
  });

  test('by which name another execution runs later is not that one', async () => {
    const { signups, welcome } = await open(stopped);
    const record = signups.dynamodb.get(TABLES.customers, 'U-42');
    signups.dynamodb.seed(TABLES.customers, { ...record, execution: { S: 'onboarding-U-42.1' } });
    expect((await welcome('U-42')).err).not.toContain('stopped half-way');
  });
});

test('a signup that runs sends the e-mail itself, to the corrected address', async () => {
  const { signups, sentTo, welcome } = await open({ name: 'other', faults: {} });
  const execution = signups.start(signupInput(), { faults: { SendWelcomeEmail: [late(30)] } });
  await signups.clock.advance(20);
  expect((await welcome('U-42')).err).toContain(
    'onboarding-U-42 still runs, and sends the e-mail itself unless it has.',
  );
  expect(await welcome('U-42 --email hopper@example.org')).toMatchObject({ exitCode: 0 });
  expect(sentTo()).toEqual([]);
  await signups.finish(execution);
  expect(sentTo()).toEqual(['hopper@example.org']);
});

test('a key that was claimed gets no link: it says why, and the address stays corrected', async () => {
  const { signups, sentTo, address, welcome } = await open();
  await signups.claim(linkIn(signups));
  const { exitCode, err } = await welcome('U-42 --email hopper@example.org');
  expect(err).toMatch(/The welcome e-mail of U-42 was not sent\. Error: The API key of .* was claimed/);
  expect({ exitCode, address: address() }).toEqual({ exitCode: 1, address: 'hopper@example.org' });
  expect(sentTo()).toHaveLength(1);
});

test.each([
  ['no answer comes', { 'lambda:invoke send-welcome-email': [replyLost] }, /may have been sent or not/],
  [
    'the function may not be called',
    { 'lambda:invoke send-welcome-email': [fails('denied')] },
    /was not sent\. AccessDenied/,
  ],
  ['SES refuses', { 'ses:sendEmail': [fails('denied')] }, /was not sent\. MessageRejected: .*<recipient>/],
])('when %s, it says so', async (_, plan, message) => {
  const { signups, welcome } = await open();
  signups.fail(plan);
  const { exitCode, err } = await welcome('U-42');
  expect(err).toMatch(message);
  expect(exitCode).toBe(1);
});

test('when the function is cut off, the e-mail may have gone', async () => {
  const { cli, welcome } = await open();
  const Payload = Buffer.from('{"errorType":"Sandbox.Timedout","errorMessage":"Task timed out"}');
  cli.clients.lambda = async () =>
    ({ send: async () => ({ FunctionError: 'Unhandled', Payload }) }) as unknown as LambdaClient;
  expect((await welcome('U-42')).err).toContain('may have been sent or not: Sandbox.Timedout');
});
