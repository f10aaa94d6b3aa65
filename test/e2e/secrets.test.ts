/**
 * Nothing that is stored contains a secret. This file runs last and searches everything that the others have left. When
 * it runs alone, it creates one secret of each kind.
 */
import { definitionNames } from '../../bin/cli/definitions';
import { ClaimRefused, claimApiKey } from '../../client/claim';
import type { RunPage, ShownExecution } from '../../console/model';
import { outbox } from '../../tools/local/samples/onboarding';
import { asked, large, workflows } from '../../tools/local/samples/reviews';
import { execute } from '../../tools/local/samples/run';
import { stripeKey } from '../../tools/local/seed';
import { signupInput } from '../../tools/world/signups';
import { cloud, output } from './support/cloud';
import { openConsole } from './support/console';
import { files, histories, type Kept, logs, taskTokensOf } from './support/kept';

interface Secret {
  kind: 'Stripe key' | 'claim token' | 'API key' | 'task token';
  value: string;
  /** The only history that may contain it, because AWS records a task's arguments. */
  home?: string;
}

const SIGNUP = signupInput({ userId: 'secretive', email: 'secretive@customers.example.com' });
const ORDER = large('secretive', 'SOFA-RED');

let kept: Kept[];
let secrets: Secret[];

beforeAll(async () => {
  await Promise.all([
    execute(output('SaasOnboarding', 'StateMachineArn'), 'onboarding-secretive', SIGNUP),
    execute(output('OrderProcessing', 'StateMachineArn'), 'order-secretive', ORDER),
    asked(cloud, 'order-secretive').then(() => workflows(cloud, ['review', 'approve', 'order-secretive'])),
  ]);
  const tokens = (await outbox(cloud)).flatMap(({ BodyText }) => /#(\S+)/.exec(BodyText)?.[1] ?? []);
  const apiKeys = await claimed(tokens);
  const executions = await histories();
  const taskTokens = executions.flatMap(({ executionArn, events }) =>
    taskTokensOf(events).map((value) => ({ value, home: executionArn })),
  );
  kept = [
    ...executions.map(({ executionArn, events }) => ({ where: executionArn, text: JSON.stringify(events) })),
    ...(await consoleAnswers(executions)),
    ...(await logs()),
    ...files(),
  ];
  secrets = [
    { kind: 'Stripe key', value: stripeKey },
    // The second half is the secret; the first is the id, which every record has.
    ...tokens.map((token): Secret => ({ kind: 'claim token', value: token.split('.')[1] ?? '' })),
    ...apiKeys.map((value): Secret => ({ kind: 'API key', value })),
    ...taskTokens.map((token): Secret => ({ kind: 'task token', ...token })),
  ];
});

test('there is a secret of each kind to search for, and a text of each kind to search', () => {
  const kinds = new Set(secrets.map(({ kind }) => kind));
  expect(kinds).toEqual(new Set(['Stripe key', 'claim token', 'API key', 'task token']));
  expect(secrets.filter(({ value }) => value.length < 16)).toEqual([]);

  const whereHas = (text: string) =>
    kept.filter((each) => each.text.includes(text)).map(({ where }) => where);
  expect(whereHas('order-secretive')).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/:execution:.*:order-secretive$/),
      expect.stringMatching(/^console .*:order-secretive$/),
      expect.stringMatching(/:execution:.*:order-secretive-review-0$/),
      expect.stringMatching(/CapturePayment/),
    ]),
  );
  expect(whereHas('onboarding-secretive')).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/:execution:.*:onboarding-secretive$/),
      expect.stringMatching(/SendWelcomeEmail/),
    ]),
  );
  expect(kept).toContainEqual({
    where: expect.stringMatching(/^console logs.*:order-secretive$/),
    text: expect.stringContaining('CapturePayment'),
  });
  for (const name of ['order-secretive', 'onboarding-secretive'])
    expect(kept).toContainEqual({
      where: expect.stringMatching(`^console records.*:${name}$`),
      text: expect.stringContaining('at Stripe'),
    });
  for (const file of ['emulator.log', 'SaasOnboarding.template.json', 'outputs.json']) {
    expect(kept.filter(({ where, text }) => where.endsWith(file) && text !== '')).toHaveLength(1);
  }
});

test('no text contains one of them', () => {
  const leaks = kept.flatMap(({ where, text }) =>
    secrets
      .filter(({ value, home }) => where !== home && text.includes(value))
      .map(({ kind }) => `${kind} in ${where}`),
  );
  expect(leaks).toEqual([]);
});

test('nothing looks like an API key, which would be one that was claimed before', () => {
  const apiKey = /sfw_[0-9a-f]{24}_[\w-]{40,}/;
  expect(secrets.filter(({ kind, value }) => kind === 'API key' && !apiKey.test(value))).toEqual([]);
  expect(kept.filter(({ text }) => apiKey.test(text)).map(({ where }) => where)).toEqual([]);
});

/** Claims the tokens that were not claimed before, and returns their API keys. */
async function claimed(tokens: readonly string[]): Promise<string[]> {
  const settings = {
    apiKeysTable: output('SaasOnboarding', 'ApiKeysTableName'),
    tokenKey: output('SaasOnboarding', 'ClaimTokenKeyArn'),
    sealingKey: output('SaasOnboarding', 'ApiKeySealingKeyArn'),
  };
  const keys = tokens.map(async (token) => {
    try {
      return [(await claimApiKey(token, settings)).apiKey];
    } catch (error) {
      if (error instanceof ClaimRefused) return [];
      throw error;
    }
  });
  return (await Promise.all(keys)).flat();
}

/** What the page of executions gets to see of each. */
async function consoleAnswers(executions: readonly { executionArn: string }[]): Promise<Kept[]> {
  const { ask, end } = await openConsole();
  const answers: Kept[] = [];
  for (const path of ['place', 'executions', 'health'])
    answers.push({ where: `console ${path}`, text: await ask(path) });
  const keep = async (path: string, id: string): Promise<string> => {
    const text = await ask(`${path}=${id}`);
    answers.push({ where: `console ${path} ${id}`, text });
    return text;
  };
  for (const { executionArn } of executions) {
    const { mapRuns }: ShownExecution = JSON.parse(await keep('execution?id', executionArn));
    await keep('definition?of', executionArn);
    // All lines are searched above; here, what becomes of them.
    if (executionArn.includes('secretive')) await keep('logs?id', executionArn);
    if (/secretive|:onboarding-/.test(executionArn)) await keep('records?id', executionArn);
    for (const { arn } of mapRuns) {
      await keep('run?id', arn);
      const { batches }: RunPage = JSON.parse(await keep('run?id', `${arn}&of=batches`));
      for (const batch of batches) await keep('batch?id', batch.arn);
    }
  }
  for (const [index, { executionArn }] of executions.entries()) {
    const { executionArn: next } = executions[(index + 1) % executions.length] ?? { executionArn };
    await keep('comparison?ids', `${executionArn},${next}`);
  }
  for (const { name } of definitionNames()) await keep('definition?of', name);
  await end();
  return answers;
}
