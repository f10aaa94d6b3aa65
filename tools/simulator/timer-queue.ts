// Timers, in the order in which they fire.

export interface Timer {
  /** Epoch milliseconds, or Infinity. */
  at: number;
  ring: () => void;
}

export class TimerQueue {
  /** Sorted, the next to fire last, so that removing it is cheap. */
  private readonly timers: Timer[] = [];

  /** Of timers for the same moment, the first added fires first. Returns a function that cancels the timer at any time. */
  add(timer: Timer): () => void {
    const place = this.timers.findIndex(({ at }) => at <= timer.at);
    this.timers.splice(place < 0 ? this.timers.length : place, 0, timer);
    return () => {
      const index = this.timers.indexOf(timer);
      // Removed at once: most timers are deadlines that were met, and would accumulate while time stands still.
      if (index >= 0) this.timers.splice(index, 1);
    };
  }

  /** Removes and returns the next timer if it is due by `latest`. */
  take(latest: number): Timer | undefined {
    const next = this.timers.at(-1);
    return next && next.at <= latest ? this.timers.pop() : undefined;
  }
}
