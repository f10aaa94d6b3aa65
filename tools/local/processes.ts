// Child processes that end with this one, however it ends.
//
// Each leads a process group, so that its own children (Lambda workers, esbuild) end with it. SIGKILL ends them: they
// have nothing to save, and it works while this process is exiting.

import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  pid: number;
  process: ChildProcess;
  /** Resolves when the process has ended; rejects when it could not be started. */
  ended: Promise<Ended>;
  /** Ends the process and all of its children. */
  kill(): void;
}

const running = new Set<Child>();

process.on('exit', killAll);

function killAll(): void {
  for (const child of running) child.kill();
}

/** Ends every child process, and waits for their end. */
export async function endAll(): Promise<void> {
  const ended = Promise.allSettled([...running].map((child) => child.ended));
  killAll();
  await ended;
}

export function start(command: string, args: readonly string[], options: SpawnOptions): Child {
  const spawned = spawn(command, args, {
    ...options,
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    spawned.once('error', reject);
    spawned.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const child: Child = { pid: spawned.pid ?? 0, process: spawned, ended, kill: () => killGroup(child) };
  running.add(child);
  ended.catch(() => {}).finally(() => running.delete(child));
  return child;
}

function killGroup({ pid }: Child): void {
  if (pid === 0) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The whole group has ended already.
  }
}
