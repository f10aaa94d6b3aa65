// A command's access to its terminal: output, input and Ctrl-C.

import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Colors } from 'picocolors/types';
import { coloursFor } from '../terminal/progress';

export interface Io {
  /** Prints a result, which a script may read, and a line feed. */
  out(text: string): void;
  /** Prints a result without a line feed, for text that is redrawn. */
  raw(text: string): void;
  /** Prints a note or an error. */
  err(text: string): void;
  /** Size of the terminal that `out` writes to; undefined for a file or a pipe. */
  terminal(): { rows: number; columns: number } | undefined;
  /** These change nothing when `out` is not a terminal or NO_COLOR is set. */
  colours: Colors;
  /** Reads a file, or the standard input for `-`. */
  read(path: string): Promise<Buffer>;
  /** Asks a person; false without a terminal to ask at. */
  confirm(question: string): Promise<boolean>;
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Runs work that Ctrl-C may end: it aborts the signal. @throws Interrupted then */
  interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

export function processIo(): Io {
  const { stdout, stderr, stdin } = process;
  return {
    out: (line) => void stdout.write(`${line}\n`),
    raw: (text) => void stdout.write(text),
    err: (line) => void stderr.write(`${line}\n`),
    terminal: () => (stdout.isTTY ? { rows: stdout.rows, columns: stdout.columns } : undefined),
    colours: coloursFor(stdout),
    read: (path) => (path === '-' ? buffer(stdin) : readFile(path)),
    confirm: async (question) => {
      if (!stdin.isTTY) return false;
      const asked = createInterface({ input: stdin, output: stderr });
      const answer = await asked.question(`${question} (yes/no) `);
      asked.close();
      return /^y(es)?$/i.test(answer.trim());
    },
    sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
    interruptible,
  };
}

async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  process.once('SIGINT', interrupt);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? new Interrupted() : error;
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}

/** The user pressed Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
