// Reads what functions logged for an execution, when somebody looks, and says which visit to a state each line is of.

import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { inBatches } from '../bin/cli/batches';
import type { Cloud, FunctionLogs } from '../bin/cli/cloud';
import { CliError, explain } from '../bin/cli/errors';
import { idHelp } from '../bin/cli/executions';
import {
  detailsOf,
  inOrder,
  type Logged,
  type LogLine,
  type LogQuestion,
  questionAbout,
  readGroup,
  stackOf,
} from '../bin/cli/logs';
import { clip, plain } from '../bin/terminal/text';
import { idOf } from '../contracts/names';
import { type StackName, workflowOf, workflows } from '../contracts/workflows';
import { type Call, callAt, callsIn } from './calls';
import type { History } from './histories';
import type { ShownLine, ShownLogs } from './model';

/** CloudWatch Logs takes some ten calls a second, of the whole account. */
const AT_ONCE = 4;
/** A line is found some seconds after it was logged. */
const LATE = 60_000;
/** What is read again when lines are added to those that are known: some come late, and clocks differ. */
const OVERLAP = 300_000;
/** How long a stack's log groups are remembered. */
const GROUPS_KEPT = 30_000;
/** The most log groups whose lines are remembered. */
const MOST_KEPT = 100;
/** The most lines that the page gets, and the most characters of each text in them. */
const MOST = 500;
const LONGEST = 4_000;

interface Kept {
  askedAt: number;
  question: LogQuestion;
  answer: Promise<Logged>;
}

/** Milliseconds until a log group is asked again: when one state is looked at, and when all lines are. */
interface Pauses {
  state: number;
  all: number;
}

/** Reads lines of executions from CloudWatch Logs. */
export function logReader(cloud: Cloud, pauses: Pauses) {
  const groupsOf = remembering((stack: StackName) => cloud.functionLogs(stack), GROUPS_KEPT);
  const client = remembering((_: 'logs') => cloud.clients.logs(), Number.POSITIVE_INFINITY);
  const read = reader(() => client('logs'));

  /** @param visit key of the visit whose functions' lines are wanted, and those of what is inside of it. @default all */
  return async (
    { name, arn }: { name: string; arn: string },
    { timeline, children }: History,
    visit?: string,
  ): Promise<ShownLogs> => {
    const workflow = workflowOf(name);
    if (!workflow) throw new CliError(`No workflow names its executions ${plain(name)}. ${idHelp}`, 2);
    const calls = callsIn(timeline.visits, children);
    const called = calls.filter(({ keys }) => visit === undefined || keys.includes(visit));

    const groups = await groupsOf(workflows[workflow].stack);
    const asked = visit === undefined ? groups : groups.filter((each) => called.some(isOf(each)));
    const question = questionAbout(name, [timeline, ...children.values()]);
    const pause = visit === undefined ? pauses.all : pauses.state;
    const found = await inBatches(asked, AT_ONCE, (group) => read(arn, group, question, pause));

    const isOther = question.execution !== name;
    const lines = inOrder(found.flatMap(({ logged }) => logged.lines))
      .map((line) => ({ line, call: callOf(line, groups, calls) }))
      .filter(({ call }) => (visit === undefined ? call || !isOther : call?.keys.includes(visit)));
    return {
      lines: lines.slice(-MOST).map(({ line, call }) => shownLine(line, call, name)),
      leftOut: Math.max(0, lines.length - MOST),
      functions: asked.map((each) => each.function),
      problems: [
        ...problemsOf(found.flatMap(({ failure }) => failure ?? [])),
        ...(found.every(({ logged }) => logged.isComplete) ? [] : [TOO_MANY]),
        ...new Set(called.filter((call) => !groups.some((group) => isOf(group)(call))).map(withoutGroup)),
      ],
      more: !timeline.end || Date.now() < timeline.end.at.getTime() + LATE,
    };
  };
}

const TOO_MANY =
  'There is more than could be read. Ask CloudWatch Logs Insights, which costs by the gigabyte: docs/runbook.md.';

const isOf =
  ({ name }: FunctionLogs) =>
  (call: Call): boolean =>
    call.name === name;

const withoutGroup = ({ name }: Call): string => `The stack has no log group for the function ${name}.`;

