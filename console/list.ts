// Lists executions for the page: what failed first, then what runs, then the rest, each the newest first.

import { type ExecutionListItem, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { inBatches } from '../bin/cli/batches';
import type { Cloud } from '../bin/cli/cloud';
import { stateMachineArn } from '../bin/cli/executions';
import { redrivable, type Status } from '../bin/cli/search';
import { failureOf, problemsOf, reasonOf, sentence } from '../bin/history/failure';
import { record } from '../bin/history/json';
import { plain } from '../bin/terminal/text';
import { describeExecution, type ExecutionState } from '../client/status';
import { machineArn } from '../contracts/names';
import type { WorkflowName } from '../contracts/workflows';
import type { ExecutionList, ListedExecution } from './model';

const PAGE = 100;
/** Concurrent calls of DescribeExecution. */
const AT_ONCE = 20;
/** The most executions whose outcome is read for one answer; the next answer has the next. */
const DESCRIBED_PER_ANSWER = 60;

type Listed = Pick<ListedExecution, 'name' | 'arn' | 'workflow' | 'status' | 'startedAt' | 'endedAt'>;
interface Searched {
  executions: Listed[];
  hasMore: boolean;
}

type Outcome = Pick<ListedExecution, 'outcome' | 'why' | 'failed' | 'undone'>;

/**
 * Lists what `cloud` has. What has ended does not change, so its outcome is read once.
 *
 * @param keptMilliseconds how long the lists of what failed and of what is older are used again; the newest
 *   executions are always read
 */
export function executionLister(cloud: Cloud, keptMilliseconds: number) {
  const outcomes = new Map<string, Outcome>();
  const keyOf = ({ arn, endedAt }: Listed) => `${arn} ${endedAt}`;
  const searches = new Map<string, { at: number; answer: Promise<Searched> }>();
  const kept = (...search: [WorkflowName, Status | undefined, number]): Promise<Searched> => {
    const key = search.join();
    const known = searches.get(key);
    if (known && Date.now() - known.at < keptMilliseconds) return known.answer;
    const answer = newest(cloud, ...search);
    searches.set(key, { at: Date.now(), answer });
    answer.catch(() => searches.delete(key));
    return answer;
  };

  /** @param depth pages of 100 executions to read of each workflow; those that failed are read besides */
  return async (names: readonly WorkflowName[], depth: number): Promise<ExecutionList> => {
    const older = depth > 1 ? [undefined] : [];
    const found = await Promise.all([
      ...names.flatMap((name) => [...redrivable, ...older].map((status) => kept(name, status, depth))),
      // Last, because the same execution is as the newest list says.
      ...names.map((name) => newest(cloud, name, undefined, 1)),
    ]);
    const listed = [
      ...new Map(found.flatMap(({ executions }) => executions).map((each) => [each.arn, each])).values(),
    ];
    const ordered = inOrder(listed);
    const unread = ordered.filter((each) => each.endedAt !== undefined && !outcomes.has(keyOf(each)));
    await inBatches(unread.slice(0, DESCRIBED_PER_ANSWER), AT_ONCE, async (each) => {
      outcomes.set(keyOf(each), outcomeOf(await describeExecution<unknown>(cloud.sfn, each.arn)));
    });
    return {
      executions: ordered.map((each) => ({ ...each, ...(outcomes.get(keyOf(each)) ?? unreadOutcome(each)) })),
      hasOlder: found.slice(0, older.length === 0 ? undefined : -names.length).some(({ hasMore }) => hasMore),
    };
  };
}

const isFailed = ({ status }: Pick<Listed, 'status'>): boolean => redrivable.some((each) => each === status);

const unreadOutcome = (each: Listed): Outcome => ({ outcome: each.status, why: '', failed: isFailed(each) });

/** What failed, what runs, the rest; each the newest first. */
function inOrder<T extends Pick<Listed, 'status' | 'startedAt'>>(executions: readonly T[]): T[] {
  const group = (each: T) => (isFailed(each) ? 0 : each.status === 'SUCCEEDED' ? 2 : 1);
  return [...executions].sort((a, b) => group(a) - group(b) || b.startedAt - a.startedAt);
}

async function newest(
  cloud: Cloud,
  workflow: WorkflowName,
  status: Status | undefined,
  depth: number,
): Promise<Searched> {
  const search = {
    stateMachineArn: machineArn(await stateMachineArn(cloud, workflow)),
    statusFilter: status,
    maxResults: PAGE,
  };
  const executions: Listed[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < depth; page++) {
    const answer = await cloud.sfn.send(new ListExecutionsCommand({ ...search, nextToken }));
    executions.push(...(answer.executions ?? []).map((each) => listedOf(workflow, each)));
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return { executions, hasMore: nextToken !== undefined };
}

const listedOf = (workflow: WorkflowName, item: ExecutionListItem): Listed => ({
  workflow,
  name: item.name ?? '',
  arn: item.executionArn ?? '',
  status: item.status ?? '',
  startedAt: item.startDate?.getTime() ?? 0,
  ...(item.stopDate && { endedAt: item.stopDate.getTime() }),
});

function outcomeOf(state: ExecutionState<unknown>): Outcome {
  if ('undone' in state) {
    const { state: at, ...failure } = failureOf(state);
    const said = state.error === undefined ? '' : sentence(failure);
    const why = [at, said].filter(Boolean).join(': ');
    return { outcome: state.status, why, failed: true, undone: state.undone };
  }
  if (state.status !== 'SUCCEEDED') return { outcome: state.status, why: '', failed: false };
  const output = record(state.output);
  const outcome = typeof output.outcome === 'string' ? plain(output.outcome) : state.status;
  const why = typeof output.reason === 'string' ? [reasonOf(output)] : problemsOf(output);
  return { outcome, why: why.join('; '), failed: false };
}
