// Finds the execution that the user means, and reads its history.

import {
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { executionArn } from '../../contracts/names';
import { type WorkflowName, workflowNames, workflowOf, workflows } from '../../contracts/workflows';
import { type Timeline, timelineOf, type Visit } from '../history/timeline';
import type { Cloud } from './cloud';
import { CliError } from './errors';

/** The ARN to start a workflow by: that of its alias `live`. */
export const stateMachineArn = (cloud: Cloud, workflow: WorkflowName): Promise<string> => {
  const { stack, output } = workflows[workflow];
  return cloud.output(stack, output);
};

const forms = workflowNames.map((name) => `${name}-${workflows[name].id ? `<${workflows[name].id}>` : '…'}`);

export const idHelp =
  `An execution is given by its name (${forms.join(', ')}; a later attempt ends in _2, _3, …) or by its ARN. ` +
  'Anything else is taken for an order id: A1 is order-A1.';

export interface ExecutionId {
  name: string;
  arn: string;
  /** True when the text was taken for a name but may be an order id. */
  isAmbiguous?: boolean;
}

/** Does not check that the execution exists. @throws CliError when the text cannot be a name */
export async function resolveExecution(cloud: Cloud, id: string): Promise<ExecutionId> {
  if (id.startsWith('arn:')) return { name: id.split(':').at(-1) ?? id, arn: id };
  if (!/^[\w-]{1,80}$/.test(id)) throw new CliError(`"${id}" cannot be an execution's name. ${idHelp}`, 2);
  const workflow = workflowOf(id);
  const name = workflow ? id : `order-${id}`;
  const arn = executionArn(await stateMachineArn(cloud, workflow ?? 'order'), name);
  return { name, arn, isAmbiguous: workflow !== undefined };
}

/** Runs a call about one execution. @throws CliError that says so when the execution does not exist */
export async function explainingMissing<T>(
  cloud: Cloud,
  { name, isAmbiguous }: ExecutionId,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ExecutionDoesNotExist)) throw error;
    const other = isAmbiguous ? ` If the order's id is ${name}, write order-${name}.` : '';
    throw new CliError(`There is no execution ${name} in ${cloud.place}.${other}`);
  }
}

export const readTimeline = async (cloud: Cloud, id: ExecutionId): Promise<Timeline> =>
  timelineOf(await explainingMissing(cloud, id, () => readHistory(cloud.sfn, id.arn)));

/** The timelines of the nested executions that it started and waited for, by ARN. */
export async function readChildren(cloud: Cloud, timeline: Timeline): Promise<Map<string, Timeline>> {
  const arns = [...new Set(childrenOf(timeline.visits))];
  return new Map(
    await Promise.all(arns.map(async (arn) => [arn, timelineOf(await readHistory(cloud.sfn, arn))] as const)),
  );
}

const childrenOf = (visits: readonly Visit[]): string[] =>
  visits.flatMap(({ child, branches }) => [...(child ? [child] : []), ...branches.flatMap(childrenOf)]);

async function readHistory(sfn: SFNClient, arn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(
      new GetExecutionHistoryCommand({ executionArn: arn, maxResults: 1000, nextToken }),
    );
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}
