// What makes the running local cloud deploy again: Enter at its terminal, or a change of the sources.

import { spawnSync } from 'node:child_process';

/** Runs `work` when asked to, never twice at once: who asks while it runs gets one more run after it. */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await work();
    } while (again);
    running = undefined;
  };
  return () => {
    if (running) again = true;
    else running = run();
    return running ?? Promise.resolve();
  };
}

/** Calls `ask` for each Enter, until the input ends. */
export function onEnter(input: NodeJS.ReadableStream, ask: () => unknown): void {
  input.on('data', (typed) => String(typed).includes('\n') && ask());
  input.on('error', () => {});
}

const pollMilliseconds = 500;

/**
 * Calls `ask` when the sources have changed and then rested for one look, so that files that are saved together are
 * deployed together. It looks at all of them each time, which is cheap and the same on every system and disk.
 * @param fingerprint changes with the sources
 * @returns ends the watch
 */
export function onChange(fingerprint: () => string, ask: () => unknown): () => void {
  let asked = fingerprint();
  let seen = asked;
  const timer = setInterval(() => {
    const now = fingerprint();
    if (now !== asked && now === seen) {
      asked = now;
      ask();
    }
    seen = now;
  }, pollMilliseconds);
  return () => clearInterval(timer);
}

/** Whether reading from the terminal is allowed: it would stop a background job (`npm start &`). */
export function ownsTerminal(): boolean {
  if (process.platform === 'win32') return true;
  const ps = spawnSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], { encoding: 'utf8' });
  const [group, foreground] = (ps.stdout ?? '').trim().split(/\s+/);
  return foreground === undefined || group === foreground;
}
