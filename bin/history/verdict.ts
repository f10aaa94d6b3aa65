// Judges an execution: how it ended and why, what was undone, and what to do next.

import { saysUndone } from '../../contracts/undone';
import { plain } from '../terminal/text';
import { failureOf, problemsOf, reasonOf, sentence } from './failure';
import { importSummary } from './import-summary';
import { parsed, record } from './json';
import { isCompensation, noteOf, wasCaught } from './notes';
import type { Timeline, Visit } from './timeline';

export interface Verdict {
  /** `RUNNING`, a business outcome such as `SHIPPED`, or the status of an execution that failed. */
  outcome: string;
  /** Whether a person must look. */
  failed: boolean;
  why: string[];
  undone: string[];
  /** Report on the lines of an imported file. */
  lines: string[];
  /**
   * `redrive`: it stopped half-way, a redrive goes on from there. Of a Fail state, where a redrive would only fail
   * again, the definition says which: `retry` when all is undone and the next attempt can start, else `decide`, and
   * `advice` says what a person does. Absent when there is nothing to do.
   */
  todo?: 'redrive' | 'retry' | 'decide';
  advice?: string;
  /** Where it stands, or stopped. */
  at: string[];
}

export function verdictOf(timeline: Timeline): Verdict {
  const { end, visits } = timeline;
  const undone = visits.filter(isCompensation).flatMap((visit) => noteOf(visit) ?? []);
  const lines = importSummary(timeline);
  const at = openStates(visits);
  if (!end) return { outcome: 'RUNNING', failed: false, why: [], undone, lines, at };

  if (end.status === 'SUCCEEDED') {
    const output = record(end.output);
    const outcome = typeof output.outcome === 'string' ? plain(output.outcome) : 'SUCCEEDED';
    const why = typeof output.reason === 'string' ? [reasonOf(output)] : problemsOf(output);
    const silent = output.notified === false ? ['Nobody was notified: the topic could not be reached.'] : [];
    return { outcome, failed: false, why: [...why, ...silent], undone, lines, at: [] };
  }

  const failure = failureOf(end);
  const inFailState = visits.at(-1)?.type === 'Fail';
  const state = failure.state ?? (inFailState ? undefined : at[0]);
  const known = end.error !== undefined || end.cause !== undefined;
  const why = known ? [`${state === undefined ? '' : `${state} failed. `}${sentence(failure)}`] : [];
  const reason = visits.some(isOpenCompensation) ? lastCaught(visits) : undefined;
  if (reason)
    why.push(
      `It was being undone because ${plain(reason.state)} failed. ${sentence(failureOf(lastTry(reason)))}`,
    );
  if (end.status === 'TIMED_OUT') why.unshift('The whole execution took longer than it may.');
  if (end.status === 'ABORTED') why.unshift('Somebody stopped it.');
  return {
    outcome: end.status,
    failed: true,
    why,
    undone,
    lines,
    at,
    ...(inFailState ? wordOfFailState(end.cause) : { todo: 'redrive' }),
  };
}

/** What a Fail state's definition says first in its cause. */
function wordOfFailState(cause: string | undefined): Pick<Verdict, 'todo' | 'advice'> {
  if (saysUndone(cause)) return { todo: 'retry' };
  const { next } = record(parsed(cause));
  return { todo: 'decide', ...(typeof next === 'string' && { advice: plain(next) }) };
}

const isOpenCompensation = (visit: Visit) => isCompensation(visit) && !visit.exitedAt;

/** The visit whose error started the compensation: the latest with a caught error, in a branch or outside. */
function lastCaught(visits: readonly Visit[]): Visit | undefined {
  return visits
    .flatMap((visit) => [visit, ...visit.branches.flat()])
    .findLast((visit) => wasCaught(visit) && !isCompensation(visit));
}

const lastTry = ({ failure, tries }: Visit) => failure ?? tries.at(-1) ?? {};

/** Names of the innermost states that were entered and not left. */
function openStates(visits: readonly Visit[]): string[] {
  return visits
    .filter(({ exitedAt, type }) => !exitedAt && type !== 'Fail' && type !== 'Succeed')
    .flatMap((visit) => {
      const inner = visit.branches.flatMap(openStates);
      return inner.length > 0 ? [...new Set(inner)] : [plain(visit.state)];
    });
}
