/** Who calls a double just now: a function, or Step Functions itself. Faults that take time or kill need to know. */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface Caller {
  clock: { now(): Date; sleep(seconds: number): Promise<void> };
  /** Ends the function that makes the call, as Lambda does. Step Functions itself cannot be killed. */
  kill?(): void;
}

/** Set only while faults are planned: on Node 20 it slows every promise down. */
export const caller = new AsyncLocalStorage<Caller>();
