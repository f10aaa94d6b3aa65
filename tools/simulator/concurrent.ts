// Runs branches, iterations or children concurrently, until all have ended or the first one failed.

import { Interrupted, StateError } from './errors';
import type { Flow } from './flow';
import { Interrupter, type Signal } from './interrupter';
import type { Step } from './step';

/**
 * Calls `runOne` for 0 to `count - 1`, in order, at most `limit` at a time. The first failure aborts the others'
 * signal and is thrown when all have settled. Throws Interrupted when the parent's signal aborts.
 */
export async function concurrently(
  parent: Signal,
  count: number,
  limit: number,
  runOne: (index: number, signal: Signal) => Promise<void>,
): Promise<void> {
  const group = new Interrupter();
  const interrupt = () => group.abort(new Interrupted());
  if (parent.aborted) interrupt();
  parent.addEventListener('abort', interrupt);
  let next = 0;
  let failure: { reason: unknown } | undefined;
  const worker = async () => {
    while (next < count && !group.aborted) {
      try {
        await runOne(next++, group);
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

/** What differs between a Parallel and a Map. */
interface Kind {
  /** Creates the flow of a child that has not started. */
  start?(index: number): Promise<Flow>;
  succeeded?(index: number): void;
  failed?(index: number): void;
  aborted?(index: number): void;
  /** The error that ends the state after so many failures; undefined when the other flows go on. @default the first flow's */
  verdict?(error: StateError, failures: number): StateError | undefined;
}

/**
 * Runs those of the state's `children` that have not succeeded, and returns the outputs of all. The state's next
 * event follows the last event of the child that ended last, or that failed.
 */
export async function runChildren(
  { flow, children = [] }: Step,
  limit: number,
  kind: Kind = {},
): Promise<unknown[]> {
  for (const child of children) if (child) child.last = flow.last;
  const failures = new Set<number>();
  let failed: { index: number; failure: StateError; last: number } | undefined;
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
        if (!(thrown instanceof StateError) || failed) throw thrown;
        failures.add(index);
        flow.last = children[index]?.last ?? flow.last;
        const failure = thrown.isFatal || !kind.verdict ? thrown : kind.verdict(thrown, failures.size);
        if (!failure) return recordUnfinished(flow, children[index], () => kind.failed?.(index));
        failed = { index, failure, last: flow.last };
        throw failure;
      }
    });
  } catch (thrown) {
    if (failed) flow.last = failed.last;
    if (failed && !failed.failure.isFatal) {
      const { index } = failed;
      recordUnfinished(flow, children[index], () => kind.failed?.(index));
      for (const [other, child] of children.entries()) {
        if (failures.has(other) || !child || child.output) continue;
        recordUnfinished(flow, child, () => kind.aborted?.(other));
      }
    }
    throw thrown;
  }
  return children.flatMap((child) => (child?.output ? [child.output.value] : []));
}

const abortable = new Set(['Task', 'Wait', 'Parallel', 'Map']);

/** Records that a flow, and the state that it is in, did not end. */
function recordUnfinished(flow: Flow, child: Flow | undefined, recordFlow: () => void): void {
  recordFlow();
  const type = child?.step?.state.type ?? '';
  if (abortable.has(type)) flow.note(`${type}StateAborted`);
}
