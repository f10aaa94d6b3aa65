// A clock that a test advances, for code that otherwise runs on real time.
import { TimerClock } from '../../tools/simulator/clock';
import { TimerQueue } from '../../tools/simulator/timer-queue';

export class ManualClock extends TimerClock {
  private time = Date.parse('2026-01-01T00:00:00Z');
  private readonly timers = new TimerQueue();

  now(): Date {
    return new Date(this.time);
  }

  timer(seconds: number, ring: () => void): () => void {
    return this.timers.add({ at: this.time + seconds * 1000, ring });
  }

  /** Advances by `seconds`. Fires due timers one by one, each at its time and after the effects of the one before. */
  async advance(seconds: number): Promise<void> {
    const end = this.time + seconds * 1000;
    for (let next = this.timers.take(end); next; next = this.timers.take(end)) {
      this.time = next.at;
      next.ring();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.time = end;
  }
}
