// The Python environment of the emulator: made once inside the repository, from files pinned by their hashes.
//
// Unlike everything else here this runs in the user's own environment, because pip needs the user's proxy, mirror and
// certificates. It never calls AWS.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { paths } from '../../bin/local-cloud/paths';
import { Problem } from './problem';

const run = promisify(execFile);

const requirements = join(__dirname, 'ministack', 'requirements.txt');

const oldest = { major: 3, minor: 10 };

/** Prints the version, and whether virtual environments can be made (on Debian, that is a package of its own). */
const probe = `import json, sys
try:
    import ensurepip, venv
    able = True
except ImportError:
    able = False
print(json.dumps({"major": sys.version_info[0], "minor": sys.version_info[1], "venv": able}))`;

interface Candidate {
  command: string;
  arguments: string[];
}

interface Found extends Candidate {
  major: number;
  minor: number;
  venv: boolean;
}

const candidates: Candidate[] =
  process.platform === 'win32'
    ? [
        { command: 'py', arguments: ['-3'] },
        { command: 'python', arguments: [] },
      ]
    : ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'].map(
        (command) => ({ command, arguments: [] }),
      );

/** Returns the path of the Python with the emulator. Installs it when it is not ready. @throws Problem */
export async function preparePython(folder = paths.venv): Promise<string> {
  const python = pythonIn(folder);
  if (isPythonReady(folder)) return python;

  const found = choose(await probeAll());
  rmSync(folder, { recursive: true, force: true });
  // Isolated mode (-I), because the user's PYTHONHOME or PYTHONPATH would mix other packages in.
  await run(found.command, [...found.arguments, '-I', '-m', 'venv', folder]).catch(
    failed('make a virtual environment'),
  );
  const pip = ['-I', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input'];
  await run(python, [...pip, '--no-deps', '--require-hashes', '-r', requirements]).catch(
    failed('install the emulator'),
  );
  writeFileSync(stamp(folder), requirementsHash());
  return python;
}

/** Whether the environment is complete and matches the present requirements. */
export function isPythonReady(folder = paths.venv): boolean {
  return (
    existsSync(pythonIn(folder)) &&
    existsSync(stamp(folder)) &&
    readFileSync(stamp(folder), 'utf8') === requirementsHash()
  );
}

/** Returns the first suitable Python. @throws Problem with the remedy for what this machine lacks */
export function choose(found: readonly Found[], platform: NodeJS.Platform = process.platform): Found {
  const recent = found.filter(
    ({ major, minor }) => major > oldest.major || (major === oldest.major && minor >= oldest.minor),
  );
  const able = recent.find(({ venv }) => venv);
  if (able) return able;

  const wanted = `Python ${oldest.major}.${oldest.minor} or later`;
  const what = recent[0]
    ? `${recent[0].command} is Python ${recent[0].major}.${recent[0].minor}, but its venv module is missing.`
    : found[0]
      ? `The local cloud needs ${wanted}; ${found[0].command} is ${found[0].major}.${found[0].minor}.`
      : `The local cloud needs ${wanted}, and there is no Python on the PATH.`;
  throw new Problem(what, installation(platform));
}

function installation(platform: NodeJS.Platform): string {
  switch (platform) {
    case 'darwin':
      return 'Install it:  brew install python';
    case 'win32':
      return 'Install it:  winget install Python.Python.3.13\n(or from https://www.python.org/downloads/windows/)';
    default:
      return 'Install it:\n  Debian, Ubuntu:  sudo apt install python3 python3-venv\n  Fedora:          sudo dnf install python3';
  }
}

async function probeAll(): Promise<Found[]> {
  const answers = await Promise.all(
    candidates.map(async (candidate): Promise<Found[]> => {
      try {
        const { stdout } = await run(candidate.command, [...candidate.arguments, '-I', '-c', probe]);
        return [{ ...candidate, ...JSON.parse(stdout) }];
      } catch {
        // Not installed, or a stub that only offers to install Python (Windows, macOS).
        return [];
      }
    }),
  );
  return answers.flat();
}

/** Turns a failed command into a Problem with the last of what it printed. */
function failed(what: string) {
  return (error: unknown): never => {
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new Problem(
      `Python could not ${what}:\n${stderr.split('\n').slice(-8).join('\n')}`,
      'The first start needs the network for this (a mirror or proxy set up for pip is used). Then run it again.',
    );
  };
}

const pythonIn = (folder: string): string =>
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

const stamp = (folder: string): string => join(folder, 'requirements.sha256');

const requirementsHash = (): string => createHash('sha256').update(readFileSync(requirements)).digest('hex');
