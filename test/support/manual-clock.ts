// Time that stands still until a test moves it, for what runs on real time otherwise.
import type { Clock } from '../../simulator/types';

interface Sleeper {
  until: number;
  wake(): void;
}

export class ManualClock implements Clock {
  private time = Date.parse('2026-01-01T00:00:00Z');
  private readonly sleepers = new Set<Sleeper>();

  now(): Date {
    return new Date(this.time);
  }

  sleep(seconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { until: this.time + seconds * 1000, wake: resolve };
      this.sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        this.sleepers.delete(sleeper);
        reject(signal.reason);
      });
    });
  }

  /** Lets `seconds` pass: wakes who is due one by one, each at its time and after the one before has gone on. */
  async advance(seconds: number): Promise<void> {
    const end = this.time + seconds * 1000;
    for (;;) {
      const [next] = [...this.sleepers].sort((a, b) => a.until - b.until);
      if (!next || next.until > end) break;
      this.time = next.until;
      this.sleepers.delete(next);
      next.wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.time = end;
  }
}
