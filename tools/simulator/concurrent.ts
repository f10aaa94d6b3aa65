// Runs branches, iterations or children side by side, until all have ended or the first one failed.

import { setMaxListeners } from 'node:events';
import { Interrupted, StateError } from './errors';
import type { Flow } from './flow';
import type { Step } from './step';

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

/** What a Parallel or a Map has to say of each of its flows. */
interface Kind {
  /** Makes the flow, where there is none yet. */
  start?(index: number): Promise<Flow>;
  succeeded?(index: number): void;
  failed?(index: number): void;
  aborted?(index: number): void;
}

/**
 * Runs the state's `children`, those that have not ended well yet, and answers their outputs. The state's next
 * event follows the child that ended last, or that failed.
 */
export async function runChildren(
  { flow, children = [] }: Step,
  limit: number,
  kind: Kind = {},
): Promise<unknown[]> {
  for (const child of children) if (child) child.last = flow.last;
  let failed: { index: number; failure: StateError } | undefined;
  try {
    await concurrently(flow.signal, children.length, limit, async (index, signal) => {
      if (children[index]?.output) return;
      try {
        const child = children[index] ?? (await kind.start?.(index));
        if (!child) return;
        children[index] = child;
        await child.execute(signal);
        flow.last = child.last;
        kind.succeeded?.(index);
      } catch (thrown) {
        if (thrown instanceof StateError) failed ??= { index, failure: thrown };
        throw thrown;
      }
    });
  } catch (thrown) {
    if (failed) {
      flow.last = children[failed.index]?.last ?? flow.last;
      if (!failed.failure.isFatal) recordFailure(flow, children, failed.index, kind);
    }
    throw thrown;
  }
  return children.map((child) => child?.output?.value);
}

const abortable = new Set(['Task', 'Wait', 'Parallel', 'Map']);

/** Records the states that were not left: of the flow that failed, then of those that it cut off. */
function recordFailure(
  flow: Flow,
  children: readonly (Flow | undefined)[],
  failed: number,
  kind: Kind,
): void {
  kind.failed?.(failed);
  recordAborted(flow, children[failed]);
  for (const [index, child] of children.entries()) {
    if (index === failed || !child || child.output) continue;
    kind.aborted?.(index);
    recordAborted(flow, child);
  }
}

function recordAborted(flow: Flow, child: Flow | undefined): void {
  const type = child?.step?.state.type ?? '';
  if (abortable.has(type)) flow.note(`${type}StateAborted`);
}
