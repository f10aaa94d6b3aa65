/** Signups through the deployed stacks, with IAM enforced: the tests check their effects. */
import { SFN } from '@aws-sdk/client-sfn';
import { machineArn } from '../../contracts/names';
import { openMailbox } from '../../tools/local/mailbox';
import { effectViolations, onboardingSamples } from '../../tools/local/samples/onboarding';
import { type EndedExecution, execute, runSamples, type SampleResult } from '../../tools/local/samples/run';
import { signupInput } from '../../tools/world/signups';
import { cloud, output } from './support/cloud';
import { withoutGrant } from './support/grants';

const stateMachineArn = () => output('SaasOnboarding', 'StateMachineArn');

describe('the samples', () => {
  let results: SampleResult[];
  let messages: Record<string, unknown>[];

  beforeAll(async () => {
    const mailbox = await openMailbox('signup-errors', [output('SaasOnboarding', 'SignupErrorsTopicArn')]);
    results = await runSamples(onboardingSamples, cloud);
    messages = await mailbox.read();
  });

  test('each ends as it should: everything is there once, or nothing is; the key can be claimed once', () => {
    expect(results.flatMap(({ problems }) => problems)).toEqual([]);
    expect(results.map(({ outcome }) => outcome)).toEqual(onboardingSamples.map(({ expected }) => expected));
  });

  test('a signup takes 15 billed transitions, as the stage protects no database', () => {
    expect(results.find(({ outcome }) => outcome === 'ONBOARDED')?.ended?.transitions).toBe(15);
  });

  test('signup-errors gets the refused one and the failed one, each once', () => {
    expect(messages).toEqual([
      expect.objectContaining({ outcome: 'REJECTED', userId: 'bob', problems: expect.any(Array) }),
      expect.objectContaining({ outcome: 'FAILED', userId: 'cid', email: 'cid@customers.example.com' }),
    ]);
  });

  test('the one for which Stripe was down says so', () => {
    const { error, cause } = ended(results, 'FAILED');
    expect(error).toBe('States.Http.Socket');
    expect(JSON.parse(cause ?? '')).toMatchObject({ userId: 'cid', state: 'CreateStripeCustomer' });
  });
});

test('without a grant: FAILED, naming the action, and nothing is left', async () => {
  const signup = signupInput({ userId: 'denied', email: 'denied@customers.example.com' });
  const run = await withoutGrant(stateMachineArn(), 'dynamodb:CreateTable', () =>
    execute(stateMachineArn(), 'onboarding-denied', signup),
  );
  expect(run.status).toBe('FAILED');
  expect(run.cause).toContain('dynamodb:CreateTable');
  expect(await effectViolations(cloud, signup, run.identity, false)).toEqual([]);
});

test('the role may call three endpoints of Stripe, but none with similar URLs', async () => {
  const { roleArn } = await new SFN().describeStateMachine({
    stateMachineArn: machineArn(stateMachineArn()),
  });
  const stripe = cloud.endpoints.stripe;
  const may = async (method: string, endpoint: string) => {
    const question = {
      principalArn: roleArn,
      action: 'states:InvokeHTTPEndpoint',
      resource: machineArn(stateMachineArn()),
      context: { 'states:HTTPMethod': method, 'states:HTTPEndpoint': endpoint },
    };
    const answer = await fetch(`${cloud.endpoints.aws}/_local/authorize`, {
      method: 'POST',
      body: JSON.stringify(question),
    });
    return Reflect.get(Object(await answer.json()), 'allowed');
  };
  expect(await may('POST', `${stripe}/v1/customers`)).toBe(true);
  expect(await may('GET', `${stripe}/v1/customers`)).toBe(true);
  expect(await may('DELETE', `${stripe}/v1/customers/cus_1`)).toBe(true);

  expect(await may('DELETE', `${stripe}/v1/customers`)).toBe(false);
  expect(await may('POST', `${stripe}/v1/customers/cus_1`)).toBe(false);
  expect(await may('POST', `${stripe}/v1/charges`)).toBe(false);
  expect(await may('POST', `${stripe}/v1/customers.evil.example`)).toBe(false);
  for (const host of [`${stripe}.evil.example`, `${stripe}@evil.example`, 'https://api.stripe.com']) {
    expect(await may('POST', `${host}/v1/customers`)).toBe(false);
    expect(await may('DELETE', `${host}/v1/customers/cus_1`)).toBe(false);
  }
});

const ended = (results: SampleResult[], wanted: string): Partial<EndedExecution> =>
  results.find(({ outcome }) => outcome === wanted)?.ended ?? {};
