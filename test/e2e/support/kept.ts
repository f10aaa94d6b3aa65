/** All stored text that others than the owner of a secret can read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type HistoryEvent,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFN,
} from '@aws-sdk/client-sfn';
import { localAccount } from '../../../bin/local-cloud/environment';
import { paths } from '../../../bin/local-cloud/paths';
import { callMiniStack } from '../../../tools/simulator/api/ministack';
import { cloud } from './cloud';

export interface Kept {
  /** ARN of an execution, name of a log group, or path of a file. */
  where: string;
  text: string;
}

/** The events of every execution of every state machine, with inputs and outputs. */
export async function histories(): Promise<{ executionArn: string; events: HistoryEvent[] }[]> {
  const client = new SFN();
  const { stateMachines = [] } = await client.listStateMachines();
  const found: { executionArn: string; events: HistoryEvent[] }[] = [];
  for (const { stateMachineArn } of stateMachines) {
    for await (const { executions = [] } of paginateListExecutions({ client }, { stateMachineArn })) {
      for (const { executionArn = '' } of executions) {
        const events: HistoryEvent[] = [];
        for await (const page of paginateGetExecutionHistory({ client }, { executionArn }))
          events.push(...(page.events ?? []));
        found.push({ executionArn, events });
      }
    }
  }
  return found;
}

/** The task tokens in the arguments of tasks that wait for a callback. */
export const taskTokensOf = (events: readonly HistoryEvent[]): string[] =>
  events.flatMap(({ taskScheduledEventDetails }) => {
    const { Payload } = Object(JSON.parse(taskScheduledEventDetails?.parameters ?? '{}'));
    return typeof Payload?.taskToken === 'string' ? [Payload.taskToken] : [];
  });

/** Every line in every log group. */
export async function logs(): Promise<Kept[]> {
  const groups: Record<string, unknown>[] = [];
  let nextToken: unknown;
  do {
    const answer = await callLogs('DescribeLogGroups', { nextToken });
    groups.push(...answer.logGroups);
    nextToken = answer.nextToken;
  } while (nextToken);
  return Promise.all(
    groups.map(async ({ logGroupName }) => {
      const { events } = await callLogs('FilterLogEvents', { logGroupName });
      // The emulator returns at most 10,000 events, without a token for more.
      if (events.length >= 10_000) throw new Error(`${logGroupName} has too many lines to look at`);
      return { where: String(logGroupName), text: JSON.stringify(events) };
    }),
  );
}

/** The log files of the local cloud and of `cdk`, the templates, and the stacks' outputs. */
export function files(): Kept[] {
  const below = (folder: string) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => join(folder, name));
  return [...below(paths.logs), ...below(paths.assembly), paths.outputs].map((file) => ({
    where: file,
    text: readFileSync(file, 'utf8'),
  }));
}

/** Calls CloudWatch Logs over HTTP. */
async function callLogs(operation: string, request: object) {
  const options = { url: cloud.endpoints.aws, ...localAccount };
  const target = `Logs_20140328.${operation}`;
  return Object(await callMiniStack(options, { signingName: 'logs', target, version: '1.1' }, request));
}
