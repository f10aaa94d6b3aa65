// What the page can ask. Everything here only reads.

import type { Cloud } from '../bin/cli/cloud';
import { CliError } from '../bin/cli/errors';
import { resolveExecution, stateMachineArn } from '../bin/cli/executions';
import { type WorkflowName, workflowNames } from '../contracts/workflows';
import { compare } from './comparing';
import { definitionsOf, shownFile } from './definitions';
import { shownExecution } from './execution';
import { healthReader } from './health';
import { historyReader } from './histories';
import { executionLister } from './list';
import { logReader } from './logs';
import { mapRunsOf, readMapRun } from './map-run';
import type {
  Comparison,
  ExecutionList,
  Health,
  Place,
  ShownDefinition,
  ShownExecution,
  ShownLogs,
  ShownRecord,
} from './model';
import { outcomesIn } from './outcomes';
import { recordsOf } from './records';
import { type MapRunAnswers, mapRunAnswers } from './run';
import { searchesIn } from './searches';

/** On AWS calls are limited for each account, and the operators' commands need some too. */
const POLL = { local: 1_000, aws: 5_000 };

/** How long the lists of what failed and of what is older are used again. */
const KEPT = { local: 0, aws: 30_000 };

/** How long the stage's health is told again. */
const HEALTH_KEPT = { local: 3_000, aws: 30_000 };

/** The most pages of 100 executions of each workflow that are listed. */
const DEEPEST = 10;

/** An answer for each path, from what the address asks for. */
export interface Answers extends MapRunAnswers {
  place(): Promise<Place>;
  /** `workflow`: all of them when it is empty; `depth`: pages of 100 to read of each. */
  executions(query: URLSearchParams): Promise<ExecutionList>;
  /** `id`: its name, the order id or its ARN. */
  execution(query: URLSearchParams): Promise<ShownExecution>;
  health(): Promise<Health>;
  /** `of`: a workflow, a file of statemachines/, or an execution. */
  definition(query: URLSearchParams): Promise<ShownDefinition>;
  /** `id`: as above; `visit`: key of a row, or all lines without it. */
  logs(query: URLSearchParams): Promise<ShownLogs>;
  /** `id`: as above; of the local cloud only. */
  records(query: URLSearchParams): Promise<ShownRecord[]>;
  /** `ids`: two or more executions, as `id` of one, with commas between them. */
  comparison(query: URLSearchParams): Promise<Comparison>;
}

/** @param command makes a command line from its words */
export function answersFrom(cloud: Cloud, command: (words: string) => string): Answers {
  const at = cloud.stage === 'local' ? 'local' : 'aws';
  const searches = searchesIn(cloud, KEPT[at]);
  const outcomes = outcomesIn(cloud);
  const list = executionLister(searches, outcomes);
  const health = healthReader(cloud, { searches, outcomes, command, keptMilliseconds: HEALTH_KEPT[at] });
  const definitions = definitionsOf(cloud, KEPT[at]);
  const histories = historyReader(cloud);
  const logs = logReader(cloud, { state: POLL[at], all: at === 'aws' ? KEPT.aws : POLL.local });

  return {
    place: async () => {
      const [, , , region = '', id = ''] = (await stateMachineArn(cloud, 'order')).split(':');
      return {
        stage: cloud.stage,
        name: cloud.place,
        workflows: workflowNames,
        pollMilliseconds: POLL[at],
        ...(at === 'aws' && { account: { id, region } }),
      };
    },
    executions: async (query) =>
      list(
        workflowsNamed(query.get('workflow')),
        Math.min(Math.max(Number(query.get('depth')) || 1, 1), DEEPEST),
      ),
    health,
    execution: async (query) => {
      const found = await resolveExecution(cloud, query.get('id') ?? '');
      const [history, { drawing, states }] = await Promise.all([
        histories.read(found),
        definitions.ofExecution(found),
      ]);
      const mapRuns = await Promise.all(mapRunsOf(history.timeline).map((arn) => readMapRun(cloud, arn)));
      return shownExecution(
        { ...found, command, hasRecords: at === 'local' },
        { ...history, mapRuns, drawing, definition: states },
      );
    },
    logs: async (query) => {
      const found = await resolveExecution(cloud, query.get('id') ?? '');
      return logs(found, await histories.recent(found), query.get('visit') ?? undefined);
    },
    records: async (query) => recordsOf(cloud, await resolveExecution(cloud, query.get('id') ?? '')),
    definition: (query) => definitions.shown(query.get('of') ?? ''),
    ...mapRunAnswers(cloud, searches, { poll: POLL[at], kept: Math.max(POLL[at], KEPT[at]) }),
    comparison: async (query) =>
      compare(cloud, definitions, (query.get('ids') ?? '').split(',').filter(Boolean)),
  };
}

/** Without a cloud: the definitions of this checkout. */
export const answersFromFiles: Pick<Answers, 'place' | 'executions' | 'definition'> = {
  place: async () => ({
    stage: 'local',
    name: 'the files of this checkout',
    workflows: [],
    pollMilliseconds: POLL.local,
    filesOnly: true,
  }),
  executions: async () => ({ executions: [], hasOlder: false }),
  definition: async (query) => shownFile(query.get('of') ?? ''),
};

function workflowsNamed(name: string | null): readonly WorkflowName[] {
  if (!name) return workflowNames;
  const named = workflowNames.filter((each) => each === name);
  if (named.length === 0) throw new CliError(`There is no workflow ${name}.`, 2);
  return named;
}
