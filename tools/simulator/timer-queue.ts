// Which timers ring when.

export interface Timer {
  /** Epoch milliseconds; may be Infinity. */
  at: number;
  ring: () => void;
}

export class TimerQueue {
  /** The next to ring is the last: taking it costs nothing. */
  private readonly timers: Timer[] = [];

  /** Who comes first rings first. Answers how to call it off, which may be done at any time. */
  add(timer: Timer): () => void {
    const place = this.timers.findIndex(({ at }) => at <= timer.at);
    this.timers.splice(place < 0 ? this.timers.length : place, 0, timer);
    return () => {
      const index = this.timers.indexOf(timer);
      // At once: most are deadlines that were kept, and would pile up while time stands still.
      if (index >= 0) this.timers.splice(index, 1);
    };
  }

  /** Takes out the next one, if it is due by `latest`. */
  take(latest: number): Timer | undefined {
    const next = this.timers.at(-1);
    return next && next.at <= latest ? this.timers.pop() : undefined;
  }
}
