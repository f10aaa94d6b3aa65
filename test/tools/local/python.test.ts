import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem } from '../../../tools/local/problem';
import { choose, isPythonReady } from '../../../tools/local/python';

const python = (command: string, minor: number, venv = true) => ({
  command,
  arguments: [],
  major: 3,
  minor,
  venv,
});

const complaint = (found: ReturnType<typeof python>[], platform: NodeJS.Platform): Problem => {
  try {
    choose(found, platform);
  } catch (error) {
    return error as Problem;
  }
  throw new Error('chosen');
};

test('the first Python that is recent enough and has venv is used', () => {
  const found = [python('python3', 9), python('python3.12', 12, false), python('python3.10', 10)];
  expect(choose(found).command).toBe('python3.10');
});

test('no Python: says so, and how each system installs it', () => {
  expect(complaint([], 'linux').message).toMatch(/Python 3.10 or later.*no Python on the PATH/);
  expect(complaint([], 'linux').remedy).toContain('sudo apt install python3 python3-venv');
  expect(complaint([], 'darwin').remedy).toContain('brew install python');
  expect(complaint([], 'win32').remedy).toContain('winget install Python');
});

test('only an old Python: names its version', () => {
  expect(complaint([python('python3', 9)], 'linux').message).toContain('python3 is 3.9');
});

test('Python without venv, as Debian ships it: names the module', () => {
  const { message, remedy } = complaint([python('python3', 11, false)], 'linux');
  expect(message).toBe('python3 is Python 3.11, but its venv module is missing.');
  expect(remedy).toContain('python3-venv');
});

test('an environment is ready only if it is complete, and made for the current requirements', () => {
  const folder = mkdtempSync(join(tmpdir(), 'venv-'));
  expect(isPythonReady(folder)).toBe(false);
  const programs = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  mkdirSync(programs);
  writeFileSync(join(programs, process.platform === 'win32' ? 'python.exe' : 'python'), '');
  expect(isPythonReady(folder)).toBe(false);
  writeFileSync(join(folder, 'requirements.sha256'), 'of other requirements');
  expect(isPythonReady(folder)).toBe(false);
});
