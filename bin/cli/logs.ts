// Reads the lines that functions logged for one execution.

import type { CloudWatchLogsClient, FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { parsed, record } from '../history/json';
import type { Timeline, Visit } from '../history/timeline';
import { plain } from '../terminal/text';
import type { FunctionLogs } from './cloud';

export interface LogLine {
  at: Date;
  function: string;
  /** The line as it was logged. */
  text: string;
  /** The line's members; empty if it is not JSON. */
  fields: Record<string, unknown>;
}

/** The execution whose lines are wanted. */
export interface LogQuestion {
  /** Name of the execution, which our functions put on every line. */
  execution: string;
  /** Requests whose function could not log its end, e.g. because it timed out. Lambda's own lines have these ids. */
  requestIds: readonly string[];
  from: Date;
  /** The end of the execution; absent while it runs. */
  to?: Date;
}

/** A function whose state timed out runs on for up to 15 minutes, Lambda's limit. */
const LONGEST_FUNCTION = 15 * 60_000;
/** CloudWatch Logs limits a pattern to 1,024 characters. */
const MOST_REQUEST_IDS = 6;
/** The most pages to read of one log group. A page may be empty although more follow. */
const MOST_PAGES = 50;

/** @param timelines its own first, then those of the nested executions that it started */
export function questionAbout(execution: string, timelines: readonly Timeline[]): LogQuestion {
  const causes = timelines.flatMap(({ visits }) => causesOf(visits));
  const ids = causes.flatMap((cause) => /RequestId: ([\da-f-]{36})/.exec(cause)?.[1] ?? []);
  const { startedAt: from = new Date(0), end, input } = timelines[0] ?? {};
  return {
    execution: loggedAs(execution, input),
    requestIds: [...new Set(ids)].slice(-MOST_REQUEST_IDS),
    from,
    ...(end && { to: new Date(end.at.getTime() + LONGEST_FUNCTION) }),
  };
}

/** What a review's function logs has the name of the order's execution, which is in the review's input. */
function loggedAs(name: string, input: unknown): string {
  const { execution } = record(input);
  return typeof execution === 'string' && name.startsWith(`${execution}-review-`) ? execution : name;
}

const causesOf = (visits: readonly Visit[]): string[] =>
  visits.flatMap(({ tries, branches }) => [
    ...tries.flatMap(({ cause }) => cause ?? []),
    ...branches.flatMap(causesOf),
  ]);

export interface Logged {
  lines: LogLine[];
  /** False if a log group had more pages than are read. */
  isComplete: boolean;
}

/** Sorted, the oldest line first. */
export async function readLogs(
  client: CloudWatchLogsClient,
  logs: readonly FunctionLogs[],
  question: LogQuestion,
): Promise<Logged> {
  const groups = await Promise.all(logs.map((each) => readGroup(client, each, question)));
  return {
    lines: inOrder(groups.flatMap(({ lines }) => lines)),
    isComplete: groups.every(({ isComplete }) => isComplete),
  };
}

export const inOrder = (lines: readonly LogLine[]): LogLine[] =>
  [...lines].sort((a, b) => a.at.getTime() - b.at.getTime());

/** The lines of one function, as CloudWatch Logs returns them. */
export async function readGroup(
  client: CloudWatchLogsClient,
  { function: name, logGroup }: FunctionLogs,
  question: LogQuestion,
): Promise<Logged> {
  const { FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const lines: LogLine[] = [];
  let nextToken: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await client.send(
      new FilterLogEventsCommand({
        logGroupName: logGroup,
        filterPattern: patternOf(question),
        startTime: question.from.getTime(),
        endTime: question.to?.getTime(),
        nextToken,
      }),
    );
    const events = page.events ?? [];
    lines.push(...events.map((event) => lineOf(event, name)).filter((line) => belongs(line, question)));
    nextToken = page.nextToken;
    if (nextToken === undefined) return { lines, isComplete: true };
  }
  return { lines, isComplete: false };
}

/** `{ ($.execution = "order-A1") || … }`. Lambda's own lines have the request's id in one of two places. */
function patternOf({ execution, requestIds }: LogQuestion): string {
  const ids = requestIds.flatMap((id) => [`($.record.requestId = "${id}")`, `($.requestId = "${id}")`]);
  return `{ ${[`($.execution = "${execution}")`, ...ids].join(' || ')} }`;
}

function lineOf({ message = '', timestamp = 0 }: FilteredLogEvent, name: string): LogLine {
  const text = message.trimEnd();
  const fields = record(parsed(text));
  const own = new Date(typeof fields.timestamp === 'string' ? fields.timestamp : Number.NaN);
  return { at: Number.isNaN(own.getTime()) ? new Date(timestamp) : own, function: name, text, fields };
}

/** Filters again, because the local cloud ignores the pattern and returns every line. Its Lambda logs plain text. */
function belongs({ text, fields }: LogLine, { execution, requestIds }: LogQuestion): boolean {
  return fields.execution === execution || requestIds.some((id) => text.includes(id));
}

/** Members that every line has, that a row shows already, or that only CloudWatch reads. */
const omitted =
  /^(timestamp|time|level|message|execution|service|cold_start|function_\w+|xray_trace_id|sampling_rate|stack|_aws)$/;

/** The members worth a reader's time, as texts. */
export const detailsOf = ({ fields }: LogLine): [name: string, text: string][] =>
  Object.entries(fields)
    .filter(([name]) => !omitted.test(name))
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);

/** The frames of an error's stack, without its message. */
export const stackOf = ({ fields: { stack } }: LogLine): string[] =>
  typeof stack === 'string' ? stack.split('\n').slice(1).map(plain) : [];
