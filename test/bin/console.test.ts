// workflows console: prints the link, and serves until Ctrl-C.

import { cliWorld, workflows } from '../support/cli';

test('prints the link to the execution, and ends with Ctrl-C', async () => {
  const world = cliWorld({
    whileWaiting: () => {
      world.interrupt.abort();
      throw new Error('interrupted');
    },
  });
  const { exitCode, out } = await workflows(world, 'console A1');
  expect(exitCode).toBe(130);
  expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[0-9a-f]{32}&execution=order-A1\n$/);
  await expect(fetch(out.split('#')[0] ?? '')).rejects.toThrow();
});

test('refuses what cannot be an execution before it listens', async () => {
  const { exitCode, out, err } = await workflows(cliWorld(), 'console a.b');
  expect([exitCode, out]).toEqual([2, '']);
  expect(err).toContain('"a.b" cannot be an execution\'s name');
});
