// workflows console: prints the link, and serves until Ctrl-C.

import { type CliWorld, cliWorld, workflows } from '../support/cli';

/** A world whose person presses Ctrl-C as soon as the console waits. */
function leaving(changes: Partial<CliWorld> = {}): CliWorld {
  const world = cliWorld({
    whileWaiting: () => {
      world.interrupt.abort();
      throw new Error('interrupted');
    },
    ...changes,
  });
  return world;
}

test('prints the link to the execution, and ends with Ctrl-C', async () => {
  const { exitCode, out } = await workflows(leaving(), 'console A1');
  expect(exitCode).toBe(130);
  expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[0-9a-f]{32}&execution=order-A1\n$/);
  await expect(fetch(out.split('#')[0] ?? '')).rejects.toThrow();
});

test.each([
  ['no local cloud runs', 'console --definition order-processing', false, ''],
  ['the local cloud runs', 'console --definition order', true, 'Using stage dev of the test'],
  ['a stage is chosen', 'console --stage prod --definition order', false, 'Using stage prod of the test'],
])('a definition opens without a cloud, or from the one there is: %s', async (_, line, isLocalUp, place) => {
  const { exitCode, out, err } = await workflows(leaving({ isLocalUp }), line);
  expect(exitCode).toBe(130);
  expect(out).toMatch(/&definition=order\n$/);
  expect(err).toContain(place);
  expect(err.includes('Using')).toBe(place !== '');
});

test('several executions open side by side', async () => {
  const { out } = await workflows(leaving(), 'console A1 onboarding-bob');
  expect(out).toMatch(/&compare=order-A1%2Conboarding-bob\n$/);
});

test.each([
  ['A1 A2 A3 A4 A5', 'At most 4 executions stand side by side.'],
  ['--definition orders', 'There is no definition orders. There are order (order-processing),'],
  ['A1 --definition order', 'Give executions or --definition, not both.'],
])('console %s is refused before it listens', async (words, problem) => {
  const { exitCode, out, err } = await workflows(cliWorld(), `console ${words}`);
  expect([exitCode, out]).toEqual([2, '']);
  expect(err).toContain(problem);
});

test('refuses what cannot be an execution before it listens', async () => {
  const { exitCode, out, err } = await workflows(cliWorld(), 'console a.b');
  expect([exitCode, out]).toEqual([2, '']);
  expect(err).toContain('"a.b" cannot be an execution\'s name');
});
