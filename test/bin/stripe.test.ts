/** The key of Stripe, rotated from the command line: over the double of Stripe on a port, and a double of EventBridge. */
import type { EventBridgeClient, UpdateConnectionRequest } from '@aws-sdk/client-eventbridge';
import { createSecrets } from '../../tools/doubles/secrets';
import { createStripeDouble, type StripeServer, startStripeServer } from '../../tools/doubles/stripe';
import { cliWorld, workflows } from '../support/cli';

const NEXT = 'sk_test_next';

let server: StripeServer;
afterEach(() => server.close());

interface Given {
  /** What the secret holds. */
  secret?: string | undefined;
  /** What DescribeConnection says, one after the other; the last one from then on. */
  states?: readonly [string, ...string[]];
}

/** Stripe has rotated its key to NEXT; the secret holds it. */
async function open({ secret = NEXT, states = ['AUTHORIZED'] }: Given = {}) {
  const stripe = createStripeDouble({ secretKey: NEXT });
  server = await startStripeServer(stripe, { port: 0 });
  const updates: UpdateConnectionRequest[] = [];
  let looks = 0;
  const events = {
    send: async (command: { input: UpdateConnectionRequest }) => {
      const name = command.constructor.name.replace(/Command$/, '');
      if (name === 'DescribeConnection') {
        const ConnectionState = states[Math.min(looks++, states.length - 1)];
        return { ConnectionState, StateReason: 'as AWS says it' };
      }
      if (name !== 'UpdateConnection') throw new Error(`${name} was not expected`);
      updates.push(command.input);
      return { ConnectionState: 'AUTHORIZING' };
    },
  } as unknown as EventBridgeClient;
  const pauses: number[] = [];
  const cli = cliWorld({
    clients: {
      events: async () => events,
      secrets: async () => createSecrets({ 'dev/stripe-secret-key': () => secret }).client,
    },
    whileWaiting: (pause) => pauses.push(pause),
  });
  Object.assign(cli.outputs, {
    'SaasOnboarding/StripeConnectionName': 'StripeConnection-1',
    'SaasOnboarding/StripeEndpoint': server.url,
  });
  return { stripe, updates, pauses, cli, rotate: () => workflows(cli, 'stripe rotate-key') };
}

test('gives the connection the key that Stripe takes, and says until when the old one is used', async () => {
  const { updates, rotate } = await open();
  const before = Date.now();
  const { exitCode, out, err } = await rotate();
  expect({ exitCode, out }).toEqual({
    exitCode: 0,
    out:
      'dev/stripe-secret-key holds a test key, and Stripe takes it.\n' +
      'The connection StripeConnection-1 has it, and is AUTHORIZED.\n',
  });
  expect(updates).toEqual([
    {
      Name: 'StripeConnection-1',
      AuthorizationType: 'API_KEY',
      AuthParameters: {
        ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: `Bearer ${NEXT}` },
      },
    },
  ]);
  const minutes = [5, 6].map((more) => new Date(before + more * 60_000).toISOString().slice(11, 16));
  const [, until = ''] = /before it until (\d\d:\d\d):\d\d UTC/.exec(err) ?? [];
  expect(minutes).toContain(until);
  expect(err).toContain('npm run workflows -- redrive --all --workflow onboarding');
  expect(out + err).not.toContain(NEXT);
});

test('waits until the connection is authorised', async () => {
  const { pauses, rotate } = await open({
    states: ['DEAUTHORIZED', 'UPDATING', 'AUTHORIZING', 'AUTHORIZED'],
  });
  expect(await rotate()).toMatchObject({ exitCode: 0, out: expect.stringContaining('AUTHORIZED') });
  expect(pauses).toEqual([1, 2, 3]);
});

test('a connection that is not authorised after a minute is an error, with its reason', async () => {
  const { pauses, rotate } = await open({ states: ['DEAUTHORIZED'] });
  const { exitCode, err } = await rotate();
  expect(exitCode).toBe(1);
  expect(err).toContain('is DEAUTHORIZED (as AWS says it). Look again: aws events describe-connection');
  expect(pauses).toHaveLength(60);
});

test('given twice, it does the same twice', async () => {
  const { updates, rotate } = await open();
  expect([(await rotate()).exitCode, (await rotate()).exitCode]).toEqual([0, 0]);
  expect(updates[1]).toEqual(updates[0]);
});

describe('the connection is left as it is', () => {
  test.each([
    ['a key that Stripe does not take', { secret: 'sk_test_old' }, 'Stripe refuses the key'],
    ['a key of the other mode', { secret: 'sk_live_next' }, 'holds a live key; this stage takes a test key'],
    ['a key with a line feed', { secret: `${NEXT}\n` }, 'begins or ends with white space'],
    ['no key', { secret: 'none yet' }, 'holds no secret key of Stripe'],
  ])('with %s in the secret', async (_what, given, message) => {
    const { updates, rotate } = await open(given);
    const { exitCode, out, err } = await rotate();
    expect({ exitCode, out, updates }).toEqual({ exitCode: 1, out: '', updates: [] });
    expect(err).toContain(message);
    expect(err).toContain('Nothing was changed');
    expect(err).not.toContain(given.secret.trim());
  });

  test('without a secret', async () => {
    const { cli, updates, rotate } = await open();
    cli.clients.secrets = async () => createSecrets({}).client;
    expect(await rotate()).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/there is no secret dev\/stripe-secret-key.+create-secret/),
    });
    expect(updates).toEqual([]);
  });

  test.each([
    ['a restricted key that may not read customers', 403, 'may not read customers'],
    ['an outage of Stripe', 503, 'Stripe answered 503. Nothing was changed. Try again.'],
  ])('with %s', async (_what, status, message) => {
    const { updates, rotate } = await open();
    jest.spyOn(global, 'fetch').mockResolvedValueOnce(new Response(null, { status }));
    expect(await rotate()).toMatchObject({ exitCode: 1, err: expect.stringContaining(message) });
    expect(updates).toEqual([]);
  });

  test('when Stripe cannot be reached', async () => {
    const { cli, updates, rotate } = await open();
    cli.outputs['SaasOnboarding/StripeEndpoint'] = 'http://127.0.0.1:1';
    expect(await rotate()).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/Stripe could not be asked: .+ Nothing was changed\. Try again\./),
    });
    expect(updates).toEqual([]);
  });
});
