// Judges where one visit stands, for everything that shows an execution.

import { isCompensation, wasCaught } from './notes';
import type { Visit } from './timeline';

/**
 * `undone`: a compensation has done its work. `caught`: it failed, and a Catch led on. `waiting`: between two tries.
 * `inside`: the execution ended in one of its branches or its nested execution. `cutOff`: the execution ended while
 * it ran. A Fail state has `failed`.
 */
export type Standing = 'done' | 'undone' | 'caught' | 'running' | 'waiting' | 'failed' | 'inside' | 'cutOff';

/** @param running whether the execution still runs */
export function standingOf(visit: Visit, running: boolean): Standing {
  if (visit.type === 'Fail') return 'failed';
  if (isCompensation(visit) && visit.exitedAt) return 'undone';
  if (wasCaught(visit)) return 'caught';
  if (visit.exitedAt || visit.type === 'Succeed') return 'done';
  const failed = visit.failure !== undefined || visit.tries.at(-1)?.error !== undefined;
  if (running) return failed ? 'waiting' : 'running';
  if (failed) return 'failed';
  return visit.branches.length > 0 ? 'inside' : 'cutOff';
}
