// Who sleeps until when: a binary heap, so that ten thousand iterations may wait at once.

interface Sleeper {
  /** Epoch milliseconds; may be Infinity. */
  until: number;
  /** Who fell asleep first wakes first. */
  order: number;
  /** Undefined once the sleep was aborted. */
  wake: (() => void) | undefined;
}

const before = (a: Sleeper, b: Sleeper): boolean =>
  a.until === b.until ? a.order < b.order : a.until < b.until;

export class SleepQueue {
  private readonly heap: Sleeper[] = [];
  private order = 0;

  /** Resolves when woken, rejects with the signal's reason when it aborts. */
  add(until: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper: Sleeper = { until, order: this.order++, wake: resolve };
      if (signal) {
        const abort = () => {
          sleeper.wake = undefined;
          reject(signal.reason);
        };
        signal.addEventListener('abort', abort, { once: true });
        sleeper.wake = () => {
          signal.removeEventListener('abort', abort);
          resolve();
        };
      }
      this.push(sleeper);
    });
  }

  /** Wakes the first sleeper that is due by `latest` and answers when it was due; undefined when there is none. */
  wake(latest: number): number | undefined {
    for (let first = this.heap[0]; first && first.until <= latest; first = this.heap[0]) {
      this.removeFirst();
      if (!first.wake) continue;
      first.wake();
      return first.until;
    }
    return undefined;
  }

  private push(sleeper: Sleeper): void {
    let index = this.heap.length;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.heap[parentIndex];
      if (!parent || before(parent, sleeper)) break;
      this.heap[index] = parent;
      index = parentIndex;
    }
    this.heap[index] = sleeper;
  }

  private removeFirst(): void {
    const last = this.heap.pop();
    if (!last || this.heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = this.heap[2 * index + 1];
      const right = this.heap[2 * index + 2];
      const child = right && left && before(right, left) ? right : left;
      if (!child || before(last, child)) break;
      this.heap[index] = child;
      index = 2 * index + (child === right ? 2 : 1);
    }
    this.heap[index] = last;
  }
}
