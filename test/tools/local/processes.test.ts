import { text } from 'node:stream/consumers';
import { endAll, start } from '../../../tools/local/processes';

/** A process that starts another. Both keep the pipe open for ever. */
const parent = `
  const forever = 'process.stdout.write("up"); setInterval(() => {}, 1e6)';
  require('node:child_process').spawn(process.execPath, ['-e', forever], { stdio: ['ignore', 'inherit', 'ignore'] });
  setInterval(() => {}, 1e6);
`;

test('killing a child also ends its own children', async () => {
  const child = start(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'ignore'] });
  const { stdout } = child.process;
  if (!stdout) throw new Error('no pipe');
  stdout.once('data', () => child.kill());
  // Resolves only when both have closed the pipe.
  await text(stdout);
  expect(await child.ended).toEqual({ code: null, signal: 'SIGKILL' });
  child.kill();
});

test('a missing command rejects', async () => {
  await expect(start('/no/such/command', [], { stdio: 'ignore' }).ended).rejects.toThrow('ENOENT');
});

test('all children end together', async () => {
  const forever = ['-e', 'setInterval(() => {}, 1e6)'];
  const children = [1, 2].map(() => start(process.execPath, forever, { stdio: 'ignore' }));
  await endAll();
  for (const { ended } of children) expect(await ended).toMatchObject({ signal: 'SIGKILL' });
});
