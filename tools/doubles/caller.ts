/** Who makes the current call of a double: a function, or Step Functions itself. Faults that delay or kill need it. */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface Caller {
  clock: { now(): Date; sleep(seconds: number): Promise<void> };
  /** Kills the calling function. Absent when Step Functions itself calls. */
  kill?(): void;
}

/** Set only while faults are planned, because on Node 20 it slows down every promise. */
export const caller = new AsyncLocalStorage<Caller>();
