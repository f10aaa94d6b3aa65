// Reads and writes .local/cloud.json, in which a running local cloud tells the command line where it listens.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Endpoints } from './environment';
import { paths } from './paths';

export interface RunningCloud {
  endpoints: Endpoints;
  region: string;
  /** Id of the process that runs the local cloud. */
  pid: number;
  /** ISO 8601. */
  startedAt: string;
  /** Folder for temporary files, which `forgetCloud` deletes. */
  temporary: string;
}

/** Returns this repository's local cloud when it runs or is starting. */
export function findRunningCloud(file = paths.running): RunningCloud | undefined {
  const noted = readNote(file);
  return noted && isAlive(noted.pid) ? noted : undefined;
}

export function noteRunningCloud(cloud: RunningCloud, file = paths.running): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(cloud, null, 2)}\n`);
}

/** Removes the note, and the temporary files of the cloud that it describes. Does nothing when there is no note. */
export function forgetCloud(file = paths.running): void {
  const noted = readNote(file);
  try {
    if (noted?.temporary) rmSync(noted.temporary, { recursive: true, force: true, maxRetries: 3 });
  } finally {
    // Also when something still writes into the folder.
    rmSync(file, { force: true });
  }
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
    // EPERM: the process exists and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
