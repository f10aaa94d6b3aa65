// Clocks: real time, and virtual time, which advances only when nothing is left to do at the present moment.

import { setImmediate as nextTurn, setTimeout as realSleep } from 'node:timers/promises';
import type { Signal } from './interrupter';
import { TimerQueue } from './timer-queue';
import type { Clock, TaskCall, TaskRunner } from './types';

/** Implements `sleep` with `timer`. */
export abstract class TimerClock implements Clock {
  abstract now(): Date;
  abstract timer(seconds: number, ring: () => void): () => void;

  sleep(seconds: number, signal?: Signal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const callOff = this.timer(seconds, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      const abort = () => {
        callOff();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort);
    });
  }
}

/** Node's longest timer in milliseconds (25 days). */
const longestTimer = 2 ** 31 - 1;

export class RealClock extends TimerClock {
  now(): Date {
    return new Date();
  }

  timer(seconds: number, ring: () => void): () => void {
    const end = Date.now() + seconds * 1000;
    const wait = () => setTimeout(check, Math.min(Math.max(end - Date.now(), 0), longestTimer));
    const check = () => {
      if (Date.now() >= end) ring();
      else timeout = wait();
    };
    let timeout = wait();
    return () => clearTimeout(timeout);
  }
}

/** A run that makes no progress for this many real milliseconds counts as hung. */
const hangTimeout = 20_000;

/** Standard workflows last a year at most. Without the limit a double that sends heartbeats for ever would never end. */
const longestRun = 366 * 86_400_000;

interface OpenCall {
  state: string;
  resource: string;
  /** How many of its sleeps are pending. With at least one, the call waits for time to pass. */
  sleeps: number;
}

/**
 * Time for tests. Timers fire one by one, in order, and only when everything before has settled: so runs are
 * reproducible. Task runners go through `watch`: while one of them waits for something other than this clock (a
 * file, a server), time stands still.
 */
export class VirtualClock extends TimerClock {
  private time: number;
  private readonly timers = new TimerQueue();
  private readonly calls = new Set<OpenCall>();
  /** Calls that do not sleep. */
  private busy = 0;
  private readonly watchers = new Set<() => void>();

  constructor(start = new Date('2026-01-01T00:00:00Z')) {
    super();
    this.time = start.getTime();
  }

  now(): Date {
    return new Date(this.time);
  }

  timer(seconds: number, ring: () => void): () => void {
    return this.timers.add({ at: this.time + Math.max(0, seconds) * 1000, ring });
  }

  /** Stops time while one of the runner's calls is busy. A call may sleep on `call.clock`, or await other promises. */
  watch(runner: TaskRunner): TaskRunner {
    return async (call) => {
      const open: OpenCall = { state: call.state, resource: call.resource, sleeps: 0 };
      this.calls.add(open);
      this.busy++;
      try {
        return await runner(this.withOwnClock(call, open));
      } finally {
        this.calls.delete(open);
        if (open.sleeps === 0) this.busy--;
        this.changed();
      }
    };
  }

  private withOwnClock(call: TaskCall, open: OpenCall): TaskCall {
    const { clock } = call;
    const sleep = async (seconds: number, signal?: Signal) => {
      // Sleeps after the call has been answered do not keep the clock from advancing.
      if (open.sleeps++ === 0 && this.calls.has(open)) this.busy--;
      this.changed();
      try {
        await clock.sleep(seconds, signal);
      } finally {
        if (--open.sleeps === 0 && this.calls.has(open)) this.busy++;
      }
    };
    return Object.assign(call, { clock: { now: () => this.now(), sleep } });
  }

  /** Advances until the promise settles. Throws an error that names the waiting calls when that cannot happen. */
  async run<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const settle = () => {
      settled = true;
      this.changed();
    };
    promise.then(settle, settle);
    const latest = this.time + longestRun;
    while (!settled) {
      await this.rest(() => settled);
      if (settled) break;
      if (!this.wakeNext(latest)) throw this.hung('Nothing moves any more');
    }
    return promise;
  }

  /** Advances by `seconds` and does what falls due meanwhile. */
  async advance(seconds: number): Promise<void> {
    const end = this.time + seconds * 1000;
    do await this.rest(() => false);
    while (this.wakeNext(end));
    this.time = end;
  }

  /**
   * Lets abandoned calls run to their end, as a Lambda function does whose state has timed out: their late effects
   * still happen. Does not wait for calls that wait for something other than the clock.
   */
  async drain(seconds: number): Promise<void> {
    const end = this.time + seconds * 1000;
    while (this.calls.size > 0) {
      await nextTurn();
      if (!this.wakeNext(end)) break;
    }
  }

  private wakeNext(latest: number): boolean {
    const next = this.timers.take(latest);
    if (!next) return false;
    this.time = Math.max(this.time, next.at);
    next.ring();
    return true;
  }

  /** Resolves when nothing is left to do at the present moment. */
  private async rest(enough: () => boolean): Promise<void> {
    await nextTurn();
    while (this.busy > 0 && !enough()) {
      await this.change();
      await nextTurn();
    }
  }

  private async change(): Promise<void> {
    const watchdog = new AbortController();
    const bark = () => watchdog.abort();
    this.watchers.add(bark);
    const silence = realSleep(hangTimeout, true, { signal: watchdog.signal }).catch(() => false);
    const isSilent = await silence;
    this.watchers.delete(bark);
    if (isSilent) throw this.hung('Time stands still');
  }

  private changed(): void {
    for (const watcher of this.watchers) watcher();
  }

  private hung(what: string): Error {
    const describe = (call: OpenCall) =>
      `${call.state} (${call.resource}) waits ${call.sleeps > 0 ? 'for ever' : 'for something that is not the clock'}`;
    const waiting = [...this.calls].filter((call) => this.busy === 0 || call.sleeps === 0).map(describe);
    return new Error(
      `${what}: ${waiting.join('; ') || 'no task is open'}. Let the task double answer, let it wait on \`call.clock\`, ` +
        'or give the state TimeoutSeconds.',
    );
  }
}
