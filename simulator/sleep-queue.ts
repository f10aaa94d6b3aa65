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
      this.sleepers.splice(this.placeOf(until), 0, sleeper);
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

  /** Before all that wake earlier or at the same moment. */
  private placeOf(until: number): number {
    let [low, high] = [0, this.sleepers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sleepers[middle]?.until ?? 0) > until) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
