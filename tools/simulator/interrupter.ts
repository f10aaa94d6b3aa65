// Interrupts flows. An AbortController would do, but collecting one as garbage takes longer than the rest of a small
// execution.

/** The part of an AbortSignal that flows and clocks use. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export class Interrupter implements Signal {
  aborted = false;
  reason: unknown;
  private readonly listeners = new Set<() => void>();

  /** Only the first call has an effect. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (const listener of [...this.listeners]) listener();
    this.listeners.clear();
  }

  addEventListener(_: 'abort', listener: () => void): void {
    this.listeners.add(listener);
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    this.listeners.delete(listener);
  }
}
