/** All text that a run leaves where people and programs other than the secrets' owner get to see it. */
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
  /** An execution's ARN, a log group or a file. */
  where: string;
  text: string;
}

/** Of every execution of every state machine, nested ones too: its events, with inputs and outputs. */
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

/** Of every log group: every line that a function has logged. */
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
      // The emulator gives no more than these, and does not say that there are more.
      if (events.length >= 10_000) throw new Error(`${logGroupName} has too many lines to look at`);
      return { where: String(logGroupName), text: JSON.stringify(events) };
    }),
  );
}

/** What the local cloud's parts and `cdk` have written; the templates, and the stacks' outputs. */
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

/** There is no other need for the SDK's client of CloudWatch Logs. */
async function callLogs(operation: string, request: object) {
  const options = { url: cloud.endpoints.aws, ...localAccount };
  const target = `Logs_20140328.${operation}`;
  return Object(await callMiniStack(options, { signingName: 'logs', target, version: '1.1' }, request));
}
