// Lists executions for the page: what failed first, then what runs, then the rest, each the newest first.

import { redrivable } from '../bin/cli/search';
import type { WorkflowName } from '../contracts/workflows';
import type { ExecutionList } from './model';
import type { Outcomes } from './outcomes';
import { isFailed, type Listed, type Searches } from './searches';

/** The most executions whose outcome is read for one answer. */
const DESCRIBED_PER_ANSWER = 60;

/** What failed and what is older is listed as it was a while ago; the newest executions are always read. */
export function executionLister({ newest, kept }: Searches, outcomes: Outcomes) {
  /** @param depth pages of 100 executions to read of each workflow; those that failed are read besides */
  return async (names: readonly WorkflowName[], depth: number): Promise<ExecutionList> => {
    const older = depth > 1 ? [undefined] : [];
    const found = await Promise.all([
      ...names.flatMap((name) => [...redrivable, ...older].map((status) => kept(name, status, depth))),
      // Last, because the same execution is as the newest list says.
      ...names.map((name) => newest(name, undefined, 1)),
    ]);
    const listed = [
      ...new Map(found.flatMap(({ executions }) => executions).map((each) => [each.arn, each])).values(),
    ];
    const ordered = inOrder(listed);
    await outcomes.read(ordered, DESCRIBED_PER_ANSWER);
    return {
      executions: ordered.map((each) => ({ ...each, ...outcomes.of(each) })),
      hasOlder: found.slice(0, older.length === 0 ? undefined : -names.length).some(({ hasMore }) => hasMore),
    };
  };
}

/** What failed, what runs, the rest; each the newest first. */
function inOrder<T extends Pick<Listed, 'status' | 'startedAt'>>(executions: readonly T[]): T[] {
  const group = (each: T) => (isFailed(each) ? 0 : each.status === 'SUCCEEDED' ? 2 : 1);
  return [...executions].sort((a, b) => group(a) - group(b) || b.startedAt - a.startedAt);
}
