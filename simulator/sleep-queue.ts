// Who sleeps until when, in the order of waking.

interface Sleeper {
  /** Epoch milliseconds; may be Infinity. */
  until: number;
  wake: () => void;
}

export class SleepQueue {
  /** The next to wake is the last: taking it costs nothing. */
  private readonly sleepers: Sleeper[] = [];

  /** Resolves when woken, rejects with the signal's reason when it aborts. Who comes first wakes first. */
  add(until: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        // At once: most are deadlines that were kept, and would pile up while time stands still.
        this.sleepers.splice(this.sleepers.indexOf(sleeper), 1);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const sleeper: Sleeper = { until, wake };
      signal?.addEventListener('abort', abort);
      const place = this.sleepers.findIndex((other) => other.until <= until);
      this.sleepers.splice(place < 0 ? this.sleepers.length : place, 0, sleeper);
    });
  }

  /** Wakes the next sleeper if it is due by `latest`, and answers when it was due; undefined when none is. */
  wake(latest: number): number | undefined {
    const next = this.sleepers.at(-1);
    if (!next || next.until > latest) return undefined;
    this.sleepers.pop();
    next.wake();
    return next.until;
  }
}
