import { createServer } from 'node:net';
import { listeningInodes, loopback, lsofOwner, preferPort, requirePort } from '../../../tools/local/ports';

async function whileTaken(use: (port: number) => Promise<void>): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, loopback, resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  try {
    await use(address.port);
  } finally {
    server.close();
  }
}

test('a free port is accepted', async () => {
  const free = await preferPort(0);
  expect(await requirePort(free, 'LOCAL_CLOUD_PORT')).toBe(free);
  expect(await preferPort(free)).toBe(free);
});

test('the error for a used port says which process has it and how to choose another', () =>
  whileTaken(async (port) => {
    const owner = process.platform === 'linux' ? `\\(pid ${process.pid}\\)` : '';
    await expect(requirePort(port, 'LOCAL_CLOUD_PORT')).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`^Port ${port} is taken.*${owner}`)),
      remedy: expect.stringContaining('LOCAL_CLOUD_PORT='),
    });
  }));

test('a used port is skipped if any port will do', () =>
  whileTaken(async (port) => {
    const other = await preferPort(port);
    expect(other).toBeGreaterThan(0);
    expect(other).not.toBe(port);
  }));

test('only sockets that listen on the port count', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:11D6 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1',
    '   1: 0100007F:11D6 0100007F:A000 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1',
    '   2: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4713 1',
  ].join('\n');
  expect(listeningInodes(table, 4566)).toEqual(['4711']);
});

test('lsof names the process', () => {
  expect(lsofOwner('p1234\ncPython\nf5\n')).toBe('Python (pid 1234)');
  expect(lsofOwner('')).toBeUndefined();
});
