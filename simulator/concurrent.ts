// Runs branches or iterations side by side, until all have ended or the first one failed.

import { setMaxListeners } from 'node:events';
import { Interrupted } from './errors';
import type { Flow } from './flow';

/**
 * Calls `runOne` for 0 to `count - 1`, at most `limit` at a time, in order. The first to fail aborts the others'
 * signal; when all have come to rest, its error is thrown. Throws Interrupted when the parent's signal aborts.
 */
export async function concurrently(
  parent: AbortSignal,
  count: number,
  limit: number,
  runOne: (index: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const group = new AbortController();
  // As many as there are branches or iterations, which is no leak.
  setMaxListeners(0, group.signal);
  const interrupt = () => group.abort(new Interrupted());
  if (parent.aborted) interrupt();
  parent.addEventListener('abort', interrupt);
  let next = 0;
  let failure: { reason: unknown } | undefined;
  const worker = async () => {
    while (next < count && !group.signal.aborted) {
      try {
        await runOne(next++, group.signal);
      } catch (reason) {
        if (!(reason instanceof Interrupted)) failure ??= { reason };
        interrupt();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, worker));
  parent.removeEventListener('abort', interrupt);
  if (parent.aborted) throw new Interrupted();
  if (failure) throw failure.reason;
}

const abortable = new Set(['Task', 'Wait', 'Parallel', 'Map']);

/**
 * Records which states a failed flow's siblings were in when they were cut off; not when the flow ended in a
 * Fail state, as AWS records it. `also` records what else there is to say of each sibling.
 */
export function noteAborted(
  container: Flow,
  failed: Flow,
  siblings: readonly (Flow | undefined)[],
  also: (index: number) => void = () => {},
): void {
  if (failed.step?.state.type === 'Fail') return;
  for (const [index, sibling] of siblings.entries()) {
    if (!sibling || sibling === failed || sibling.output) continue;
    const type = sibling.step?.state.type ?? '';
    if (abortable.has(type)) container.note(`${type}StateAborted`);
    also(index);
  }
}
