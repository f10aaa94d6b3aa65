import { existsSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRunningCloud, forgetCloud, noteRunningCloud, type RunningCloud } from '../../local/running';

const folder = () => mkdtempSync(join(tmpdir(), 'running-'));

const nobody = 'http://127.0.0.1:9';

const cloud = (changes: Partial<RunningCloud> = {}): RunningCloud => ({
  endpoints: { aws: nobody, stepFunctions: nobody, stripe: nobody },
  region: 'us-east-1',
  pid: process.pid,
  startedAt: new Date().toISOString(),
  temporary: folder(),
  ...changes,
});

const longAgo = new Date(0).toISOString();

test('none runs where none left a note', async () => {
  expect(await findRunningCloud(join(folder(), 'cloud.json'))).toBeUndefined();
});

test('one that is starting is found, though it does not answer yet', async () => {
  const file = join(folder(), 'sub', 'cloud.json');
  const noted = cloud();
  noteRunningCloud(noted, file);
  expect(await findRunningCloud(file)).toEqual(noted);
});

test('one that answers is found', async () => {
  const emulator = createServer((_, response) => response.end('{}'));
  await new Promise<void>((resolve) => emulator.listen(0, '127.0.0.1', resolve));
  const aws = `http://127.0.0.1:${(emulator.address() as AddressInfo).port}`;
  const file = join(folder(), 'cloud.json');
  noteRunningCloud(
    cloud({ startedAt: longAgo, endpoints: { aws, stepFunctions: nobody, stripe: nobody } }),
    file,
  );
  expect((await findRunningCloud(file))?.endpoints.aws).toBe(aws);
  emulator.close();
  emulator.closeAllConnections();
});

test('the note of one that crashed is not believed: its process is gone, or is another now', async () => {
  const file = join(folder(), 'cloud.json');
  noteRunningCloud(cloud({ pid: 2 ** 30 }), file);
  expect(await findRunningCloud(file)).toBeUndefined();
  noteRunningCloud(cloud({ startedAt: longAgo }), file);
  expect(await findRunningCloud(file)).toBeUndefined();
});

test('forgetting removes the note and the temporary files, also twice', () => {
  const file = join(folder(), 'cloud.json');
  const noted = cloud();
  noteRunningCloud(noted, file);
  forgetCloud(file);
  forgetCloud(file);
  expect(existsSync(file)).toBe(false);
  expect(existsSync(noted.temporary)).toBe(false);
});