function callOf(line: LogLine, groups: readonly FunctionLogs[], calls: readonly Call[]): Call | undefined {
  const name = groups.find((group) => group.function === line.function)?.name;
  return name === undefined ? undefined : callAt(calls, name, line.at);
}

/** Reads a log group, and only what is new when it was read before. What an execution has logged once it ended stays. */
function reader(client: () => Promise<CloudWatchLogsClient>) {
  const kept = new Map<string, Kept>();

  return async (arn: string, group: FunctionLogs, question: LogQuestion, pause: number) => {
    const key = `${arn} ${group.logGroup}`;
    const known = kept.get(key);
    const now = Date.now();
    if (known && (now - known.askedAt < pause || isFinal(known, question))) return settled(known.answer);
    const answer = readOn(known, group, question);
    kept.delete(key);
    kept.set(key, { askedAt: now, question, answer });
    answer.catch(() => kept.delete(key));
    for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest);
    return settled(answer);

    async function settled(of: Promise<Logged>): Promise<{ logged: Logged; failure?: Failure }> {
      try {
        return { logged: await of };
      } catch (error) {
        return { logged: { lines: [], isComplete: true }, failure: { group, error } };
      }
    }
  };

  async function readOn(
    known: Kept | undefined,
    group: FunctionLogs,
    question: LogQuestion,
  ): Promise<Logged> {
    // Other requests are asked for now: their lines may be old.
    if (!known || `${known.question.requestIds}` !== `${question.requestIds}`)
      return readGroup(await client(), group, question);
    const before = await known.answer;
    const from = new Date(Math.max(question.from.getTime(), known.askedAt - OVERLAP));
    const after = await readGroup(await client(), group, { ...question, from });
    const lines = [...before.lines, ...after.lines].map(
      (line) => [`${line.at.getTime()} ${line.text}`, line] as const,
    );
    return { lines: [...new Map(lines).values()], isComplete: before.isComplete && after.isComplete };
  }
}

const isFinal = ({ askedAt, question: { to, requestIds } }: Kept, asked: LogQuestion): boolean =>
  to !== undefined &&
  to.getTime() === asked.to?.getTime() &&
  `${requestIds}` === `${asked.requestIds}` &&
  askedAt > to.getTime() + LATE;

interface Failure {
  group: FunctionLogs;
  error: unknown;
}

/** One sentence for each cause. */
function problemsOf(failures: readonly Failure[]): string[] {
  const says = new Map<string, string[]>();
  for (const { group, error } of failures) {
    const cause = causeOf(error);
    says.set(cause, [...(says.get(cause) ?? []), group.function]);
  }
  return [...says].map(([cause, functions]) => `${functions.join(', ')}: ${cause}`);
}

function causeOf(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'ResourceNotFoundException')
    return 'there is no log group. It is made with the stack, so somebody has deleted it.';
  if (/^AccessDenied/.test(name)) return 'your credentials may not read these logs (logs:FilterLogEvents).';
  return explain(error).message;
}

function shownLine(line: LogLine, call: Call | undefined, execution: string): ShownLine {
  const { level, message } = line.fields;
  return {
    at: line.at.getTime(),
    function: line.function,
    level: typeof level === 'string' ? plain(level) : '',
    text: clip(plain(typeof message === 'string' ? message : line.text), LONGEST),
    // The execution's name says its id already.
    details: detailsOf(line)
      .filter(([, text]) => text !== idOf(execution))
      .map(([name, text]) => [name, clip(plain(text), LONGEST)]),
    stack: stackOf(line),
    ...(call && { state: call.state, visit: call.keys.at(-1) ?? '' }),
  };
}

/** Asks again only after some milliseconds, or when the last answer was an error. */
function remembering<K extends string, T>(ask: (key: K) => Promise<T>, milliseconds: number) {
  const known = new Map<K, { at: number; answer: Promise<T> }>();
  return (key: K): Promise<T> => {
    const last = known.get(key);
    if (last && Date.now() - last.at < milliseconds) return last.answer;
    const answer = ask(key);
    known.set(key, { at: Date.now(), answer });
    answer.catch(() => known.delete(key));
    return answer;
  };
}
