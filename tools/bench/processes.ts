/** Programs and folders of a measurement, all of which are removed when it ends or is interrupted. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const folders: string[] = [];
const running = new Map<ChildProcess, Promise<number>>();
let isInterrupted = false;

process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, async () => {
    isInterrupted = true;
    // Not SIGKILL, because the local cloud must end its emulator.
    for (const child of running.keys()) terminate(child);
    await Promise.allSettled(running.values());
    process.exit(128 + constants.signals[signal]);
  });
}

/** Makes a folder that is removed when this process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'workflows-bench-'));
  folders.push(folder);
  return folder;
}

interface RunOptions {
  folder: string;
  environment?: Record<string, string>;
  /** Called with each line of the output as it comes. */
  onLine?: (line: string) => void;
}

/** Runs a program to its end. Returns the seconds that it took. Throws with its last lines when it fails. */
export async function run(
  command: string,
  args: readonly string[],
  { folder, environment = {}, onLine = () => {} }: RunOptions,
): Promise<number> {
  const started = performance.now();
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...environment, NO_COLOR: '1' },
    // A process group of its own, so that a signal reaches npm's children too, and only once.
    detached: process.platform !== 'win32',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      lines.push(line);
      onLine(line);
    });
  }
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  running.set(child, ended);
  const code = await ended.finally(() => running.delete(child));
  // A failure is expected now, because the process is about to end.
  if (isInterrupted) return new Promise<never>(() => {});
  if (code !== 0) {
    throw new Error(`${[command, ...args].join(' ')} ended with ${code}:\n${lines.slice(-20).join('\n')}`);
  }
  return (performance.now() - started) / 1000;
}

function terminate(child: ChildProcess): void {
  if (process.platform === 'win32' || child.pid === undefined) child.kill();
  else process.kill(-child.pid, 'SIGTERM');
}
