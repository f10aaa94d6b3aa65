import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findRunningCloud,
  forgetCloud,
  noteRunningCloud,
  type RunningCloud,
} from '../../../bin/local-cloud/running';

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

test('without a note none is running', () => {
  expect(findRunningCloud(join(folder(), 'cloud.json'))).toBeUndefined();
});

test('one whose process lives is found', () => {
  const file = join(folder(), 'sub', 'cloud.json');
  const noted = cloud();
  noteRunningCloud(noted, file);
  expect(findRunningCloud(file)).toEqual(noted);
});

test('the note of one that crashed is ignored', () => {
  const file = join(folder(), 'cloud.json');
  noteRunningCloud(cloud({ pid: 2 ** 30 }), file);
  expect(findRunningCloud(file)).toBeUndefined();
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
