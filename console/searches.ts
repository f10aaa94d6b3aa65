// Lists a cloud's executions for the page, as seldom as it can: ListExecutions has the smallest quota of all.

import { type ExecutionListItem, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { Cloud } from '../bin/cli/cloud';
import { stateMachineArn } from '../bin/cli/executions';
import { redrivable, type Status } from '../bin/cli/search';
import { machineArn } from '../contracts/names';
import type { WorkflowName } from '../contracts/workflows';
import type { ListedExecution } from './model';

const PAGE = 100;
/** Of executions that are only counted. */
const LARGE_PAGE = 1000;
const MOST_LARGE_PAGES = 10;

export type Listed = Pick<ListedExecution, 'name' | 'arn' | 'workflow' | 'status' | 'startedAt' | 'endedAt'>;

/** The newest first. */
interface Searched {
  executions: Listed[];
  /** Whether there are more than were read. */
  hasMore: boolean;
}

/** @param depth pages of 100 executions */
type Search = (workflow: WorkflowName, status: Status | undefined, depth: number) => Promise<Searched>;

export interface Searches {
  newest: Search;
  /** The same, as it was at most `keptMilliseconds` ago. */
  kept: Search;
  /** Those that were started since then, 10,000 at most. */
  startedSince(workflow: WorkflowName, since: Date): Promise<Searched>;
  /** Names of those that have failed and were not redriven: the newest 1000 of each way to fail. */
  failed(workflow: WorkflowName): Promise<Set<string>>;
}

export function searchesIn(cloud: Cloud, keptMilliseconds: number): Searches {
  const known = new Map<string, { at: number; answer: Promise<Searched> }>();
  const machineOf = async (workflow: WorkflowName) => machineArn(await stateMachineArn(cloud, workflow));

  const newest: Search = async (workflow, status, depth) =>
    read(workflow, { statusFilter: status, maxResults: PAGE }, (pages) => pages < depth);

  return {
    newest,
    kept: (...search) => {
      const key = search.join();
      const earlier = known.get(key);
      if (earlier && Date.now() - earlier.at < keptMilliseconds) return earlier.answer;
      const answer = newest(...search);
      known.set(key, { at: Date.now(), answer });
      answer.catch(() => known.delete(key));
      return answer;
    },
    startedSince: async (workflow, since) => {
      const isSince = ({ startedAt }: Listed) => startedAt >= since.getTime();
      const { executions, hasMore } = await read(
        workflow,
        { maxResults: LARGE_PAGE },
        (pages, last) => pages < MOST_LARGE_PAGES && (last === undefined || isSince(last)),
      );
      return { executions: executions.filter(isSince), hasMore: hasMore && executions.every(isSince) };
    },
    failed: async (workflow) => {
      const found = await Promise.all(
        redrivable.map((statusFilter) =>
          read(workflow, { statusFilter, maxResults: LARGE_PAGE }, () => false),
        ),
      );
      return new Set(found.flatMap(({ executions }) => executions.map(({ name }) => name)));
    },
  };

  /** @param goesOn whether another page is wanted, after so many, of which this was the last execution */
  async function read(
    workflow: WorkflowName,
    search: { statusFilter?: Status | undefined; maxResults: number },
    goesOn: (pages: number, last: Listed | undefined) => boolean,
  ): Promise<Searched> {
    const machine = await machineOf(workflow);
    const executions: Listed[] = [];
    let nextToken: string | undefined;
    let pages = 0;
    do {
      const answer = await cloud.sfn.send(
        new ListExecutionsCommand({ stateMachineArn: machine, ...search, nextToken }),
      );
      executions.push(...(answer.executions ?? []).map((each) => listedOf(workflow, each)));
      nextToken = answer.nextToken;
      pages++;
    } while (nextToken !== undefined && goesOn(pages, executions.at(-1)));
    return { executions, hasMore: nextToken !== undefined };
  }
}

export const isFailed = ({ status }: Pick<Listed, 'status'>): boolean =>
  redrivable.some((each) => each === status);

const listedOf = (workflow: WorkflowName, item: ExecutionListItem): Listed => ({
  workflow,
  name: item.name ?? '',
  arn: item.executionArn ?? '',
  status: item.status ?? '',
  startedAt: item.startDate?.getTime() ?? 0,
  ...(item.stopDate && { endedAt: item.stopDate.getTime() }),
});
