/** Stripe's key expires before anybody has rotated it; then the command line mends what that broke, IAM enforced. */
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFN } from '@aws-sdk/client-sfn';
import { stages } from '../../lib/stages';
import { openMailbox } from '../../tools/local/mailbox';
import { effectViolations } from '../../tools/local/samples/onboarding';
import { stripeKey } from '../../tools/local/seed';
import { signupInput } from '../../tools/world/signups';
import { cloud, output } from './support/cloud';
import { workflows } from './support/command-line';

const sfn = new SFN();
const stateMachineArn = () => output('SaasOnboarding', 'StateMachineArn');

/** What a person does at Stripe. */
const expire = async (secretKey: string) => {
  const url = `${cloud.endpoints.stripe}/_double/key`;
  const { status } = await fetch(url, { method: 'POST', body: JSON.stringify({ secretKey }) });
  expect(status).toBe(200);
};
const putSecret = (SecretString: string) =>
  new SecretsManagerClient().send(
    new PutSecretValueCommand({ SecretId: stages.local.stripe.secretName, SecretString }),
  );

const until = async <T>(what: () => Promise<T | undefined>): Promise<T> => {
  for (;;) {
    const found = await what();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

const ended = (executionArn: string) =>
  until(async () => {
    const described = await sfn.describeExecution({ executionArn });
    return described.status === 'RUNNING' ? undefined : described;
  });

afterAll(async () => {
  await expire(stripeKey);
  await putSecret(stripeKey);
  expect(await workflows(['stripe', 'rotate-key'])).toMatchObject({ exitCode: 0 });
});

test('the alarm topic hears of it, and one command and a redrive make signups work again', async () => {
  const alarms = await openMailbox('stripe-key', [output('Operations', 'AlarmTopicArn')]);
  const heard: string[] = [];
  const hears = (text: string) =>
    until(async () => {
      heard.push(...(await alarms.texts()));
      return heard.find((message) => message.includes(text));
    });
  const signups = ['kay', 'kim'].map((userId) =>
    signupInput({ userId, email: `${userId}@customers.example.com` }),
  );

  await expire('sk_test_next');
  const [waits, stops] = await Promise.all(
    signups.map(async (signup) => {
      const { executionArn = '', startDate } = await sfn.startExecution({
        stateMachineArn: stateMachineArn(),
        name: `onboarding-${signup.userId}`,
        input: JSON.stringify(signup),
      });
      const identity = `onboarding-${signup.userId}.${startDate?.getTime()}`;
      return { signup, executionArn, identity };
    }),
  );
  if (!waits || !stops) throw new Error('Two were started');
  expect(await hears('the connection to Stripe')).toContain(
    'does not work any more (Connection Deauthorized). Impact: Nobody can sign up',
  );
  const { executionArn } = stops;
  await until(async () => {
    const { events = [] } = await sfn.getExecutionHistory({ executionArn, maxResults: 1000 });
    return events.find(({ stateEnteredEventDetails: at }) => at?.name === 'FindStripeCustomers');
  });
  await sfn.stopExecution({ executionArn });

  const refused = await workflows(['stripe', 'rotate-key']);
  expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('Stripe refuses the key') });
  await putSecret('sk_test_next');
  const rotated = await workflows(['stripe', 'rotate-key']);
  expect(rotated).toMatchObject({ exitCode: 0, out: expect.stringContaining('is AUTHORIZED') });
  expect(rotated.out + rotated.err).not.toContain('sk_test_next');
  expect(await hears('is authorised')).toContain('can go on now');

  const redriven = await workflows(['redrive', '--all', '--workflow', 'onboarding', '--since', '1h']);
  expect(redriven.out).toMatch(/onboarding-kim +FindStripeCustomers +goes on/);
  for (const { signup, executionArn, identity } of [waits, stops]) {
    const { status, cause = '' } = await ended(executionArn);
    expect({ status, undone: JSON.parse(cause).undone }).toEqual({ status: 'FAILED', undone: true });
    expect(await effectViolations(cloud, signup, identity, false)).toEqual([]);
  }
  const again = await workflows([
    'start',
    'onboarding',
    '--from',
    'onboarding-kay',
    '--attempt',
    '2',
    '--wait',
  ]);
  expect(again).toMatchObject({ exitCode: 0, out: expect.stringContaining('ONBOARDED') });
});
