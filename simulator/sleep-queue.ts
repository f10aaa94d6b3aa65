// Who sleeps until when, in the order of waking.

interface Sleeper {
  /** Epoch milliseconds; may be Infinity. */
  until: number;
  wake: () => void;
  /** Nobody waits for it any more. */
  aborted: boolean;
}

export class SleepQueue {
  /** The next to wake is the last: taking it costs nothing. */
  private readonly sleepers: Sleeper[] = [];

  /** Resolves when woken, rejects with the signal's reason when it aborts. Who comes first wakes first. */
  add(until: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        sleeper.aborted = true;
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const sleeper: Sleeper = { until, wake, aborted: false };
      signal?.addEventListener('abort', abort);
      const place = this.sleepers.findIndex((other) => other.until <= until);
      this.sleepers.splice(place < 0 ? this.sleepers.length : place, 0, sleeper);
    });
  }

  /** Wakes the next sleeper that is due by `latest` and answers when it was due; undefined when there is none. */
  wake(latest: number): number | undefined {
    for (let next = this.sleepers.at(-1); next && next.until <= latest; next = this.sleepers.at(-1)) {
      this.sleepers.pop();
      if (next.aborted) continue;
      next.wake();
      return next.until;
    }
    return undefined;
  }
}
