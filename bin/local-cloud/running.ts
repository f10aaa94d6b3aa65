// The note that a running local cloud leaves in .local/cloud.json, by which the command line finds it.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Endpoints } from './environment';
import { paths } from './paths';

export interface RunningCloud {
  endpoints: Endpoints;
  region: string;
  /** Of the process that runs it. */
  pid: number;
  /** ISO 8601. */
  startedAt: string;
  /** Folder for temporary files, deleted with it. */
  temporary: string;
}

/** The local cloud of this repository that runs now, or is starting. */
export function findRunningCloud(file = paths.running): RunningCloud | undefined {
  const noted = readNote(file);
  return noted && isAlive(noted.pid) ? noted : undefined;
}

export function noteRunningCloud(cloud: RunningCloud, file = paths.running): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(cloud, null, 2)}\n`);
}

/** Removes the note, and the temporary files of the cloud that it is about. Harmless when there is none. */
export function forgetCloud(file = paths.running): void {
  const noted = readNote(file);
  if (noted?.temporary) rmSync(noted.temporary, { recursive: true, force: true, maxRetries: 3 });
  rmSync(file, { force: true });
}

function readNote(file: string): RunningCloud | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, as another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
